internal import Foundation
import Imaging

/// Draws sample maps: what each object of a field is, a channel a species.
struct SampleMap {
    /// Objects drawn, each with its pixels taken from those drawn before.
    private(set) var picture: Picture<UInt8>
    private(set) var truth = FieldTruth(grains: [], others: [])
    private let species: [Dataset.Species]
    private let otherChannel: Int?

    init(width: Int, height: Int, species: [Dataset.Species], otherChannel: Int?) {
        picture = Picture(width: width, height: height, channels: 3, filledWith: 0)
        self.species = species
        self.otherChannel = otherChannel
    }

    /// The key that a label's word or number stands for.
    static func key(of label: Label, among species: [Dataset.Species]) -> String? {
        if label.species == Label.other || species.contains(where: { $0.key == label.species }) { return label.species }
        if let number = Int(label.species), species.indices.contains(number) { return species[number].key }
        return species.first { $0.name.lowercased() == label.species.lowercased() }?.key
    }

    // MARK: Shapes as drawn by a person

    /// Draws a labelled shape; `fill` shrinks boxes and ellipses about their middle, which keeps touching grains apart.
    /// The truth keeps the full outline.
    mutating func draw(_ shape: Label.Shape, as key: String, fill: Double) {
        let full = Self.outline(shape, width: picture.width, height: picture.height)
        var drawn = full
        if case .polygon = shape {
        } else {
            let middle = full.reduce(.zero, +) / Double(max(1, full.count))
            drawn = full.map { middle + ($0 - middle) * fill }
        }
        let channel = channel(of: key)
        Polygon.rows(of: drawn, within: 0..<picture.height) { row, from, to in
            let first = Int(max(0, from.rounded(.up))), last = Int(min(Double(picture.width - 1), to.rounded(.down)))
            if first <= last { for x in first...last { paint(row * picture.width + x, channel) } }
        }
        note(full, as: key)
    }

    /// The outline that a shape stands for: the ellipse in a box. A box that ends at the picture's edge holds a part of
    /// an object: it is taken to be as long as it is wide, with the rest outside.
    static func outline(_ shape: Label.Shape, width: Int, height: Int) -> [SIMD2<Double>] {
        switch shape {
        case .point(let p): return ellipse(centre: p, halfAxes: SIMD2(3, 3), angle: 0)
        case .polygon(let points): return points
        case .ellipse(let centre, let halfAxes, let angle):
            return ellipse(centre: centre, halfAxes: halfAxes, angle: angle)
        case .box(var low, var high):
            let size = high - low
            let side = max(size.x, size.y)
            let edge = SIMD2(Double(width - 1), Double(height - 1))
            for axis in 0...1 where size[axis] < side {
                if low[axis] <= 1.5 {
                    low[axis] = high[axis] - side
                } else if high[axis] >= edge[axis] - 1.5 {
                    high[axis] = low[axis] + side
                }
            }
            return ellipse(centre: (low + high) / 2, halfAxes: (high - low) / 2, angle: 0)
        }
    }

    private static func ellipse(centre: SIMD2<Double>, halfAxes: SIMD2<Double>, angle: Double) -> [SIMD2<Double>] {
        (0..<64).map { corner in
            let turn = 2 * Double.pi * Double(corner) / 64
            let p = SIMD2(cos(turn), sin(turn)) * halfAxes
            return centre + SIMD2(p.x * cos(angle) - p.y * sin(angle), p.x * sin(angle) + p.y * cos(angle))
        }
    }

    // MARK: Outlines found in the picture, named by labels

    /// Draws found silhouettes, each as the label that lies in it says; those without one are other objects. Where
    /// several labels lie in one silhouette, grains touch: each pixel goes to the nearest label, less a gap.
    /// - Parameters:
    ///   - gap: between grains that touch, in pixels.
    ///   - margin: nearer to the edge than this, in pixels, a labelled object may be cut off so far that it has no
    ///     outline.
    /// - Returns: the first label in whose place there is no silhouette.
    mutating func draw(
        _ silhouettes: Picture<UInt8>, named labels: [(key: String, shape: Label.Shape)], gap: Double, margin: Double
    ) -> SIMD2<Double>? {
        let (regions, count) = silhouettes.connectedComponents()
        var members = [[(key: String, at: SIMD2<Double>)]](repeating: [], count: count + 1)
        for label in labels {
            let at = Self.middle(label.shape)
            guard let region = region(at: label.shape, in: regions, silhouettes) else {
                let fromEdge = min(
                    at.x, at.y, Double(picture.width - 1) - at.x, Double(picture.height - 1) - at.y)
                if fromEdge < margin { continue }
                return at
            }
            members[region].append((label.key, at))
        }
        var pixels = [[Int]](repeating: [], count: count + 1)
        for (pixel, region) in regions.enumerated() where region != 0 { pixels[Int(region)].append(pixel) }
        for region in stride(from: 1, through: count, by: 1) {
            let named = members[region].isEmpty ? [(key: Label.other, at: SIMD2<Double>.zero)] : members[region]
            var masks = named.map { _ in
                Picture<Bool>(width: picture.width, height: picture.height, channels: 1, filledWith: false)
            }
            for pixel in pixels[region] {
                if named.count == 1 {
                    masks[0].samples[pixel] = true
                    continue
                }
                let p = SIMD2(Double(pixel % picture.width), Double(pixel / picture.width))
                let distances = named.map { ((($0.at - p) * ($0.at - p)).sum()).squareRoot() }
                let nearest = distances.indices.min { distances[$0] < distances[$1] }!
                let second = distances.indices.filter { $0 != nearest }.map { distances[$0] }.min()!
                if second - distances[nearest] >= gap { masks[nearest].samples[pixel] = true }
            }
            for (label, mask) in zip(named, masks) {
                let channel = channel(of: label.key)
                for pixel in pixels[region] where mask.samples[pixel] { paint(pixel, channel) }
                let contour = mask.map { $0 ? UInt8(255) : 0 }.largestContour()
                // Centres of the outermost pixels: every second will do.
                note(
                    contour.enumerated().filter { $0.offset % 2 == 0 }.map { SIMD2(Double($1.x), Double($1.y)) },
                    as: label.key)
            }
        }
        return nil
    }

    static func middle(_ shape: Label.Shape) -> SIMD2<Double> {
        switch shape {
        case .point(let p): p
        case .box(let low, let high): (low + high) / 2
        case .ellipse(let centre, _, _): centre
        case .polygon(let points): points.reduce(.zero, +) / Double(points.count)
        }
    }

    /// The silhouette a point lies in or next to, or that fills most of a box.
    private func region(at shape: Label.Shape, in regions: [Int32], _ mask: Picture<UInt8>) -> Int? {
        let (low, high, least): (SIMD2<Double>, SIMD2<Double>, Double) =
            if case .box(let low, let high) = shape {
                (low, high, 0.3)
            } else {
                (Self.middle(shape) - 4, Self.middle(shape) + 4, 0.02)
            }
        let columns = max(0, Int(low.x.rounded()))..<max(0, min(mask.width, Int(high.x.rounded()) + 1))
        let rows = max(0, Int(low.y.rounded()))..<max(0, min(mask.height, Int(high.y.rounded()) + 1))
        guard columns.lowerBound < columns.upperBound, rows.lowerBound < rows.upperBound else { return nil }
        var votes: [Int32: Int] = [:]
        for y in rows { for x in columns { votes[regions[y * mask.width + x], default: 0] += 1 } }
        let inside = votes.filter { $0.key != 0 }.max { ($0.value, $1.key) < ($1.value, $0.key) }
        guard let inside, Double(inside.value) >= least * Double(columns.count * rows.count) else { return nil }
        return Int(inside.key)
    }

    // MARK: Painting

    private func channel(of key: String) -> Int? {
        key == Label.other ? otherChannel : species.first { $0.key == key }?.mapChannel
    }

    /// What is drawn later lies on top.
    private mutating func paint(_ pixel: Int, _ channel: Int?) {
        for at in 3 * pixel..<3 * pixel + 3 { picture.samples[at] = 0 }
        if let channel { picture.samples[3 * pixel + channel] = 255 }
    }

    private mutating func note(_ outline: [SIMD2<Double>], as key: String) {
        let right = Double(picture.width) - 0.5, bottom = Double(picture.height) - 0.5
        guard outline.contains(where: { $0.x > -0.5 && $0.y > -0.5 && $0.x < right && $0.y < bottom }) else { return }
        let clipped = outline.map { [rounded(min(max($0.x, -0.5), right)), rounded(min(max($0.y, -0.5), bottom))] }
        let x = clipped.map { $0[0] }, y = clipped.map { $0[1] }
        if key == Label.other {
            truth.others.append(
                FieldTruth.Other(kind: Label.other, box: [x.min()!, y.min()!, x.max()!, y.max()!]))
        } else {
            let isCut = x.min()! <= 0 || y.min()! <= 0 || x.max()! >= right - 0.5 || y.max()! >= bottom - 0.5
            truth.grains.append(FieldTruth.Grain(species: key, outline: clipped, onBorder: isCut))
        }
    }

    private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
