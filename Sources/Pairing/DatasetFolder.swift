package import Foundation
package import Imaging

/// A dataset on disk, for reading.
package struct DatasetFolder: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case optical, map, sem
        case onBlack = "on-black"
    }

    package let path: String
    package let dataset: Dataset

    /// Reads and checks `dataset.json`; pictures are read when they are asked for.
    package init(path: String) throws(PairingError) {
        let file = path + "/dataset.json"
        let bytes = try Files.read(file, as: "a dataset folder that `neurallens-lab pair` wrote")
        let dataset: Dataset
        do {
            dataset = try JSONDecoder().decode(Dataset.self, from: Data(bytes))
        } catch {
            throw PairingError(.unreadable, "\(file) is not a dataset's description", hint: "make the dataset again")
        }
        self.path = path
        self.dataset = dataset
        if let fault = dataset.fault {
            throw PairingError(.unreadable, "\(file): \(fault)", hint: "correct it, or make the dataset again")
        }
    }

    package func url(_ kind: Kind, _ name: String) -> URL {
        URL(fileURLWithPath: "\(path)/\(kind.rawValue)/\(name).png")
    }

    package func has(_ kind: Kind, _ name: String) -> Bool {
        FileManager.default.fileExists(atPath: url(kind, name).path)
    }

    /// A picture of a field, RGB, 0...1.
    package func picture(_ kind: Kind, _ name: String) throws(PairingError) -> Picture<Float> {
        try Files.picture(url(kind, name).path).rgb
    }

    /// Several pictures of a field; all have one size.
    package func pictures(_ kinds: [Kind], _ name: String) throws(PairingError) -> [Picture<Float>] {
        var result: [Picture<Float>] = []
        for kind in kinds {
            let next = try picture(kind, name)
            if let first = result.first, first.width != next.width || first.height != next.height {
                throw PairingError(
                    .sizesDiffer,
                    "field \(name) of \(path): \(kinds[0].rawValue) has \(first.width) x \(first.height) pixels and \(kind.rawValue) \(next.width) x \(next.height)",
                    hint: "make the dataset again")
            }
            result.append(next)
        }
        return result
    }

    /// What is known of a field; nil where nothing is.
    package func truth(_ name: String) throws(PairingError) -> FieldTruth? {
        let file = "\(path)/truth/\(name).json"
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        let bytes = try Files.read(file, as: "the truth of a field")
        guard let truth = try? JSONDecoder().decode(FieldTruth.self, from: Data(bytes)) else {
            throw PairingError(.unreadable, "\(file) is not the truth of a field", hint: "make the dataset again")
        }
        return truth
    }
}

extension Dataset {
    /// The first contradiction, in words; nil if there is none.
    package var fault: String? {
        if !(nmPerPixel > 0 && nmPerPixel.isFinite) { return "nm_per_pixel must be positive" }
        if species.isEmpty { return "no species are named" }
        let channels = species.map(\.mapChannel) + (otherChannel.map { [$0] } ?? [])
        if Set(channels).count != channels.count { return "two species share a map channel" }
        if channels.contains(where: { !(0...2).contains($0) }) { return "a map channel lies outside 0...2" }
        let keys = species.map(\.key)
        if Set(keys).count != keys.count { return "a species key occurs twice" }
        for key in keys where !key.isPlainKey {
            return "species key \"\(key)\" must be of lower-case letters, digits and hyphens"
        }
        let names = splits.all
        if Set(names).count != names.count { return "a field belongs to two splits" }
        if let bad = names.first(where: { $0.isEmpty || $0.hasPrefix(".") || $0.contains("/") }) {
            return "\"\(bad)\" is no name of a field"
        }
        return nil
    }
}

extension String {
    /// Lower-case letters, digits and hyphens, and none of the words with a meaning of their own.
    var isPlainKey: Bool {
        !isEmpty && self != "unidentified" && self != Label.other
            && utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
    }
}
