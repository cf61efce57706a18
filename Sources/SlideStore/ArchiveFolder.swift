import Digest
import Foundation
import Quantities
import SystemCalls

/// Where files of slides' pictures go to be kept: a folder of each store within the archive folder that the configuration
/// names, often on another disk. One daemon at a time works in it.
///
/// Blocks whoever asks.
final class ArchiveFolder {
    /// Of the store, within the archive.
    let path: String
    private let lock: Int32

    /// - Parameters:
    ///   - archive: the folder that the configuration names; nil: none is.
    ///   - isNew: whether the store's folder may be made; where slides are archived already, it must be there.
    init(_ archive: String?, store: String, isNew: Bool) throws(StoreError) {
        guard let archive, !archive.isEmpty else {
            throw StoreError(
                .noArchive, "the configuration names no archive folder",
                hint: "write archive = \"/path\" into neurallensd.toml, then: systemctl reload neurallensd")
        }
        var status = stat()
        guard stat(archive, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw StoreError(
                .noArchive, "the archive folder \(archive) is not there",
                hint: "plug in or mount its disk, or make the folder and give it to the daemon's user")
        }
        path = "\(archive)/\(store)"
        if stat(path, &status) != 0 {
            guard isNew else {
                throw StoreError(
                    .noArchive, "the archive folder \(archive) has none of the slides that were archived",
                    hint: "plug in or mount the disk that they are on; it may be another folder")
            }
            guard mkdir(path, 0o700) == 0 else { throw Self.failure(path, "made", errno) }
            AtomicFile.syncFolder(of: path)
        }
        lock = open("\(path)/neurallensd.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw Self.failure(path, "written", errno) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw StoreError(
                .busy, "another neurallensd works on the slides of the same database in \(archive)",
                hint: "wait for its end; a copy of a database must have an archive folder of its own")
        }
    }

    deinit { close(lock) }

    func file(of slide: Int64) -> String { "\(path)/\(slide).sqlite" }

    /// Size of a slide's file; nil where there is none.
    func bytes(of slide: Int64) -> Int64? {
        var status = stat()
        return stat(file(of: slide), &status) == 0 ? Int64(status.st_size) : nil
    }

    /// Of a copy that is being written.
    private static let partialSuffix = ".part"
    /// Of a copy that came back and is not in its place yet.
    static let restoredSuffix = ".restored"

    /// Removes what kills left of copies, here or in the archive; nothing may be under way.
    static func removeUnfinishedCopies(in folder: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where name.contains(".sqlite.") && (name.hasSuffix(partialSuffix) || name.hasSuffix(restoredSuffix)) {
            unlink("\(folder)/\(name)")
        }
    }

    /// Called with the share that is done, 0...1; returns false to end it with `CancellationError`.
    typealias Progress = (Double) -> Bool

    /// Copies a file, and reads the copy again: what is there at the end, under its name, is on the disk and the same.
    /// - Returns: the size and SHA-256 of both.
    @discardableResult
    static func copy(
        _ source: Int32, named name: String, to target: String, progress: Progress
    ) throws -> (bytes: Int64, sha256: String) {
        let partial = target + partialSuffix
        let copy = open(partial, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard copy >= 0 else { throw failure(target, "written", errno) }
        defer { close(copy) }
        var status = stat()
        guard fstat(source, &status) == 0 else { throw failure(name, "read", errno) }
        let size = Int64(status.st_size)
        let written = SHA256Digest()
        var done: Int64 = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        do {
            while true {
                let count = try read(source, &buffer, at: done, name)
                if count == 0 { break }
                written.update(buffer[..<count])
                var put = 0
                while put < count {
                    let part = buffer[put..<count].withUnsafeBytes {
                        pwrite(copy, $0.baseAddress!, $0.count, off_t(done) + off_t(put))
                    }
                    if part < 0, errno == EINTR { continue }
                    guard part > 0 else { throw failure(target, "written", errno) }
                    put += part
                }
                done += Int64(count)
                guard progress(0.6 * Double(done) / Double(max(1, size))) else { throw CancellationError() }
            }
            guard fsync(copy) == 0 else { throw failure(target, "written", errno) }
            // From the disk, as far as it can be said, and not from memory.
            posix_fadvise(copy, 0, 0, POSIX_FADV_DONTNEED)
            let sha256 = written.finished()
            let again = SHA256Digest()
            var at: Int64 = 0
            while true {
                let count = try read(copy, &buffer, at: at, target)
                if count == 0 { break }
                again.update(buffer[..<count])
                at += Int64(count)
                guard progress(0.6 + 0.4 * Double(at) / Double(max(1, size))) else { throw CancellationError() }
            }
            guard at == done, again.finished() == sha256 else {
                throw StoreError(
                    .damaged, "the copy \(target) cannot be read back as it was written; nothing was removed",
                    hint: "check its disk (dmesg, smartctl)")
            }
            guard rename(partial, target) == 0 else { throw failure(target, "written", errno) }
            AtomicFile.syncFolder(of: target)
            return (done, sha256)
        } catch {
            unlink(partial)
            throw error
        }
    }

    private static func read(_ file: Int32, _ buffer: inout [UInt8], at offset: Int64, _ name: String) throws -> Int {
        while true {
            let count = pread(file, &buffer, buffer.count, off_t(offset))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(name, "read", errno) }
            return count
        }
    }

    /// Removes a file; its absence is on the disk when this returns.
    func remove(_ slide: Int64) throws(StoreError) {
        guard unlink(file(of: slide)) == 0 || errno == ENOENT else {
            throw Self.failure(file(of: slide), "removed", errno)
        }
        AtomicFile.syncFolder(of: file(of: slide))
    }

    static func failure(_ path: String, _ what: String, _ code: Int32) -> StoreError {
        StoreError(
            [ENOSPC, EDQUOT, EFBIG].contains(code)
                ? .diskFull : [EIO, ENODEV, ENXIO].contains(code) ? .inputOutput : .notAccessible,
            "\(path) cannot be \(what): \(String(cString: strerror(code)))",
            hint: [ENOSPC, EDQUOT, EFBIG].contains(code)
                ? "make space on that disk; nothing was removed"
                : "check that its disk is there and that this user may write to its folder")
    }
}
