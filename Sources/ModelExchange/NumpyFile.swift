/// A tensor as NumPy keeps it (`.npy`, format 1.0): 32-bit floats, the last index running fastest.
enum NumpyFile {
    static func bytes(_ shape: [Int], _ values: [Float]) -> [UInt8] {
        let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents)), }"
        // Magic, version and length of the header have ten bytes, and all of it is a multiple of 64.
        header += String(repeating: " ", count: (64 - (10 + header.utf8.count + 1) % 64) % 64) + "\n"
        let count = UInt16(header.utf8.count)
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count & 255), UInt8(count >> 8)] + Array(header.utf8)
            + values.littleEndianBytes
    }
}
