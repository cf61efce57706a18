import Foundation
import Imaging
import Lens
import Network

/// A lens whose networks do what is plain to see, made by hand: what is red is species a, what is blue species b, what
/// is green something else; one magnifier draws white what is red, the other what is blue. Tiles of 32 pixels of 500 nm.
final class ColourLens {
    let folder: LensFolder

    /// - Parameter quantiles: by name of a network, what its second and third channel give everywhere, 0...1.
    init(
        quantiles: [String: (Float, Float)] = [:], _ change: (inout LensManifest) -> Void = { _ in }
    ) throws {
        folder = try LensFolder()
        var manifest = LensFolder.manifest
        change(&manifest)
        for entry in manifest.networks {
            // The map's channels are a, other, b.
            let colour = entry.name == "magnifier-b" ? 2 : 0
            let colours = entry.writes == LensManifest.map ? [0, 1, 2] : [colour, colour, colour]
            let constants = quantiles[entry.name].map { [0, atanh(2 * $0.0 - 1), atanh(2 * $0.1 - 1)] }
            let weights = Self.weights(constants == nil ? colours : [colour], constants ?? [0, 0, 0])
            try Data(weights).write(to: folder.file(entry.file))
        }
        try folder.write(manifest: manifest)
        try NeuralLens.seal(folder: folder.path, threads: 1)
    }

    var lens: NeuralLens { get throws { try NeuralLens(folder: folder.path, threads: 2) } }

    /// Two layers, of which the inner one says nothing. The outer one averages each colour over 4 x 4 pixels, once
    /// positive and once negative, so that what rectification takes from one the other keeps.
    /// - Parameter colours: for each output the input's channel that it follows: white above the middle, black below.
    private static func weights(_ colours: [Int], _ constants: [Float]) -> [UInt8] {
        var writer = SafetensorsWriter(metadata: [
            ("format", "neurallens-generator"), ("version", "1"), ("normalisation", "running"),
        ])
        let base = 6
        var down = [Float](repeating: 0, count: base * 3 * 16)
        for colour in 0..<3 {
            for tap in 0..<16 {
                down[(2 * colour * 3 + colour) * 16 + tap] = 1 / 16
                down[((2 * colour + 1) * 3 + colour) * 16 + tap] = -1 / 16
            }
        }
        var up = [Float](repeating: 0, count: 2 * base * 3 * 16)
        for (output, colour) in colours.enumerated() {
            for tap in 0..<16 {
                up[(2 * colour * 3 + output) * 16 + tap] = 4
                up[((2 * colour + 1) * 3 + output) * 16 + tap] = -4
            }
        }
        let silent = [Float](repeating: 0, count: base * base * 16)
        writer.add("down.0.weight", shape: [base, 3, 4, 4], down)
        writer.add("down.1.weight", shape: [base, base, 4, 4], silent)
        writer.add("up.0.weight", shape: [2 * base, 3, 4, 4], up)
        writer.add("up.0.bias", shape: [3], constants)
        writer.add("up.1.weight", shape: [base, base, 4, 4], silent)
        writer.add("up.1.norm.mean", shape: [base], [Float](repeating: 0, count: base))
        writer.add("up.1.norm.variance", shape: [base], [Float](repeating: 1, count: base))
        return writer.bytes()
    }

    /// Black, with coloured discs.
    static func field(
        _ width: Int, _ height: Int, _ discs: [(x: Int, y: Int, radius: Int, colour: SIMD3<Float>)]
    ) -> Picture<Float> {
        var field = Picture<Float>(width: width, height: height, channels: 3, filledWith: 0)
        for disc in discs {
            for y in max(0, disc.y - disc.radius)..<min(height, disc.y + disc.radius + 1) {
                for x in max(0, disc.x - disc.radius)..<min(width, disc.x + disc.radius + 1) {
                    let (dx, dy) = (x - disc.x, y - disc.y)
                    guard dx * dx + dy * dy <= disc.radius * disc.radius else { continue }
                    for channel in 0..<3 { field[x, y, channel] = disc.colour[channel] }
                }
            }
        }
        return field
    }
}
