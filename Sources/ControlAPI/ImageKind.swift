/// The pictures of a capture: `input`, `raw`, `sharpest`, `heights`, `map`, `magnified`, `sureness`, `labelled`, `only-KEY`.
package enum ImageKind: RawRepresentable, Sendable, Hashable {
    /// The field as the camera gave it, demosaiced.
    case input
    /// The field as it is stored: the camera's mosaic, or colours where the camera gave those.
    case raw
    /// Of a field that was fused from focal planes: the frame of the sharpest plane, demosaiced.
    case sharpest
    /// Of the same: grey of 16 bits, 0 where nothing is sharp, else 1...65535 from the lowest to the highest plane.
    case heights
    case map
    /// Synthesised by the lens.
    case magnified
    /// How narrow the interval of each magnified pixel is: 255 for none, 1 for the whole range, 0 where nothing is
    /// magnified. Only from lenses that state intervals.
    case sureness
    /// Synthesised by the lens, coloured by species.
    case labelled
    /// Synthesised by the lens, one species alone. The key has lower-case letters, digits and hyphens.
    case only(species: String)

    package init?(rawValue: String) {
        switch rawValue {
        case "input": self = .input
        case "raw": self = .raw
        case "sharpest": self = .sharpest
        case "heights": self = .heights
        case "map": self = .map
        case "magnified": self = .magnified
        case "sureness": self = .sureness
        case "labelled": self = .labelled
        default:
            let key = rawValue.dropFirst("only-".count)
            guard rawValue.hasPrefix("only-"), !key.isEmpty,
                key.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 })
            else { return nil }
            self = .only(species: String(key))
        }
    }

    package var rawValue: String {
        switch self {
        case .input: "input"
        case .raw: "raw"
        case .sharpest: "sharpest"
        case .heights: "heights"
        case .map: "map"
        case .magnified: "magnified"
        case .sureness: "sureness"
        case .labelled: "labelled"
        case .only(let species): "only-\(species)"
        }
    }
}
