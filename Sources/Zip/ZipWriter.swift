import Glibc
import SystemCalls

/// Writes a Zip file with files stored as they are, piece by piece: no file has to fit into memory.
package final class ZipWriter {
    private let path: String
    private let descriptor: Int32
    private var position: UInt64 = 0
    private var entries: [ZipEntry] = []

    /// - Parameter path: of a new file; what is there is overwritten.
    package init(path: String) throws(ZipError) {
        self.path = path
        do throws(Errno) {
            descriptor = try systemCall { open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666) }
        } catch {
            throw Self.failure(path, error)
        }
    }

    deinit { close(descriptor) }

    /// Begins a file; what `add` gives belongs to it.
    package func begin(_ name: String) throws(ZipError) {
        try endEntry()
        guard position < UInt64(UInt32.max) else { throw tooLarge }
        let entry = ZipEntry(name: Array(name.utf8), offset: UInt32(position))
        entries.append(entry)
        try write(entry.local)
    }

    package func add(_ bytes: ArraySlice<UInt8>) throws(ZipError) {
        entries[entries.count - 1].crc.update(bytes)
        entries[entries.count - 1].bytes += UInt64(bytes.count)
        guard entries.last!.bytes < UInt64(UInt32.max) else { throw tooLarge }
        try write(Array(bytes))
    }

    package func add(_ name: String, _ bytes: [UInt8]) throws(ZipError) {
        try begin(name)
        try add(bytes[...])
    }

    /// Brings all of it to the disk.
    package func finish() throws(ZipError) {
        try endEntry()
        let start = position
        for entry in entries { try write(entry.central) }
        guard position < UInt64(UInt32.max), entries.count < Int(UInt16.max) else { throw tooLarge }
        try write(ZipEntry.end(entries.count, from: start, to: position))
        do throws(Errno) { try systemCall { fsync(descriptor) } } catch { throw Self.failure(path, error) }
    }

    /// Checksum and size are known once all of the file has passed.
    private func endEntry() throws(ZipError) {
        guard let entry = entries.last else { return }
        try write(entry.local, at: UInt64(entry.offset))
    }

    private func write(_ bytes: [UInt8]) throws(ZipError) {
        try write(bytes, at: position)
        position += UInt64(bytes.count)
    }

    private func write(_ bytes: [UInt8], at offset: UInt64) throws(ZipError) {
        var written = 0
        while written < bytes.count {
            do throws(Errno) {
                written += try systemCall {
                    bytes[written...].withUnsafeBytes {
                        pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset) + off_t(written))
                    }
                }
            } catch {
                throw Self.failure(path, error)
            }
        }
    }

    private var tooLarge: ZipError {
        ZipError("\(path) would be larger than the 4 GiB of a Zip file", hint: "export a smaller lens")
    }

    private static func failure(_ path: String, _ error: Errno) -> ZipError {
        ZipError(
            "cannot write \(path): \(error)",
            hint: [ENOSPC, EDQUOT, EFBIG].contains(error.code)
                ? "make room or name a file on another disk" : "name another file")
    }
}
