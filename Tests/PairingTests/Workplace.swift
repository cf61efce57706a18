import Foundation
import Imaging
import Pairing

/// A folder that goes away, and pictures drawn for it.
final class Workplace {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "pairing-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { folder + "/" + name }

    func write(_ text: String, to name: String) throws {
        try write(Data(text.utf8), to: name)
    }

    func write(_ data: Data, to name: String) throws {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
    }

    func write(_ picture: Picture<Float>, to name: String) throws {
        try write(Data(try PNG.encode(picture.eightBit)), to: name)
    }

    /// Names directly in the folder, sorted.
    var contents: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? [] }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
}

/// Discs as the two microscopes show them: bright with a rim on black glass, or dark rims on bright glass.
struct Slide {
    var discs: [(at: SIMD2<Double>, radius: Double)]

    static let four = Slide(discs: [
        (SIMD2(70, 60), 24), (SIMD2(170, 75), 30), (SIMD2(90, 180), 35), (SIMD2(200, 190), 20),
    ])

    /// Seen moved: a point p of the slide lies at `p + shift`.
    func electrons(width: Int = 260, height: Int = 250, shift: SIMD2<Double> = .zero) -> Picture<Float> {
        draw(width, height, shift) { inside in
            inside <= -1 ? 0.15 : inside < 1 ? 0.15 + 0.35 * (inside + 1) : 0.6 + 0.25 * exp(-inside / 4)
        }
    }

    func light(width: Int = 260, height: Int = 250, shift: SIMD2<Double> = .zero) -> Picture<Float> {
        draw(width, height, shift) { inside in
            0.85 - 0.6 * exp(-(inside - 2) * (inside - 2) / 12) - (inside > 0 ? 0.1 * (1 - exp(-inside / 4)) : 0)
        }.greyAsRGB
    }

    private func draw(
        _ width: Int, _ height: Int, _ shift: SIMD2<Double>, _ shade: (_ inside: Double) -> Double
    ) -> Picture<Float> {
        var result = Picture<Float>(width: width, height: height, channels: 1, filledWith: 0)
        for y in 0..<height {
            for x in 0..<width {
                let inside = discs.map { disc in
                    let d = SIMD2(Double(x), Double(y)) - disc.at - shift
                    return disc.radius - (d * d).sum().squareRoot()
                }.max()!
                result[x, y] = Float(shade(inside))
            }
        }
        return result
    }
}

let twoSpecies = [
    Dataset.Species(key: "iva", name: "Iva xanthiifolia", mapChannel: 0, colour: "#ff0000"),
    Dataset.Species(key: "galanthus", name: "Galanthus", mapChannel: 2, colour: "#0000ff"),
]
