import Kernels
package import Tensor

/// Makes the bytes of a safetensors file; tensors lie in the order they were added.
package struct SafetensorsWriter {
    private var entries: [String] = []
    private var names: Set<String> = ["__metadata__"]
    private var data: [UInt8] = []
    private let metadata: [(key: String, value: String)]

    package init(metadata: [(key: String, value: String)] = []) {
        self.metadata = metadata
    }

    /// - name: not added before.
    /// - type: `.float32`, or `.float16` or `.bfloat16` (each number to the nearest, ties to even).
    package mutating func add(
        _ name: String, _ shape: TensorShape, _ values: [Float], as type: ScalarType = .float32
    ) {
        precondition(names.insert(name).inserted && values.count == shape.count)
        let start = data.count
        switch type {
        case .float32: values.withUnsafeBytes { data.append(contentsOf: $0) }
        case .float16: ShortFloat.fp16.patterns(values).withUnsafeBytes { data.append(contentsOf: $0) }
        case .bfloat16: ShortFloat.bf16.patterns(values).withUnsafeBytes { data.append(contentsOf: $0) }
        default: preconditionFailure("weights are stored as floating-point numbers")
        }
        let extents = shape.extents.map(String.init).joined(separator: ",")
        entries.append(
            JSONValue.quoted(name)
                + ":{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(extents)],\"data_offsets\":[\(start),\(data.count)]}")
    }

    /// As above, of a shape that is known to be one: every extent positive.
    package mutating func add(
        _ name: String, shape: [Int], _ values: [Float], as type: ScalarType = .float32
    ) {
        add(name, TensorShape(shape)!, values, as: type)
    }

    /// The whole file. The header is padded with spaces so that the data start at a multiple of 64 bytes.
    package func bytes() -> [UInt8] {
        let pairs = metadata.map { JSONValue.quoted($0.key) + ":" + JSONValue.quoted($0.value) }
        let head = metadata.isEmpty ? [] : ["\"__metadata__\":{" + pairs.joined(separator: ",") + "}"]
        var header = Array(("{" + (head + entries).joined(separator: ",") + "}").utf8)
        header += [UInt8](repeating: 0x20, count: (64 - (header.count + 8) % 64) % 64)
        let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
        return length + header + data
    }
}
