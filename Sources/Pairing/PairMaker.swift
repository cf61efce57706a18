internal import Foundation
import Imaging
package import Registration

/// Makes a dataset from optical pictures, electron micrographs of the same fields if there are any, and a label file.
package struct PairMaker: Sendable {
    /// Which picture the labels' pixels belong to.
    package enum LabelledPicture: String, CaseIterable, Sendable { case optical, sem }

    package var opticalNmPerPixel: Double
    package var semNmPerPixel: Double
    /// Scale of the dataset.
    package var nmPerPixel: Double
    package var species: [Dataset.Species]
    package var labelled = LabelledPicture.sem
    /// Boxes and ellipses are drawn this much smaller, to keep touching grains apart.
    package var fill = 0.85
    /// Fields are cut into squares of this many pixels; nil leaves them whole.
    package var tile: Int?
    package var registrar = Registrar(
        scaleRange: 0.9...1.1, rotationLimit: 5 * .pi / 180, minimumOverlap: 0.4, whitening: 0.5,
        minimumConfidence: 0.65
    )
    package var outlines: OutlineFinder
    package var division = DatasetWriter.Division()
    /// A regular expression whose match in a file name, or whose first group, names the field's group.
    package var groupPattern: String?
    /// Goes on without pairs that do not match instead of stopping.
    package var leavesOutUnmatched = false

    package init(opticalNmPerPixel: Double, semNmPerPixel: Double, nmPerPixel: Double, species: [Dataset.Species]) {
        self.opticalNmPerPixel = opticalNmPerPixel
        self.semNmPerPixel = semNmPerPixel
        self.nmPerPixel = nmPerPixel
        self.species = species
        outlines = OutlineFinder(nmPerPixel: nmPerPixel)
    }

    package struct Summary: Sendable {
        package var dataset: Dataset
        /// Pairs left out because they do not match, each with the reason.
        package var leftOut: [String]
    }

    /// - Parameters:
    ///   - optical, sem: folders; the pictures of a pair have one name, endings aside.
    ///   - output: folder to make.
    ///   - progress: called with the number of fields done and of all.
    package func run(
        optical: String, sem: String?, labels: String, output: String, progress: (Int, Int) -> Void = { _, _ in }
    ) throws(PairingError) -> Summary {
        let names = try Files.pictures(in: optical)
        let partners = try partners(of: names, optical: optical, sem: sem)
        var file = try LabelFile(path: labels)
        try file.check(pictures: labelled == .sem ? names.map { partners[$0] ?? $0 } : names, in: optical)
        let keys = try check(file, hasSEM: sem != nil)
        // Without electrons nothing but what is labelled is known.
        let hasOthers = sem != nil || keys.contains(Label.other)
        let free = (0...2).first { channel in !species.contains { $0.mapChannel == channel } }
        let writer = try DatasetWriter(
            path: output, nmPerPixel: nmPerPixel, species: species, otherChannel: hasOthers ? free : nil)
        var leftOut: [String] = []
        var drawn: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            let labelledName = partners[name].map { labelled == .sem ? $0 : name } ?? name
            guard let labels = file.labels(of: labelledName) else {
                throw PairingError(
                    .badLabel, "\(labels) says nothing of \(name)",
                    hint: "label it, with an empty list where it holds no object, or take the picture away")
            }
            do {
                let field = try field(
                    name, optical: optical, partner: partners[name].map { "\(sem!)/\($0)" },
                    labels: Labels(all: labels, file: file, picture: labelledName),
                    otherChannel: hasOthers ? free : nil, overlay: "\(output)-unmatched/\(Files.stem(name)).png")
                for grain in field.truth?.grains ?? [] { drawn[grain.species, default: 0] += 1 }
                for part in tile.map(field.cut) ?? [field] { try writer.add(part) }
            } catch {
                guard error.code == .noMatch else { throw error }
                leftOut.append(error.message)
            }
            progress(index + 1, names.count)
        }
        if !leftOut.isEmpty && !leavesOutUnmatched {
            throw PairingError(
                .noMatch, leftOut.joined(separator: "; "),
                hint:
                    "look at the overlays in \(output)-unmatched; correct the pairs or the scales, or go on without these by --leave-out-unmatched"
            )
        }
        try checkEverySpecies(drawn, in: "the maps", of: labels)
        return Summary(dataset: try writer.finish(division), leftOut: leftOut)
    }

    // MARK: Checks before any work

    private func partners(of names: [String], optical: String, sem: String?) throws(PairingError) -> [String: String] {
        guard let sem else { return [:] }
        let others = try Files.pictures(in: sem)
        let byStem = Dictionary(uniqueKeysWithValues: others.map { (Files.stem($0), $0) })
        if let lonely = names.first(where: { byStem[Files.stem($0)] == nil }) {
            throw PairingError(
                .missingPartner, "\(optical)/\(lonely) has no partner in \(sem)",
                hint: "give both pictures of a pair one name")
        }
        let stems = Set(names.map(Files.stem))
        if let lonely = others.first(where: { !stems.contains(Files.stem($0)) }) {
            throw PairingError(
                .missingPartner, "\(sem)/\(lonely) has no partner in \(optical)",
                hint: "give both pictures of a pair one name")
        }
        return Dictionary(uniqueKeysWithValues: names.map { ($0, byStem[Files.stem($0)]!) })
    }

    /// The keys used; throws where a label's species is not known, or a species has no label.
    private func check(_ file: LabelFile, hasSEM: Bool) throws(PairingError) -> Set<String> {
        let path = file.path
        var counts: [String: Int] = [:]
        for (name, labels) in file.labels.sorted(by: { $0.key < $1.key }) {
            for label in labels {
                guard let key = SampleMap.key(of: label, among: species) else {
                    throw PairingError(
                        .badLabel,
                        "\(path) names the species \"\(label.species)\" in \(name), which is not among those given",
                        hint: "add --species \(label.species)=NAME, or correct the label")
                }
                counts[key, default: 0] += 1
                // Without a micrograph there is no outline that a point could name.
                if !hasSEM, case .point = label.shape {
                    throw file.fault(
                        "\(label.place) of \(name) is a point, which names an outline in a micrograph and draws nothing "
                            + "without one: label boxes, ellipses or polygons, or give --sem")
                }
            }
        }
        try checkEverySpecies(counts, in: "the labels", of: path)
        return Set(counts.keys)
    }

    /// A species that nothing is labelled as would be trained as empty glass.
    private func checkEverySpecies(
        _ counts: [String: Int], in what: String, of path: String
    ) throws(PairingError) {
        guard let missing = species.first(where: { counts[$0.key] == nil }) else { return }
        let found = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        throw PairingError(
            .badLabel, "\(path): \(what) hold nothing of \(missing.key) (\(found.isEmpty ? "no label at all" : found))",
            hint: "label it in some picture, or leave out --species \(missing.key)=...")
    }

    private func group(_ name: String) throws(PairingError) -> String {
        guard let groupPattern else { return Files.stem(name) }
        guard let expression = try? NSRegularExpression(pattern: groupPattern) else {
            throw PairingError(
                .badRequest, "\"\(groupPattern)\" is not a regular expression", hint: "correct --group")
        }
        let text = name as NSString
        guard let match = expression.firstMatch(in: name, range: NSRange(location: 0, length: text.length)) else {
            throw PairingError(
                .badRequest, "--group \"\(groupPattern)\" does not match \(name)",
                hint: "correct it so that it matches every name")
        }
        return text.substring(with: match.range(at: match.numberOfRanges > 1 ? 1 : 0))
    }

    // MARK: One field

    private func field(
        _ name: String, optical: String, partner: String?, labels given: Labels, otherChannel: Int?, overlay: String
    ) throws(PairingError) -> DatasetField {
        let factor = opticalNmPerPixel / nmPerPixel
        let stored = try picture("\(optical)/\(name)", nmPerPixel: opticalNmPerPixel, option: "--optical-nm-per-pixel")
        let group = try group(name)
        var labels = given.all
        if labelled == .optical || partner == nil {
            labels = try given.fitting(stored, nmPerPixel: opticalNmPerPixel)
        }
        guard let partner else {
            return DatasetField(
                light: stored.rgb, nmPerPixel: opticalNmPerPixel,
                shapes: labels.map { (SampleMap.key(of: $0, among: species)!, $0.shape) },
                datasetNmPerPixel: nmPerPixel,
                species: species, otherChannel: otherChannel, fill: fill, sources: [name], group: group)
        }
        let light = stored.rgb.resampled(by: factor).clipped
        var map: SampleMap
        let semFactor = semNmPerPixel / nmPerPixel
        let storedElectrons = try picture(partner, nmPerPixel: semNmPerPixel, option: "--sem-nm-per-pixel")
        if labelled == .sem { labels = try given.fitting(storedElectrons, nmPerPixel: semNmPerPixel) }
        let electrons = storedElectrons.rgb.grey.resampled(by: semFactor).clipped
        let found = try register(light, electrons, name: name, overlay: overlay)
        let seen = light.warped(
            found.transform.inverse.matrix, width: electrons.width, height: electrons.height, outside: .nan)
        let common = seen.largestCoveredRectangle
        guard common.width >= 8, common.height >= 8 else {
            throw PairingError(
                .noMatch, "\(name): the pictures of the pair have next to nothing in common",
                hint: "check that both show the same field")
        }
        let crop = { (picture: Picture<Float>) in
            picture.cropped(x: common.x, y: common.y, width: common.width, height: common.height)
        }
        let sem = crop(electrons)
        map = SampleMap(width: sem.width, height: sem.height, species: species, otherChannel: otherChannel)
        let enlarged = labelled == .sem ? semFactor : factor
        var place = Similarity(scale: enlarged, offset: SIMD2(repeating: (enlarged - 1) / 2))
        if labelled == .optical { place = found.transform.after(place) }
        place = Similarity(offset: -SIMD2(Double(common.x), Double(common.y))).after(place)
        let shapes = labels.map { (key: SampleMap.key(of: $0, among: species)!, shape: $0.shape.moved(place)) }
            .filter {
                let p = SampleMap.middle($0.shape)
                return p.x >= 0 && p.y >= 0 && p.x < Double(sem.width) && p.y < Double(sem.height)
            }
        let naming = shapes.filter {
            switch $0.shape {
            case .point, .box: true
            case .ellipse, .polygon: false
            }
        }
        if let stray = map.draw(
            outlines.silhouettes(sem), named: naming, gap: 450 / nmPerPixel, margin: 2000 / nmPerPixel)
        {
            let there = place.inverse(stray)
            throw PairingError(
                .badLabel,
                "\(name): the label at \(Int(there.x.rounded())), \(Int(there.y.rounded())) lies on no outline",
                hint: "move it onto the object, or draw the object as a polygon or ellipse")
        }
        for (key, shape) in shapes {
            switch shape {
            case .point, .box: break
            case .ellipse, .polygon: map.draw(shape, as: key, fill: 1)
            }
        }
        return DatasetField(
            optical: crop(seen).clipped.eightBit, map: map.picture, sem: sem.eightBit,
            onBlack: sem.eightBit.onBlack(map.picture, species: species), truth: map.truth,
            sources: [
                name, Files.stem(partner) == Files.stem(name) ? (partner as NSString).lastPathComponent : partner,
            ],
            group: group, registration: found)
    }

    /// A picture whose file does not contradict the scale that it is taken to have.
    private func picture(_ path: String, nmPerPixel: Double, option: String) throws(PairingError) -> PNG.Content {
        let reading = try Files.reading(path)
        if let stated = reading.nmPerPixel, abs(stated / nmPerPixel - 1) > 0.05 {
            throw PairingError(
                .badRequest,
                String(format: "%@ states %.4g nm a pixel, and %@ says %.4g", path, stated, option, nmPerPixel),
                hint: "correct \(option), or save the picture without a scale if the file is wrong")
        }
        return reading.content
    }

    /// Brings the optical picture onto the electron micrograph, by the silhouettes of the objects in both: insides and
    /// brightness differ, outlines agree.
    func register(
        _ light: Picture<Float>, _ electrons: Picture<Float>, name: String, overlay: String
    ) throws(PairingError) -> Registration {
        let moving = outlines.silhouettes(light.grey), fixed = outlines.silhouettes(electrons)
        // One object, perhaps a round one, cannot tell scale and rotation: the stated scales are taken.
        var registrar = registrar
        if min(moving.connectedComponents().count, fixed.connectedComponents().count) < 2 {
            registrar.scaleRange = 1...1
            registrar.rotationLimit = 0
        }
        var best: Registration
        do {
            best = try registrar.estimate(moving.normalised, onto: fixed.normalised)
        } catch {
            throw PairingError(.noMatch, "\(name): \(error.message)", hint: error.hint)
        }
        // Light blurs silhouettes outwards, by up to half a micrometre: what fits best is refined.
        let confidence = best.confidence, target = fixed.normalised
        var shrunk = moving.normalised
        best = registrar.refine(best.transform, shrunk, onto: target, step: 2)
        for radius in Set((1...5).map { Int((Double($0) * 150 / nmPerPixel).rounded()) }).sorted() where radius > 0 {
            let smaller = moving.grown(by: -radius).normalised
            guard smaller.samples.contains(where: { $0 != 0 }) else { break }
            let next = registrar.refine(best.transform, smaller, onto: target, step: 2)
            guard next.correlation > best.correlation else { break }
            best = next
            shrunk = smaller
        }
        best = registrar.refine(best.transform, shrunk, onto: target)
        best.confidence = confidence
        guard best.confidence >= registrar.minimumConfidence else {
            try Files.write(
                light.overlay(on: electrons, found: best), to: overlay, nmPerPixel: nmPerPixel)
            throw PairingError(
                .noMatch,
                String(
                    format: "%@: the pictures of the pair do not clearly match (confidence %.2f, %.2f is asked for)",
                    name,
                    best.confidence, registrar.minimumConfidence), hint: "look at \(overlay)")
        }
        return best
    }
}

extension Label.Shape {
    func moved(_ map: Similarity) -> Label.Shape {
        switch self {
        case .point(let p): return .point(map(p))
        case .polygon(let points): return .polygon(points.map { map($0) })
        case .ellipse(let centre, let halfAxes, let angle):
            return .ellipse(centre: map(centre), halfAxes: halfAxes * map.scale, angle: angle + map.rotation)
        case .box(let low, let high):
            let middle = map((low + high) / 2), half = (high - low) / 2 * map.scale
            return .box(middle - half, middle + half)
        }
    }
}

extension Picture where Sample == Float {
    func resampled(by factor: Double) -> Picture {
        resampled(
            width: max(1, Int((Double(width) * factor).rounded())),
            height: max(1, Int((Double(height) * factor).rounded())))
    }

    /// Within 0...1; Lanczos and cubic interpolation overshoot at edges, a camera cannot. NaN becomes 0.
    var clipped: Picture { map { $0 > 0 ? min(1, $0) : 0 } }

    /// A large rectangle without NaN: lines with the largest part of NaN are cut off until there is none.
    var largestCoveredRectangle: (x: Int, y: Int, width: Int, height: Int) {
        var x0 = 0, y0 = 0, x1 = width, y1 = height
        func isMissing(_ x: Int, _ y: Int) -> Bool { samples[(y * width + x) * channels].isNaN }
        while x1 > x0, y1 > y0 {
            func part(_ points: [(Int, Int)]) -> Double {
                Double(points.count { isMissing($0.0, $0.1) }) / Double(points.count)
            }
            let sides = [
                part((y0..<y1).map { (x0, $0) }), part((y0..<y1).map { (x1 - 1, $0) }),
                part((x0..<x1).map { ($0, y0) }), part((x0..<x1).map { ($0, y1 - 1) }),
            ]
            let worst = sides.indices.max { sides[$0] < sides[$1] }!
            if sides[worst] == 0 { break }
            switch worst {
            case 0: x0 += 1
            case 1: x1 -= 1
            case 2: y0 += 1
            default: y1 -= 1
            }
        }
        return (x0, y0, x1 - x0, y1 - y0)
    }

    /// This optical picture, moved, in red over the electron micrograph in green and blue: what fits is grey.
    func overlay(on electrons: Picture<Float>, found: Registration) -> Picture<UInt8> {
        let moved = grey.warped(
            found.transform.inverse.matrix, width: electrons.width, height: electrons.height, outside: 0)
        var result = Picture(width: electrons.width, height: electrons.height, channels: 3, filledWith: 0)
        for pixel in electrons.samples.indices {
            result.samples[3 * pixel] = moved.samples[pixel]
            result.samples[3 * pixel + 1] = electrons.samples[pixel]
            result.samples[3 * pixel + 2] = electrons.samples[pixel]
        }
        return result.eightBit
    }
}

extension Picture where Sample == UInt8 {
    /// This micrograph with all but the species' grains black.
    func onBlack(_ map: Picture<UInt8>, species: [Dataset.Species]) -> Picture<UInt8> {
        var result = self
        let channels = species.map(\.mapChannel)
        for pixel in 0..<width * height where !channels.contains(where: { map.samples[3 * pixel + $0] >= 128 }) {
            for channel in 0..<self.channels { result.samples[pixel * self.channels + channel] = 0 }
        }
        return result
    }
}
