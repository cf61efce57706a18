/// A Zip file in memory, of files stored as they are.
package struct ZipBytes {
    private var bytes: [UInt8] = []
    private var entries: [ZipEntry] = []

    package init() {}

    /// - Throws: where the whole would pass 4 GiB or 65,534 files.
    package mutating func add(_ name: String, _ content: [UInt8]) throws(ZipError) {
        guard bytes.count + content.count < Int(UInt32.max) - 1 << 24, entries.count < Int(UInt16.max) - 1 else {
            throw ZipError("the file would be larger than the 4 GiB of a Zip file", hint: "export less at once")
        }
        var entry = ZipEntry(name: Array(name.utf8), offset: UInt32(bytes.count))
        entry.crc.update(content[...])
        entry.bytes = UInt64(content.count)
        bytes += entry.local
        bytes += content
        entries.append(entry)
    }

    /// With the directory.
    package func finished() -> [UInt8] {
        let directory = entries.flatMap(\.central)
        let (start, end) = (UInt64(bytes.count), UInt64(bytes.count + directory.count))
        return bytes + directory + ZipEntry.end(entries.count, from: start, to: end)
    }
}
