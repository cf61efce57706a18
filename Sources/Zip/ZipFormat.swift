/// What of Zip's format (PKWARE's APPNOTE 6.3) is written and read here: files stored as they are, below 4 GiB.
enum ZipFormat {
    static let localSignature: UInt32 = 0x0403_4b50
    static let centralSignature: UInt32 = 0x0201_4b50
    static let endSignature: UInt32 = 0x0605_4b50
    static let localBytes = 30
    static let centralBytes = 46
    static let endBytes = 22
    /// Bit of the flags: names are UTF-8.
    static let utf8: UInt16 = 1 << 11
    /// Bit of the flags: the contents are encrypted.
    static let encrypted: UInt16 = 1
    /// 1 January 1980: a lens is the same file whenever it is written.
    static let date: UInt16 = 0x21
}

extension [UInt8] {
    mutating func add(_ value: UInt16) { append(contentsOf: [UInt8(value & 255), UInt8(value >> 8)]) }
    mutating func add(_ value: UInt32) { for shift in [0, 8, 16, 24] { append(UInt8(value >> UInt32(shift) & 255)) } }

    /// The caller has checked that the bytes are there.
    func short(at index: Int) -> UInt16 { UInt16(self[index]) | UInt16(self[index + 1]) << 8 }
    func long(at index: Int) -> UInt32 { UInt32(short(at: index)) | UInt32(short(at: index + 2)) << 16 }
}
