package import Lens

/// Which network of a lens is trained, and from what (paper, figure 2).
package enum NetworkRole: Sendable, Hashable {
    /// Optical field to sample map.
    case labelling
    /// Optical field times the map of one species to its electron micrograph on black.
    case magnifier(species: String)
    /// Electron micrograph of all species on black to the whole electron micrograph.
    case shadowing

    /// `labelling`, `magnifier-KEY`, `shadowing`: the network's name in a lens, and its file's.
    package var name: String {
        switch self {
        case .labelling: "labelling"
        case .magnifier(let species): "magnifier-\(species)"
        case .shadowing: "shadowing"
        }
    }

    /// Reads `name`; `magnify-KEY` is a magnifier too.
    package init?(_ name: String) {
        switch name {
        case "labelling": self = .labelling
        case "shadowing": self = .shadowing
        default:
            guard let prefix = ["magnifier-", "magnify-"].first(where: name.hasPrefix) else { return nil }
            self = .magnifier(species: String(name.dropFirst(prefix.count)))
        }
    }

    /// The networks of a lens in the order they run.
    package static func all(species: [LensManifest.Species]) -> [NetworkRole] {
        [.labelling] + species.map { .magnifier(species: $0.key) } + [.shadowing]
    }

    /// Where the network stands in the lens.
    func entry(species: [LensManifest.Species]) -> LensManifest.NetworkEntry {
        func onBlack(_ key: String) -> String { key + "-on-black" }
        let file = name + ".safetensors"
        switch self {
        case .labelling:
            return .init(
                name: name, file: file, sha256: "", reads: [LensManifest.field], maskedBy: nil,
                writes: LensManifest.map)
        case .magnifier(let key):
            return .init(
                name: name, file: file, sha256: "", reads: [LensManifest.field], maskedBy: key, writes: onBlack(key))
        case .shadowing:
            return .init(
                name: name, file: file, sha256: "", reads: species.map { onBlack($0.key) }, maskedBy: nil,
                writes: LensManifest.magnified)
        }
    }
}

extension NetworkRole: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let role = NetworkRole(name) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(name) is no network of a lens")
        }
        self = role
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
