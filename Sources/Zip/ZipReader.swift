import Glibc
import SystemCalls

/// Reads a Zip file that anybody may have made. Nothing is unpacked: who reads asks for a name that he knows and gets its
/// bytes; every length, place and name is checked before it is used.
///
/// `@unchecked Sendable`: nothing changes after `init`, and pread(2) has no place of its own.
package final class ZipReader: @unchecked Sendable {
    /// A stored file.
    package struct Entry: Sendable, Equatable {
        package let name: String
        package let bytes: Int64
        let crc: UInt32
        let method: UInt16
        let flags: UInt16
        /// Of its local header.
        let offset: Int64
        let nameBytes: [UInt8]
    }

    /// Most files that a Zip file may hold here.
    private static let mostEntries = 4096
    private static let largestDirectory = 4 << 20
    /// A comment is at most this long, and the end's record lies before it.
    private static let longestComment = 65_535

    package let path: String
    /// In the order of the directory, each name once.
    package let entries: [Entry]
    private let descriptor: Int32
    /// Where the directory begins: no file lies beyond.
    private let directory: Int64

    package init(path: String) throws(ZipError) {
        self.path = path
        func failed(_ reason: String) -> ZipError {
            ZipError("cannot read \(path): \(reason)", hint: "name a Zip file that `neurallens lens export` wrote")
        }
        do throws(Errno) {
            // A pipe in the place of a file would otherwise be waited for.
            descriptor = try systemCall { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        } catch {
            throw failed("\(error)")
        }
        do throws(ZipError) {
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                throw failed("it is not a file")
            }
            (entries, directory) = try Self.directory(descriptor, path, Int64(status.st_size))
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    package func entry(_ name: String) -> Entry? { entries.first { $0.name == name } }

    /// Where a file's bytes begin.
    /// - Throws: for what is compressed, encrypted, or not where the directory says.
    package func start(of entry: Entry) throws(ZipError) -> Int64 {
        guard entry.flags & ZipFormat.encrypted == 0 else {
            throw ZipError("\(entry.name) in \(path) is encrypted", hint: "get the lens without a password")
        }
        guard entry.method == 0 else {
            throw ZipError(
                "\(entry.name) in \(path) is compressed, which no lens that was exported is",
                hint: "unpack it and import the folder, or pack it again with `zip -0`")
        }
        let header = try Self.read(descriptor, path, at: entry.offset, count: ZipFormat.localBytes)
        let names = Int(header.short(at: 26)), extra = Int64(header.short(at: 28))
        guard header.long(at: 0) == ZipFormat.localSignature, names == entry.nameBytes.count,
            try Self.read(descriptor, path, at: entry.offset + Int64(ZipFormat.localBytes), count: names)
                == entry.nameBytes
        else { throw Self.broken(path, "\(entry.name) is not where its directory says") }
        let start = entry.offset + Int64(ZipFormat.localBytes + names) + extra
        guard start + entry.bytes <= directory else { throw Self.broken(path, "\(entry.name) is cut short") }
        return start
    }

    /// Some bytes of a file.
    /// - Parameters:
    ///   - start: as `start(of:)` gave it.
    ///   - offset: bytes before them, 0...the file's bytes; fewer than `count` come at its end.
    package func read(_ entry: Entry, from start: Int64, at offset: Int64, count: Int) throws(ZipError) -> [UInt8] {
        let left = max(0, entry.bytes - max(0, offset))
        return try Self.read(descriptor, path, at: start + max(0, offset), count: Int(min(left, Int64(count))))
    }

    /// A small file, compared with its checksum.
    package func contents(_ entry: Entry, atMost limit: Int) throws(ZipError) -> [UInt8] {
        guard entry.bytes <= Int64(limit) else {
            throw Self.broken(path, "\(entry.name) has \(entry.bytes) bytes, where at most \(limit) can be")
        }
        let bytes = try read(entry, from: start(of: entry), at: 0, count: limit)
        var crc = CRC32()
        crc.update(bytes[...])
        guard crc.value == entry.crc else { throw Self.broken(path, "the checksum of \(entry.name) is another one") }
        return bytes
    }

    // MARK: The directory

    private static func directory(
        _ descriptor: Int32, _ path: String, _ size: Int64
    ) throws(ZipError) -> (entries: [Entry], start: Int64) {
        let tailBytes = Int(min(size, Int64(ZipFormat.endBytes + longestComment)))
        guard tailBytes >= ZipFormat.endBytes else { throw foreign(path) }
        let tail = try read(descriptor, path, at: size - Int64(tailBytes), count: tailBytes)
        guard
            let end = stride(from: tailBytes - ZipFormat.endBytes, through: 0, by: -1).first(where: {
                tail.long(at: $0) == ZipFormat.endSignature
                    && $0 + ZipFormat.endBytes + Int(tail.short(at: $0 + 20)) == tailBytes
            })
        else { throw foreign(path) }
        let count = Int(tail.short(at: end + 10)), bytes = Int64(tail.long(at: end + 12))
        let start = Int64(tail.long(at: end + 16))
        guard tail.long(at: end + 16) != UInt32.max, count != Int(UInt16.max) else {
            throw broken(path, "it is larger than the 4 GiB of a plain Zip file")
        }
        // Neither in several volumes, nor with anything between directory and end.
        guard tail.short(at: end + 4) == 0, tail.short(at: end + 8) == tail.short(at: end + 10), count <= mostEntries,
            bytes <= Int64(largestDirectory), start + bytes == size - Int64(tailBytes - end)
        else { throw broken(path, "its directory is not where it says") }
        let records = try read(descriptor, path, at: start, count: Int(bytes))
        var entries: [Entry] = []
        var names: Set<String> = []
        var place = 0
        for _ in 0..<count {
            guard place + ZipFormat.centralBytes <= records.count,
                records.long(at: place) == ZipFormat.centralSignature
            else { throw broken(path, "its directory is damaged") }
            let name = Int(records.short(at: place + 28))
            let next =
                place + ZipFormat.centralBytes + name + Int(records.short(at: place + 30))
                + Int(records.short(at: place + 32))
            guard next <= records.count else { throw broken(path, "its directory is damaged") }
            let nameBytes = Array(records[(place + ZipFormat.centralBytes)..<(place + ZipFormat.centralBytes + name)])
            guard let text = String(validating: nameBytes, as: UTF8.self), !text.isEmpty else {
                throw broken(path, "a name in its directory is no text")
            }
            guard names.insert(text).inserted else { throw broken(path, "it holds \(text) twice") }
            let entry = Entry(
                name: text, bytes: Int64(records.long(at: place + 24)), crc: records.long(at: place + 16),
                method: records.short(at: place + 10), flags: records.short(at: place + 8),
                offset: Int64(records.long(at: place + 42)), nameBytes: nameBytes)
            guard entry.offset + Int64(ZipFormat.localBytes + name) + (entry.method == 0 ? entry.bytes : 0) <= start
            else { throw broken(path, "\(text) is cut short") }
            entries.append(entry)
            place = next
        }
        return (entries, start)
    }

    private static func foreign(_ path: String) -> ZipError {
        ZipError(
            "\(path) is no Zip file, or cut short", hint: "get it again; `neurallens lens export` writes such files")
    }

    private static func broken(_ path: String, _ reason: String) -> ZipError {
        ZipError("\(path) is damaged: \(reason)", hint: "get it again from where it came")
    }

    private static func read(
        _ descriptor: Int32, _ path: String, at offset: Int64, count: Int
    ) throws(ZipError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let part: Int
            do throws(Errno) {
                part = try systemCall {
                    bytes[done...].withUnsafeMutableBytes {
                        pread(descriptor, $0.baseAddress, $0.count, off_t(offset) + off_t(done))
                    }
                }
            } catch {
                throw ZipError("cannot read \(path): \(error)", hint: "check the disk")
            }
            guard part > 0 else { throw broken(path, "it ends too early") }
            done += part
        }
        return bytes
    }
}
