/// A file in a Zip file that is written, and its records.
struct ZipEntry {
    let name: [UInt8]
    let offset: UInt32
    var crc = CRC32()
    var bytes: UInt64 = 0

    /// In front of its bytes.
    var local: [UInt8] {
        var record: [UInt8] = []
        record.add(ZipFormat.localSignature)
        return record + common + name
    }

    /// In the directory.
    var central: [UInt8] {
        var record: [UInt8] = []
        record.add(ZipFormat.centralSignature)
        // Made by and needed: version 2.0; on Unix.
        record.add(UInt16(3 << 8 | 20))
        record += common
        for value in [UInt16(0), 0, 0] { record.add(value) }
        // An ordinary file that all may read.
        record.add(UInt32(0o100644) << 16)
        record.add(offset)
        return record + name
    }

    /// After the directory.
    /// - Parameters:
    ///   - start, end: of the directory, below 4 GiB.
    static func end(_ count: Int, from start: UInt64, to end: UInt64) -> [UInt8] {
        var record: [UInt8] = []
        record.add(ZipFormat.endSignature)
        for value in [0, 0, UInt16(count), UInt16(count)] { record.add(value) }
        record.add(UInt32(end - start))
        record.add(UInt32(start))
        record.add(UInt16(0))
        return record
    }

    /// From the version that is needed to the length of the extra field.
    private var common: [UInt8] {
        var record: [UInt8] = []
        for value in [20, ZipFormat.utf8, 0, 0, ZipFormat.date] { record.add(value) }
        record.add(crc.value)
        record.add(UInt32(bytes))
        record.add(UInt32(bytes))
        record.add(UInt16(name.count))
        record.add(UInt16(0))
        return record
    }
}
