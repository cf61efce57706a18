import Foundation
import Imaging
import Kernels
import Lens
import Tensor

/// Makes what one network is shown, and what it is to answer, of a cut of a field.
final class SampleMaker {
    private let options: TrainingOptions
    private let otherChannel: Int?
    private let nmPerPixel: Double
    private let workspace: Workspace
    /// Map channel of a magnifier's species.
    private let maskChannel: Int?
    /// Map channels of all species.
    private let speciesChannels: [Int]
    /// Means around the target's values; empty unless detail has a weight.
    private let surroundings: TensorBuffer<Float>
    /// Deviation of what counts as around, in pixels, and difference from it at which detail has its whole weight.
    private static let (reach, fullDetail) = (8.0, Float(0.15))
    private let blurring: GaussianBlur

    init(_ options: TrainingOptions, _ supply: any FieldSupply, threads: Int) {
        self.options = options
        otherChannel = supply.otherChannel
        speciesChannels = supply.species.map(\.mapChannel)
        nmPerPixel = supply.nmPerPixel
        workspace = Workspace(pool: WorkerPool(threads: threads))
        let pixels = options.size * options.size
        if case .magnifier(let key) = options.role {
            maskChannel = supply.species.first { $0.key == key }!.mapChannel
        } else {
            maskChannel = nil
        }
        surroundings = TensorBuffer(count: Self.weighsDetail(options) ? pixels : 0)
        blurring = GaussianBlur(side: options.size, workspace: workspace)
    }

    /// Of a magnifier's loss outside its mask, together, as a share of that within.
    private static let outsideShare: Float = 0.1

    /// Whether targets have weights.
    static func weighs(_ options: TrainingOptions, _ supply: any FieldSupply) -> Bool {
        hasMask(options) || options.objectWeight != 1 || weighsDetail(options)
            || (options.gapWeight != 1 && options.role == .labelling)
            || (options.role == .shadowing && supply.otherChannel != nil)
    }

    /// Whether only a part of each picture matters.
    static func hasMask(_ options: TrainingOptions) -> Bool {
        if case .magnifier = options.role { true } else { false }
    }

    /// Room for what this maker fills.
    func newSample(isWeighted: Bool) -> Sample {
        Sample(size: options.size, isWeighted: isWeighted, isMasked: maskChannel != nil)
    }

    private static func weighsDetail(_ options: TrainingOptions) -> Bool {
        options.detailWeight != 1 && options.role != .labelling
    }

    /// The map channel that a cut is to show: a magnifier's species; of a labelling network in a share of the cuts, each
    /// species as often. Nil where any cut will do.
    func sought(_ random: inout CounterRandom) -> Int? {
        if let maskChannel { return maskChannel }
        guard options.role == .labelling, options.balance > 0, random.uniform() < options.balance else { return nil }
        return speciesChannels[random.integer(below: speciesChannels.count)]
    }

    /// A random cut; one that shows the channel, if the field does.
    func place(
        in field: FieldPictures, showing channel: Int?, _ random: inout CounterRandom
    ) -> (placement: Placement, isEmpty: Bool) {
        func anywhere() -> Placement {
            .random(width: field.width, height: field.height, side: options.size, options.augmentation, &random)
        }
        guard let channel else { return (anywhere(), false) }
        var found: [(x: Int, y: Int)] = []
        for y in stride(from: 4, to: field.height, by: 8) {
            for x in stride(from: 4, to: field.width, by: 8)
            where field.map.samples[(y * field.width + x) * 3 + channel] > 127 { found.append((x, y)) }
        }
        guard !found.isEmpty else {
            if maskChannel == nil { return (anywhere(), true) }
            return (.centred(width: field.width, height: field.height, side: options.size), true)
        }
        let place = found[random.integer(below: found.count)]
        return (
            .random(
                width: field.width, height: field.height, side: options.size, showing: place, options.augmentation,
                &random), false
        )
    }

    /// The cut, of a grid of them, with most objects in the map.
    func fullestPlace(in field: FieldPictures) -> (placement: Placement, isEmpty: Bool) {
        let size = options.size
        let steps = 6
        var best: (count: Int, placement: Placement)?
        for index in 0..<steps * steps {
            let placement = Placement(
                width: field.width, height: field.height, side: size,
                x: (field.width - size) * (index % steps) / (steps - 1),
                y: (field.height - size) * (index / steps) / (steps - 1))
            var count = 0
            for y in stride(from: 0, to: size, by: 8) {
                for x in stride(from: 0, to: size, by: 8) {
                    let at = placement.pixel(y, x, width: field.width) * 3
                    let channels = maskChannel.map { $0...$0 } ?? 0...2
                    if channels.contains(where: { field.map.samples[at + $0] > 127 }) { count += 1 }
                }
            }
            if count > best?.count ?? -1 { best = (count, placement) }
            if field.width == size && field.height == size { break }
        }
        return (best!.placement, best!.count == 0)
    }

    /// - random: of augmentation; nil for none.
    func fill(_ sample: Sample, from field: FieldPictures, at placement: Placement, random: CounterRandom?) {
        var random = random
        let (picture, target) = (sample.picture, sample.target)
        switch options.role {
        case .labelling:
            copy(field.optical, placement, into: picture)
            random.map { vary(picture, $0) }
            copy(field.map, placement, into: target)
        case .magnifier:
            let mask = sample.mask!.base
            copy(field.optical, placement, into: picture)
            random.map { vary(picture, $0) }
            copyMask(field.map, placement, into: mask)
            copy(field.electron!, placement, into: target)
            multiply(target, by: mask)
            if options.augmentation.softMasks { soften(mask, &random) }
            multiply(picture, by: mask)
        case .shadowing:
            copy(field.onBlack!, placement, into: picture)
            copy(field.electron!, placement, into: target)
        }
        if let weights = sample.weights {
            weigh(target, field, placement, into: weights.base)
            if let mask = sample.mask { confine(weights.base, to: mask.base) }
        }
        for map in [picture, target] {
            forEachRow { row in
                for x in 0..<options.size {
                    let pixel = map.pixel(row, x)
                    for channel in 0..<3 { pixel[channel] = min(pixel[channel], 1) * 2 - 1 }
                }
            }
        }
    }

    private func forEachRow(_ body: (Int) -> Void) {
        workspace.pool.run(tasks: options.size) { row, _ in body(row) }
    }

    /// 0...1; grey goes into all channels.
    private func copy(_ source: Picture<UInt8>, _ placement: Placement, into map: FeatureMap) {
        source.samples.withUnsafeBufferPointer { samples in
            forEachRow { y in
                for x in 0..<options.size {
                    let from = placement.pixel(y, x, width: source.width) * source.channels
                    let pixel = map.pixel(y, x)
                    for channel in 0..<3 {
                        pixel[channel] = Float(samples[source.channels == 1 ? from : from + channel]) * (1 / 255)
                    }
                }
            }
        }
    }

    private func copyMask(
        _ source: Picture<UInt8>, _ placement: Placement, into mask: UnsafeMutablePointer<Float>
    ) {
        source.samples.withUnsafeBufferPointer { samples in
            forEachRow { y in
                for x in 0..<options.size {
                    let from = placement.pixel(y, x, width: source.width) * 3 + maskChannel!
                    mask[y * options.size + x] = Float(samples[from]) * (1 / 255)
                }
            }
        }
    }

    private func multiply(_ map: FeatureMap, by mask: UnsafePointer<Float>) {
        forEachRow { y in
            for x in 0..<options.size {
                let pixel = map.pixel(y, x)
                for channel in 0..<3 { pixel[channel] *= mask[y * options.size + x] }
            }
        }
    }

    /// An edge about 4 px wide, up to 3 px further out or in.
    private func soften(_ mask: UnsafeMutablePointer<Float>, _ random: inout CounterRandom?) {
        guard var draws = random else { return }
        let threshold = Float(draws.uniform(0.15...0.85))
        random = draws
        let size = options.size
        blurring.blur(
            FeatureMap(base: mask, height: size, width: size, channels: 1, pixelStride: 1), deviation: 2.5)
        forEachRow { y in
            for at in y * size..<(y + 1) * size {
                mask[at] = min(1, max(0, (mask[at] - threshold) * 4 + 0.5))
            }
        }
    }

    /// Brightness, focus and camera of the optical picture.
    private func vary(_ map: FeatureMap, _ random: CounterRandom) {
        var random = random
        let augmentation = options.augmentation
        // Always as many draws, so that an option does not change what the others do.
        let common = random.uniform(-1...1)
        let gains = (0..<3).map { _ in
            Float(
                (1 + augmentation.brightness * common) * (1 + augmentation.brightness * 3 / 7 * random.uniform(-1...1)))
        }
        let deviation = augmentation.focus * random.uniform()
        let isCamera = random.uniform() < 0.5
        if augmentation.stain > 0 { stain(map, random) }
        if deviation > 0.05 { blurring.blur(map, deviation: deviation) }
        if augmentation.cameraNmPerPixel > 0 && isCamera {
            CameraView(nmPerPixel: augmentation.cameraNmPerPixel).apply(
                to: map, nmPerPixel: nmPerPixel, &random)
        }
        guard augmentation.brightness > 0 else { return }
        forEachRow { y in
            for x in 0..<options.size {
                let pixel = map.pixel(y, x)
                for channel in 0..<3 { pixel[channel] = min(1, pixel[channel] * gains[channel]) }
            }
        }
    }

    /// Multiplies the optical densities against the glass.
    private func stain(_ map: FeatureMap, _ random: CounterRandom) {
        // A stream of its own: the draws of the others stay as they are.
        var random = CounterRandom(seed: random.number(1 << 40), .augmentation)
        let reach = log(1 + options.augmentation.stain)
        let common = random.uniform(-1...1)
        let factors = (0..<3).map { _ in Float(exp(reach * (common + random.uniform(-1...1) / 3))) }
        forEachRow { y in
            for x in 0..<options.size {
                let pixel = map.pixel(y, x)
                for channel in 0..<3 {
                    pixel[channel] = Glass.brightness(pixel[channel], withDensityTimes: factors[channel])
                }
            }
        }
    }

    private func weigh(
        _ target: FeatureMap, _ field: FieldPictures, _ placement: Placement, into weights: UnsafeMutablePointer<Float>
    ) {
        let objectWeight = Float(options.objectWeight)
        let gapWeight = Float(options.gapWeight)
        let other = options.role == .shadowing ? otherChannel : nil
        let detail = Float(Self.weighsDetail(options) ? options.detailWeight - 1 : 0)
        if detail != 0 { takeSurroundings(of: target) }
        forEachRow { y in
            for x in 0..<options.size {
                let from = placement.pixel(y, x, width: field.width)
                let pixel = target.pixel(y, x)
                let out = weights + (y * options.size + x) * 3
                let isGap = options.role == .labelling && field.gaps?.samples[from] == 255
                // What is not in the input cannot be asked for.
                let isOther = other.map { field.map.samples[from * 3 + $0] > 60 } ?? false
                // Micrographs are grey: one channel says it for all.
                let fine =
                    detail == 0
                    ? 0 : min(1, abs(pixel[0] - surroundings.base[y * options.size + x]) / Self.fullDetail) * detail
                for channel in 0..<3 {
                    out[channel] = isOther ? 0 : isGap ? gapWeight : 1 + (objectWeight - 1) * pixel[channel] + fine
                }
            }
        }
    }

    /// What lies within the mask has the weight of a whole picture, however little it is, down to `Judge.leastShare`: what
    /// is black in the input is black in the target, and would hide all else.
    private func confine(_ weights: UnsafeMutablePointer<Float>, to mask: UnsafePointer<Float>) {
        let pixels = options.size * options.size
        var inside: Float = 0
        for pixel in 0..<pixels where mask[pixel] > 0.05 { inside += 1 }
        let share = max(inside / Float(pixels), Float(Judge.leastShare))
        for pixel in 0..<pixels {
            let factor = mask[pixel] > 0.05 ? 1 / share : Self.outsideShare
            for channel in 0..<3 { weights[pixel * 3 + channel] *= factor }
        }
    }

    private func takeSurroundings(of target: FeatureMap) {
        let size = options.size
        forEachRow { y in
            for x in 0..<size { surroundings.base[y * size + x] = target.pixel(y, x)[0] }
        }
        blurring.blur(
            FeatureMap(base: surroundings.base, height: size, width: size, channels: 1, pixelStride: 1),
            deviation: Self.reach)
    }
}
