/// Writes messages of Protocol Buffers, as ONNX is made of: fields in the order they are given.
struct Protobuf {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ field: Int, _ value: Int) {
        key(field, 0)
        varint(UInt64(bitPattern: Int64(value)))
    }

    mutating func add(_ field: Int, _ value: Float) {
        key(field, 5)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

    mutating func add(_ field: Int, _ contents: [UInt8]) {
        key(field, 2)
        varint(UInt64(contents.count))
        bytes.append(contentsOf: contents)
    }

    mutating func add(_ field: Int, _ body: (inout Protobuf) -> Void) {
        var message = Protobuf()
        body(&message)
        add(field, message.bytes)
    }

    private mutating func key(_ field: Int, _ kind: Int) { varint(UInt64(field << 3 | kind)) }

    private mutating func varint(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(value & 0x7f) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }
}

extension [Float] {
    /// Little endian, as files hold them.
    var littleEndianBytes: [UInt8] {
        withUnsafeBytes { buffer in [UInt8](buffer) }
    }
}
