package import ControlAPI
import Digest
import Foundation
import SystemCalls
import UnixSocket

/// Copies the daemon's whole store: the catalogue into a file, and the files of slides' pictures into a folder beside it, of
/// which only those are fetched that are new or have changed.
package struct StoreBackup {
    /// What was fetched.
    package struct Outcome: Sendable, Equatable {
        /// Of the catalogue.
        package let snapshot: SnapshotReport
        /// Slides whose files are new or have changed.
        package let changed: [Int64]
        /// Bytes that went over the socket.
        package let fetched: Int64
        /// Of the catalogue and all slides' files.
        package var bytes: Int64 { snapshot.bytes + snapshot.slides.reduce(0) { $0 + $1.bytes } }
    }

    private let client: ControlClient
    private let file: String

    /// Where the catalogue goes until all is there and compared.
    package var partial: String { "\(file).part" }
    /// Where the slides' files that are fetched go until then.
    package var partialPictures: String { Self.pictures(of: partial) }

    /// - Parameter file: the catalogue's copy.
    package init(from client: ControlClient, to file: String) {
        self.client = client
        self.file = file
    }

    /// The folder of slides' files that belongs to a catalogue: `a-pictures` beside `a.sqlite`.
    package static func pictures(of file: String) -> String {
        (file.hasSuffix(".sqlite") ? String(file.dropLast(7)) : file) + "-pictures"
    }

    /// Fetches what is not there yet, all into `partial` and `partialPictures`.
    package func fetch(
        onProgress: (Backup.Progress) -> Void, onTrouble: (ControlClientError) -> Void
    ) throws(ControlClientError) -> Outcome {
        while true {
            do throws(ControlClientError) { return try attempt(onProgress, onTrouble) } catch {
                // The daemon was restarted, or has given up waiting: what is still so is not fetched again.
                guard case .refused(let problem) = error.code, problem.isKind(.snapshotNotFound) else { throw error }
            }
        }
    }

    private func attempt(
        _ onProgress: (Backup.Progress) -> Void, _ onTrouble: (ControlClientError) -> Void
    ) throws(ControlClientError) -> Outcome {
        var progress = Backup.Progress(total: 0)
        let snapshot = try Backup(from: client, to: partial).run(
            ending: false,
            onProgress: {
                progress = $0
                onProgress(progress)
            }, onTrouble: onTrouble)
        defer { try? client.endSnapshot(snapshot.id) }
        (progress.done, progress.total) = (snapshot.bytes, snapshot.bytes + snapshot.slides.reduce(0) { $0 + $1.bytes })
        var changed: [Int64] = []
        for slide in snapshot.slides {
            let kept = "\(Self.pictures(of: file))/\(slide.slide).sqlite"
            if try Self.isStill(slide, at: kept) {
                progress.done += slide.bytes
                onProgress(progress)
                continue
            }
            if changed.isEmpty { try Self.makeFolder(partialPictures) }
            changed.append(slide.slide)
            let path = "\(partialPictures)/\(slide.slide).sqlite"
            // What an earlier copy has need not go over the socket.
            if !FileManager.default.fileExists(atPath: path), FileManager.default.fileExists(atPath: kept) {
                try? FileManager.default.copyItem(atPath: kept, toPath: path)
            }
            let before = progress
            _ = try Backup(of: (slide.slide, snapshot.id), from: client, to: path).run(
                onProgress: {
                    progress.done = before.done + $0.done
                    progress.fetched = before.fetched + $0.fetched
                    onProgress(progress)
                }, onTrouble: onTrouble)
        }
        return Outcome(snapshot: snapshot, changed: changed, fetched: progress.fetched)
    }

    /// Puts the slides' files in their places; the catalogue follows. Whatever ends it in between leaves a catalogue whose
    /// pictures are all there: files only grow.
    package func adoptPictures(_ changed: [Int64]) throws(ControlClientError) {
        let folder = Self.pictures(of: file)
        guard !changed.isEmpty else { return }
        try Self.makeFolder(folder)
        for slide in changed {
            let (from, to) = ("\(partialPictures)/\(slide).sqlite", "\(folder)/\(slide).sqlite")
            guard rename(from, to) == 0 else { throw Backup.failure(to, errno) }
        }
        AtomicFile.syncFolder(of: folder + "/")
        try? FileManager.default.removeItem(atPath: partialPictures)
    }

    private static func isStill(_ slide: SlideFileReport, at path: String) throws(ControlClientError) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        var status = stat()
        var head = [UInt8](repeating: 0, count: Int(max(0, min(slide.bytes, Int64(slide.headBytes)))))
        let count = pread(file, &head, head.count, 0)
        guard fstat(file, &status) == 0, status.st_size == slide.bytes, count >= 0 else { return false }
        return sha256Hex(Array(head[..<count])) == slide.head
    }

    private static func makeFolder(_ path: String) throws(ControlClientError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw Backup.failure(path, errno) }
    }
}
