package import Network
internal import Tensor

/// A generator as ONNX: the U-Net of pix2pix with the weights of our file, layer for layer.
package enum ONNXGenerator {
    package static let input = "field"
    package static let output = "map"
    private static let slope: Float = 0.2
    /// As the engine's and PyTorch's.
    private static let epsilon: Float = 1e-5

    /// - Parameter side: of the square pictures that it takes, a multiple of 2^layers.
    /// - Returns: the model's file; it takes [1, channels, side, side] in -1...1 and gives the same.
    package static func model(
        _ file: WeightFile, _ description: GeneratorDescription, name: String, side: Int
    ) throws(NetworkError) -> [UInt8] {
        var graph = ONNXGraph()
        let layers = description.layers
        var contracted: [String] = []
        var value = input
        for level in 0..<layers {
            if level > 0 {
                value = graph.node("LeakyRelu", [value], to: "down.\(level).active", ["alpha": .number(slope)])
            }
            value = try layer("Conv", "down.\(level)", value, file, description.normalisation, &graph)
            contracted.append(value)
        }
        for level in (0..<layers).reversed() {
            if level < layers - 1 {
                value = graph.node(
                    "Concat", [contracted[level], value], to: "up.\(level).joined", ["axis": .integer(1)])
            }
            value = graph.node("Relu", [value], to: "up.\(level).active")
            value = try layer("ConvTranspose", "up.\(level)", value, file, description.normalisation, &graph)
        }
        graph.node("Tanh", [value], to: output)
        return graph.model(
            name: name, input: (input, [1, description.inputChannels, side, side]),
            output: (output, [1, description.outputChannels, side, side]))
    }

    private static func layer(
        _ kind: String, _ name: String, _ value: String, _ file: WeightFile, _ normalisation: Normalisation,
        _ graph: inout ONNXGraph
    ) throws(NetworkError) -> String {
        func constant(_ tensor: String) throws(NetworkError) -> String {
            graph.constant(tensor, file.entries[tensor]?.shape.extents ?? [], try file.floats(tensor))
        }
        var inputs = [value, try constant("\(name).weight")]
        if file.entries["\(name).bias"] != nil { inputs.append(try constant("\(name).bias")) }
        let convolved = graph.node(
            kind, inputs, to: "\(name).convolved",
            ["kernel_shape": .integers([4, 4]), "pads": .integers([1, 1, 1, 1]), "strides": .integers([2, 2])])
        let isScaled = file.entries["\(name).norm.scale"] != nil
        let hasStatistics = file.entries["\(name).norm.mean"] != nil
        // The outermost layers and the innermost are not normalised.
        guard isNormalised(name, file, normalisation) else { return convolved }
        let channels = file.entries["\(name).weight"]!.shape.extents[kind == "Conv" ? 0 : 1]
        let scale =
            isScaled
            ? try constant("\(name).norm.scale")
            : graph.constant("\(name).norm.scale", [channels], [Float](repeating: 1, count: channels))
        let shift =
            isScaled
            ? try constant("\(name).norm.shift")
            : graph.constant("\(name).norm.shift", [channels], [Float](repeating: 0, count: channels))
        guard hasStatistics else {
            return graph.node(
                "InstanceNormalization", [convolved, scale, shift], to: "\(name).normalised",
                ["epsilon": .number(epsilon)])
        }
        return graph.node(
            "BatchNormalization",
            [convolved, scale, shift, try constant("\(name).norm.mean"), try constant("\(name).norm.variance")],
            to: "\(name).normalised", ["epsilon": .number(epsilon)])
    }

    private static func isNormalised(_ name: String, _ file: WeightFile, _ normalisation: Normalisation) -> Bool {
        guard normalisation != .absent, name != "down.0", name != "up.0" else { return false }
        guard normalisation == .instance else { return file.entries["\(name).norm.mean"] != nil }
        let level = Int(name.drop { $0 != "." }.dropFirst()) ?? 0
        return !name.hasPrefix("down") || file.entries["down.\(level + 1).weight"] != nil
    }
}
