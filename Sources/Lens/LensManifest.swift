package import Foundation
internal import Kernels
internal import Network
internal import Quantities

/// `lens.json`: what a lens sees, at which scale, and how its networks connect.
///
/// A lens is described by data, not by code, so that species and processing steps can be added (paper, section 4):
/// each network reads the field or what earlier networks wrote (several are added), optionally multiplied by the map
/// of one species, and writes a named picture. Two names have a meaning: `map`, the sample map that grains are
/// counted from, and `magnified`, the picture shown. A lens need not write the latter: it then counts and draws nothing.
package struct LensManifest: Codable, Sendable, Equatable {
    /// Version of this description; 1.
    package var format: Int
    package var name: String
    package var title: String
    /// Scale the networks were trained at, in the object plane.
    package var nmPerPixel: Double
    /// Side of the square tiles the networks run on, in pixels.
    package var tilePixels: Int
    /// Least overlap of neighbouring tiles, in pixels.
    package var overlapPixels: Int
    package var normalisation: String
    /// "fp32", or "bf16" for networks that are good enough in it: used where the processor multiplies bfloat16, fp32
    /// elsewhere. nil: fp32.
    package var precision: String?
    /// What the field is divided by before the networks see it, in training and in use: "glass", its own empty glass
    /// (`Picture.dividedByGlass`). nil: nothing.
    package var fieldCorrection: String?
    package var species: [Species]
    /// Map channel of objects that are none of the species; nil where the map has none.
    package var otherChannel: Int?
    /// Grains smaller than this are dirt, in µm².
    package var minimumGrainAreaSquareMicrometres: Double
    /// Grains of less confidence are unidentified, 0...1; nil takes the finder's own.
    package var minimumConfidence: Double?
    /// Pairs of evidence and probability, both rising; nil: confidence is the evidence itself.
    package var confidenceCalibration: [[Double]]?
    package var networks: [NetworkEntry]
    /// Which fields the lens knows; nil: it cannot tell.
    package var familiarity: Familiarity?
    package var testVector: TestVector?
    /// How the lens came to be: data, command, date, figures.
    package var provenance: [String: String]

    package struct Species: Codable, Sendable, Equatable {
        /// Short name in file names and tables: lower-case letters, digits and hyphens.
        package var key: String
        /// Scientific name.
        package var name: String
        /// "#rrggbb".
        package var colour: String
        package var mapChannel: Int

        package init(key: String, name: String, colour: String, mapChannel: Int) {
            self.key = key
            self.name = name
            self.colour = colour
            self.mapChannel = mapChannel
        }

        enum CodingKeys: String, CodingKey {
            case key, name, colour
            case mapChannel = "map_channel"
        }
    }

    package struct NetworkEntry: Codable, Sendable, Equatable {
        package var name: String
        package var file: String
        /// SHA-256 of the file, hexadecimal.
        package var sha256: String
        /// `field`, or what earlier networks write; several are added.
        package var reads: [String]
        /// Species key whose map multiplies what is read. Where that map is empty the network need not run.
        package var maskedBy: String?
        package var writes: String
        /// Where the network draws value, lower and upper bound of a grey picture in place of red, green and blue.
        package var interval: Interval?
        /// Pixels of the lens a side of one of the network's: it sees their means, and what it says holds for all of them.
        /// 2 or 4; nil for 1. What is large against the lens's pixels, as grains are, is told as well from a quarter of
        /// the work.
        package var binning: Int?

        package init(name: String, file: String, sha256: String, reads: [String], maskedBy: String?, writes: String) {
            self.name = name
            self.file = file
            self.sha256 = sha256
            self.reads = reads
            self.maskedBy = maskedBy
            self.writes = writes
        }

        enum CodingKeys: String, CodingKey {
            case name, file, sha256, reads, writes, interval, binning
            case maskedBy = "masked_by"
        }
    }

    /// How far a network's bounds lie from its value.
    package struct Interval: Codable, Sendable, Equatable {
        /// Times as far as the network draws them; 1 until it is calibrated.
        package var scale: Double

        package init(scale: Double) { self.scale = scale }
    }

    package struct Familiarity: Codable, Sendable, Equatable {
        /// A `FamiliarityModel`.
        package var file: String
        /// SHA-256 of the file, hexadecimal.
        package var sha256: String
        /// Of the labelling network, whose features are looked at; 0 is the outermost.
        package var level: Int
        /// Fields of less familiarity are not vouched for, 0...1.
        package var limit: Double
    }

    /// Outputs of each network for the pattern of `TestPattern`, sampled on a grid.
    package struct TestVector: Codable, Sendable, Equatable {
        /// Largest difference accepted on another CPU, in units of the -1...1 output.
        package var tolerance: Float
        package var outputs: [String: [Float]]
    }

    package init(
        format: Int, name: String, title: String, nmPerPixel: Double, tilePixels: Int, overlapPixels: Int,
        normalisation: String, species: [Species], otherChannel: Int?, minimumGrainAreaSquareMicrometres: Double,
        networks: [NetworkEntry], testVector: TestVector?, provenance: [String: String]
    ) {
        self.format = format
        self.name = name
        self.title = title
        self.nmPerPixel = nmPerPixel
        self.tilePixels = tilePixels
        self.overlapPixels = overlapPixels
        self.normalisation = normalisation
        self.species = species
        self.otherChannel = otherChannel
        self.minimumGrainAreaSquareMicrometres = minimumGrainAreaSquareMicrometres
        self.networks = networks
        self.testVector = testVector
        self.provenance = provenance
    }

    enum CodingKeys: String, CodingKey {
        case format, name, title, normalisation, precision, species, networks, provenance, familiarity
        case nmPerPixel = "nm_per_pixel"
        case tilePixels = "tile_px"
        case overlapPixels = "overlap_px"
        case fieldCorrection = "field_correction"
        case otherChannel = "other_channel"
        case minimumGrainAreaSquareMicrometres = "minimum_grain_area_um2"
        case minimumConfidence = "minimum_confidence"
        case confidenceCalibration = "confidence_calibration"
        case testVector = "test_vector"
    }

    /// The name the captured field goes by among what networks read.
    package static let field = "field"
    package static let map = "map"
    /// As a field correction.
    package static let glass = "glass"
    package static let magnified = "magnified"
    /// Pixels a side that a network may take together.
    package static let binnings = [2, 4]

    /// Names and hashes of the files that lie beside the manifest.
    package var files: [(name: String, sha256: String)] {
        networks.map { ($0.file, $0.sha256) } + (familiarity.map { [($0.file, $0.sha256)] } ?? [])
    }

    /// Reads and checks a manifest.
    package static func decode(_ data: Data, path: String) throws(LensError) -> LensManifest {
        let manifest: LensManifest
        do {
            manifest = try JSONDecoder().decode(LensManifest.self, from: data)
        } catch let error as DecodingError {
            throw LensError(.badManifest, "\(path) is not a lens manifest: \(error.sentence)", hint: Self.hint)
        } catch {
            throw LensError(.badManifest, "\(path) is not a lens manifest", hint: Self.hint)
        }
        if let fault = manifest.fault {
            throw LensError(.badManifest, "\(path): \(fault)", hint: Self.hint)
        }
        return manifest
    }

    private static let hint = "correct lens.json, or seal the folder with neurallens-lab seal-lens"

    /// The first number that cannot be, in words; nil if there is none.
    private var numberFault: String? {
        let numbers: [(Quantity, Double?, String)] = [
            (.scale, nmPerPixel, "nm_per_pixel"),
            (.grainArea, minimumGrainAreaSquareMicrometres, "minimum_grain_area_um2"),
            (.confidence, minimumConfidence, "minimum_confidence"),
            (.testTolerance, testVector.map { Double($0.tolerance) }, "tolerance of the test vector"),
        ]
        var counts: [(Quantity, Int?, String)] = [
            (.tileSide, tilePixels, "tile_px"), (.mapChannel, otherChannel, "other_channel"),
            (.lensParts, species.count, "number of species"), (.lensParts, networks.count, "number of networks"),
        ]
        for entry in species { counts.append((.mapChannel, entry.mapChannel, "map_channel of \(entry.key)")) }
        let fault =
            numbers.lazy.compactMap { kind, value, name in kind.fault(value, name: name) }.first
            ?? counts.lazy.compactMap { kind, value, name in kind.fault(value, name: name) }.first
        return fault.map { "\($0.detail); \($0.hint)" }
    }

    /// The first contradiction, in words; nil if there is none.
    private var fault: String? {
        if format != 1 { return "format \(format) is not one this version reads (1)" }
        if let numberFault { return numberFault }
        if let precision, ![.fp32, .bf16].contains(Precision(rawValue: precision)) {
            return "precision must be fp32 or bf16, not \"\(precision)\""
        }
        if let fieldCorrection, fieldCorrection != Self.glass {
            return "field_correction must be \"\(Self.glass)\" or left out, not \"\(fieldCorrection)\""
        }
        if overlapPixels < 0 || overlapPixels > tilePixels / 2 {
            return "overlap_px must lie in 0...\(tilePixels / 2), not \(overlapPixels)"
        }
        if calibration == nil { return "confidence_calibration must be pairs that rise, within 0...1" }
        if Normalisation(rawValue: normalisation) == nil {
            return "normalisation is \"running\", \"instance\" or \"none\", not \"\(normalisation)\""
        }
        let keys = species.map(\.key)
        if Set(keys).count != keys.count { return "a species key occurs twice" }
        for entry in species {
            let plain = entry.key.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
            }
            if entry.key.isEmpty || !plain || entry.key == "unidentified" {
                return "species key \"\(entry.key)\" must be of lower-case letters, digits and hyphens"
            }
            if entry.rgb == nil { return "colour \"\(entry.colour)\" of species \(entry.key) is not #rrggbb" }
        }
        let channels = species.map(\.mapChannel) + (otherChannel.map { [$0] } ?? [])
        if Set(channels).count != channels.count { return "two species share a map channel" }
        if Set(networks.map(\.name)).count != networks.count { return "a network's name occurs twice" }
        if let familiarity {
            if !(0...1).contains(familiarity.limit) { return "limit of familiarity must lie in 0...1" }
            if !Self.isWeightFile(familiarity.file) { return Self.fault(ofFile: familiarity.file, of: "familiarity") }
            if networks.contains(where: { $0.file == familiarity.file }) {
                return "file \"\(familiarity.file)\" cannot hold both a network and what is familiar"
            }
        }
        // Networks may share their weights, which are then one file.
        var hashes: [String: String] = [:]
        for network in networks {
            let known = hashes.updateValue(network.sha256.lowercased(), forKey: network.file)
            if let known, known != network.sha256.lowercased() {
                return "file \"\(network.file)\" is named twice, with different SHA-256"
            }
        }
        var known: Set = [Self.field]
        for network in networks {
            if !Self.isWeightFile(network.file) {
                return Self.fault(ofFile: network.file, of: "network \(network.name)")
            }
            if let interval = network.interval, !(interval.scale > 0 && interval.scale.isFinite) {
                return "interval.scale of network \(network.name) must be positive, not \(interval.scale)"
            }
            if network.interval != nil && network.writes == Self.map {
                return "interval of network \(network.name) must be that of a micrograph, not of the map"
            }
            if let binning = network.binning, !Self.binnings.contains(binning) || tilePixels % binning != 0 {
                return
                    "binning of network \(network.name) must be 2 or 4 and divide tile_px, or be left out; it is \(binning)"
            }
            if network.reads.isEmpty { return "network \(network.name) reads nothing" }
            if let unknown = network.reads.first(where: { !known.contains($0) }) {
                return "network \(network.name) reads \"\(unknown)\", which nothing before it writes"
            }
            if let mask = network.maskedBy {
                if !keys.contains(mask) { return "network \(network.name) names the unknown species \"\(mask)\"" }
                if !known.contains(Self.map) { return "network \(network.name) needs the map before it is written" }
            }
            if !known.insert(network.writes).inserted { return "\"\(network.writes)\" is written twice" }
        }
        if !known.contains(Self.map) { return "no network writes \"\(Self.map)\"" }
        return nil
    }

    /// Whether a file lies in the lens's own folder and can be nothing but weights.
    private static func isWeightFile(_ file: String) -> Bool {
        let isPlain = !file.hasPrefix(".") && file.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f && $0 != 0x2f }
        return isPlain && file.hasSuffix(".safetensors") && file.utf8.count <= 255
    }

    private static func fault(ofFile file: String, of what: String) -> String {
        "file \"\(file)\" of \(what) must be the plain name of a .safetensors file in the lens folder"
    }
}

extension LensManifest.Species {
    /// Red, green and blue, 0...1; nil if the colour is not written as #rrggbb.
    package var rgb: SIMD3<Float>? {
        guard colour.utf8.count == 7, colour.hasPrefix("#"), let value = UInt32(colour.dropFirst(), radix: 16) else {
            return nil
        }
        return SIMD3(Float(value >> 16 & 255), Float(value >> 8 & 255), Float(value & 255)) / 255
    }
}

extension DecodingError {
    /// What is wrong and where, in one clause.
    fileprivate var sentence: String {
        func path(_ context: Context) -> String {
            let keys = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
            return keys.isEmpty ? "the top level" : keys.joined(separator: ".")
        }
        switch self {
        case .keyNotFound(let key, let context): return "\"\(key.stringValue)\" is missing at \(path(context))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "the value at \(path(context)) is of the wrong kind"
        case .dataCorrupted(let context): return "it is broken at \(path(context))"
        @unknown default: return "it cannot be read"
        }
    }
}
