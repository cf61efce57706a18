internal import Foundation
internal import Imaging
internal import Randomness
internal import Registration

/// Writes a dataset folder as a whole: it is made beside its place and moved there when it is complete.
package final class DatasetWriter {
    /// How fields are divided; groups stay together.
    package struct Division: Sendable {
        /// Least parts of all fields, 0...1.
        package var val: Double
        package var test: Double
        /// Equal seeds give equal divisions.
        package var seed: UInt64

        package init(val: Double = 0.1, test: Double = 0.2, seed: UInt64 = 1) {
            self.val = val
            self.test = test
            self.seed = seed
        }
    }

    private struct Entry {
        let name: String
        let sources: [String]
        let group: String
        let split: Dataset.Split?
        let csv: String
        let thumbnails: [String]
    }

    private let path: String
    private let partial: String
    private var dataset: Dataset
    private var entries: [Entry] = []
    private var isFinished = false

    /// - Parameter path: folder to make; must not be there yet.
    package init(path: String, nmPerPixel: Double, species: [Dataset.Species], otherChannel: Int?) throws(PairingError)
    {
        let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard !FileManager.default.fileExists(atPath: path) else {
            throw PairingError(
                .badRequest, "\(path) is there already", hint: "name a new folder, or remove this one first")
        }
        self.path = path
        partial = path + ".partial-\(ProcessInfo.processInfo.processIdentifier)"
        dataset = Dataset(nmPerPixel: nmPerPixel, species: species, otherChannel: otherChannel, splits: .init())
        if let fault = dataset.fault {
            throw PairingError(.badRequest, fault, hint: "state the species as KEY=NAME, three channels in all")
        }
    }

    deinit {
        if !isFinished { try? FileManager.default.removeItem(atPath: partial) }
    }

    package var count: Int { entries.count }

    package func add(_ field: DatasetField) throws(PairingError) {
        let digits = String(entries.count)
        let name = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        let kinds: [(DatasetFolder.Kind, Picture<UInt8>?)] = [
            (.optical, field.optical), (.map, field.map), (.sem, field.sem), (.onBlack, field.onBlack),
        ]
        var thumbnails: [String] = []
        for (kind, picture) in kinds {
            guard let picture else { continue }
            guard picture.width == field.optical.width, picture.height == field.optical.height else {
                throw PairingError(
                    .sizesDiffer,
                    "\(field.sources.joined(separator: " and ")): the optical picture has \(field.optical.width) x \(field.optical.height) pixels and \(kind.rawValue) \(picture.width) x \(picture.height)",
                    hint: "give pictures of one size")
            }
            let rgb = picture.channels == 3 || kind == .sem || kind == .onBlack ? picture : picture.greyAsRGB
            try Files.write(rgb, to: "\(partial)/\(kind.rawValue)/\(name).png", nmPerPixel: dataset.nmPerPixel)
            if entries.count < ContactSheet.maximumFields { thumbnails.append(try ContactSheet.thumbnail(picture)) }
        }
        if let truth = field.truth { try write(truth, to: "\(partial)/truth/\(name).json") }
        var csv = ""
        if let found = field.registration {
            let t = found.transform
            csv = String(
                format: "%.3f,%.3f,%.3f,%.5f,%.3f,%.2f,%.2f", found.confidence, found.correlation, found.overlap,
                t.scale,
                t.rotation * 180 / .pi, t.offset.x, t.offset.y)
        }
        entries.append(
            Entry(
                name: name, sources: field.sources, group: field.group, split: field.split, csv: csv,
                thumbnails: thumbnails))
    }

    /// Divides the fields, writes what describes them, and puts the folder in its place.
    package func finish(_ division: Division) throws(PairingError) -> Dataset {
        guard !entries.isEmpty else {
            throw PairingError(.badRequest, "there is no field to write", hint: "give pictures")
        }
        let splits = try divided(division)
        for entry in entries { dataset.splits[splits[entry.name]!].append(entry.name) }
        var csv = "name,split,group,sources,confidence,correlation,overlap,scale,rotation_deg,dx_px,dy_px\n"
        for entry in entries {
            let files = entry.sources.joined(separator: " + ").replacingOccurrences(of: "\"", with: "'")
            csv +=
                "\(entry.name),\(splits[entry.name]!),\"\(entry.group)\",\"\(files)\",\(entry.csv.isEmpty ? ",,,,,," : entry.csv)\n"
        }
        try Files.write(Array(csv.utf8), to: "\(partial)/fields.csv")
        let rows = entries.filter { !$0.thumbnails.isEmpty }.map { entry in
            ContactSheet.Row(
                title: entry.name, detail: "\(splits[entry.name]!), \(entry.sources.joined(separator: " + "))",
                thumbnails: entry.thumbnails)
        }
        try Files.write(
            Array(ContactSheet.page(rows, title: (path as NSString).lastPathComponent, of: entries.count).utf8),
            to: "\(partial)/contact-sheet.html")
        try write(dataset, to: "\(partial)/dataset.json")
        do {
            try FileManager.default.moveItem(atPath: partial, toPath: path)
        } catch {
            throw PairingError(
                .cannotWrite, "\(path) cannot be made: \(error.localizedDescription)",
                hint: "check that the folder above it can be written to")
        }
        isFinished = true
        return dataset
    }

    private func write(_ value: some Encodable, to file: String) throws(PairingError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            throw PairingError(
                .cannotWrite, "\(file) cannot be encoded", hint: "check the truth for numbers that are not finite")
        }
        try Files.write(data, to: file)
    }

    /// Whole groups, in random order, to test and validation until each has its part; the rest is for training.
    private func divided(_ division: Division) throws(PairingError) -> [String: Dataset.Split] {
        var result: [String: Dataset.Split] = [:]
        for entry in entries { if let split = entry.split { result[entry.name] = split } }
        let open = entries.filter { $0.split == nil }
        var groups: [String] = []
        for entry in open where !groups.contains(entry.group) { groups.append(entry.group) }
        var random = SplitMix64(seed: division.seed)
        groups.shuffle(using: &random)
        let members = Dictionary(grouping: open, by: \.group)
        var left = groups[...]
        for (split, part) in [(Dataset.Split.test, division.test), (.val, division.val)] {
            let wanted = part * Double(open.count)
            var taken = 0
            while Double(taken) < wanted - 1e-9, let group = left.popFirst() {
                for entry in members[group]! { result[entry.name] = split }
                taken += members[group]!.count
            }
        }
        if left.isEmpty, !open.isEmpty, division.test + division.val > 0 {
            throw PairingError(
                .badRequest, "\(open.count) fields in \(groups.count) groups leave none for training",
                hint: "give more fields, smaller groups, or smaller --test and --val")
        }
        for group in left { for entry in members[group]! { result[entry.name] = .train } }
        return result
    }
}
