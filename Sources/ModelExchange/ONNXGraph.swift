/// A graph of ONNX in the making: nodes in the order they run, and their constants. Field numbers are those of `onnx.proto`.
struct ONNXGraph {
    enum Attribute {
        case number(Float)
        case integer(Int)
        case integers([Int])
    }

    /// Of the operators, all in it since version 13 or earlier.
    static let opset = 17
    private static let irVersion = 8
    private static let float = 1

    private var nodes: [[UInt8]] = []
    private var constants: [[UInt8]] = []

    /// - Returns: the name of its one output.
    @discardableResult
    mutating func node(
        _ kind: String, _ inputs: [String], to output: String, _ attributes: KeyValuePairs<String, Attribute> = [:]
    ) -> String {
        var node = Protobuf()
        for input in inputs { node.add(1, input) }
        node.add(2, output)
        node.add(3, output)
        node.add(4, kind)
        for (name, attribute) in attributes {
            node.add(5) { message in
                message.add(1, name)
                switch attribute {
                case .number(let value):
                    message.add(2, value)
                    message.add(20, 1)
                case .integer(let value):
                    message.add(3, value)
                    message.add(20, 2)
                case .integers(let values):
                    for value in values { message.add(8, value) }
                    message.add(20, 7)
                }
            }
        }
        nodes.append(node.bytes)
        return output
    }

    /// - Returns: its name.
    mutating func constant(_ name: String, _ shape: [Int], _ values: [Float]) -> String {
        var tensor = Protobuf()
        for extent in shape { tensor.add(1, extent) }
        tensor.add(2, Self.float)
        tensor.add(8, name)
        tensor.add(9, values.littleEndianBytes)
        constants.append(tensor.bytes)
        return name
    }

    /// The model's file.
    /// - Parameters: names and shapes of the one input and the one output, batch first.
    func model(name: String, input: (name: String, shape: [Int]), output: (name: String, shape: [Int])) -> [UInt8] {
        var model = Protobuf()
        model.add(1, Self.irVersion)
        model.add(2, "neurallens")
        model.add(7) { graph in
            for node in nodes { graph.add(1, node) }
            graph.add(2, name)
            for constant in constants { graph.add(5, constant) }
            graph.add(11) { Self.describe(input, &$0) }
            graph.add(12) { Self.describe(output, &$0) }
        }
        model.add(8) { opset in
            opset.add(1, "")
            opset.add(2, Self.opset)
        }
        return model.bytes
    }

    private static func describe(_ value: (name: String, shape: [Int]), _ message: inout Protobuf) {
        message.add(1, value.name)
        message.add(2) { type in
            type.add(1) { tensor in
                tensor.add(1, float)
                tensor.add(2) { shape in
                    for extent in value.shape { shape.add(1) { $0.add(1, extent) } }
                }
            }
        }
    }
}
