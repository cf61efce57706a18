import Digest
import Foundation
import GRDB
import Quantities
import Synchronization
import SystemCalls

/// The files of all slides' pictures in one folder, of which a few are open at a time.
///
/// Blocks whoever asks: for the threads of GRDB and others that may wait, never for the cooperative pool.
final class SlideFiles: Sendable {
    /// Files that stay open while nobody uses them. Each holds four descriptors.
    private static let heldOpen = 6

    /// Where they lie: `slides-pictures` beside `slides.sqlite`.
    let folder: String
    let store: String
    private let isReadOnly: Bool
    /// No file is let grow beyond, as if the disk were full.
    private let maximumBytes: Int64?
    private let state = Mutex(State())

    /// Unchecked: its file is used on the file's own queue alone, its numbers under the lock of `SlideFiles`.
    private final class Entry: @unchecked Sendable {
        let file: SlideFile
        var users = 0
        var usedAt = 0

        init(_ file: SlideFile) { self.file = file }
    }

    private struct State {
        var entries: [Int64: Entry] = [:]
        /// Grows with every use.
        var clock = 0
    }

    init(folder: String, store: String, isReadOnly: Bool = false, maximumBytes: Int64? = nil) {
        self.folder = folder
        self.store = store
        self.isReadOnly = isReadOnly
        self.maximumBytes = maximumBytes
    }

    /// The folder of pictures that belongs to a catalogue.
    static func folder(of catalogue: String) -> String {
        (catalogue.hasSuffix(".sqlite") ? String(catalogue.dropLast(7)) : catalogue) + "-pictures"
    }

    func path(of slide: Int64) -> String { "\(folder)/\(slide).sqlite" }

    /// Whether a slide has a file.
    func exists(_ slide: Int64) -> Bool {
        var status = stat()
        return lstat(path(of: slide), &status) == 0
    }

    /// Uses the file of a slide.
    /// - Parameter name: of the slide, where its file is to be made if it has none; nil: then it is missed.
    func with<Value>(
        _ identity: SlideFile.Identity, makingFor name: String? = nil, _ body: (SlideFile) throws -> Value
    ) throws -> Value {
        let entry = try take(identity, makingFor: name)
        defer { giveBack(entry) }
        do {
            return try body(entry.file)
        } catch let error as DatabaseError {
            throw StoreError(error, doing: "used", path: entry.file.path, purpose: .slideFile)
        }
    }

    private func take(_ identity: SlideFile.Identity, makingFor name: String?) throws -> Entry {
        try state.withLock { state in
            state.clock += 1
            if let known = state.entries[identity.slide] {
                if known.file.identity == identity, isReadOnly || known.file.file.loss == nil {
                    known.users += 1
                    known.usedAt = state.clock
                    return known
                }
                // Another file lies at its place now, or none: those who use the earlier one keep it.
                state.entries[identity.slide] = nil
                if known.users == 0 { try? known.file.close() }
            }
            Self.closeIdle(&state, beyond: Self.heldOpen - 1)
            let path = path(of: identity.slide)
            if !exists(identity.slide) {
                guard let name else {
                    throw StoreError(
                        .noSlideFile, "\(path), which holds the pictures of the slide, is gone",
                        hint: "put it back in its place, from a backup; counts do not need it")
                }
                try makeFolder()
                try translating(path) { try SlideFile.make(at: path, identity, name: name) }
            }
            let entry = try translating(path) {
                Entry(try SlideFile(at: path, identity, isReadOnly: isReadOnly, maximumBytes: maximumBytes))
            }
            entry.users = 1
            entry.usedAt = state.clock
            state.entries[identity.slide] = entry
            return entry
        }
    }

    private func translating<Value>(_ path: String, _ body: () throws -> Value) throws(StoreError) -> Value {
        do { return try body() } catch { throw StoreError(error, doing: "opened", path: path, purpose: .slideFile) }
    }

    private func giveBack(_ entry: Entry) {
        state.withLock { state in
            entry.users -= 1
            if entry.users == 0, state.entries[entry.file.identity.slide] !== entry { try? entry.file.close() }
            Self.closeIdle(&state, beyond: Self.heldOpen)
        }
    }

    private static func closeIdle(_ state: inout State, beyond limit: Int) {
        while state.entries.count > limit,
            let oldest = state.entries.values.filter({ $0.users == 0 }).min(by: { $0.usedAt < $1.usedAt })
        {
            state.entries[oldest.file.identity.slide] = nil
            try? oldest.file.close()
        }
    }

    /// Uses the file of a slide beyond this call, until `release` is called; at once where nothing comes of it.
    func held<Value>(
        _ identity: SlideFile.Identity, _ body: (SlideFile, _ release: @escaping @Sendable () -> Void) throws -> Value?
    ) throws -> Value? {
        let entry = try take(identity, makingFor: nil)
        do {
            if let value = try body(entry.file, { self.giveBack(entry) }) { return value }
        } catch {
            giveBack(entry)
            throw error
        }
        giveBack(entry)
        return nil
    }

    /// Size and first bytes of a slide's file without its log; nil where it has none.
    func state(of identity: SlideFile.Identity) throws -> SlideStore.SlideFileState? {
        let path = path(of: identity.slide)
        guard exists(identity.slide) else { return nil }
        // Nobody opens it meanwhile: closing a second descriptor of an open file drops SQLite's locks on it.
        let closed = try state.withLock { state -> SlideStore.SlideFileState? in
            guard state.entries[identity.slide] == nil, !SlideStore.hasLog(path) else { return nil }
            return try Self.state(of: identity.slide, StoreFile(path))
        }
        return try closed
            ?? with(identity) { file in
                _ = try? file.queue.writeWithoutTransaction { try $0.checkpoint(.passive) }
                return try Self.state(of: identity.slide, file.file)
            }
    }

    private static func state(of slide: Int64, _ file: StoreFile) throws -> SlideStore.SlideFileState {
        var status = stat()
        var head = [UInt8](repeating: 0, count: SlideStore.SlideFileState.headBytes)
        let count = pread(file.descriptor, &head, head.count, 0)
        guard count >= 0, fstat(file.descriptor, &status) == 0 else {
            throw StoreError(.inputOutput, "\(file.path) could not be read", hint: "check the disk (dmesg, smartctl)")
        }
        return SlideStore.SlideFileState(
            slide: slide, bytes: Int64(status.st_size), head: sha256Hex(Array(head[..<count])))
    }

    func makeFolder() throws(StoreError) {
        var status = stat()
        if stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            let code = errno
            throw StoreError(
                code == ENOSPC ? .diskFull : .notAccessible,
                "\(folder) cannot be made: \(String(cString: strerror(code)))", hint: SlideStore.notAccessibleHint)
        }
        AtomicFile.syncFolder(of: folder)
    }

    /// Closes the file of a slide and does something with the closed file, which nobody opens meanwhile. Fails where
    /// somebody uses it.
    func closed<Value>(_ slide: Int64, _ body: (_ path: String) throws -> Value) throws -> Value {
        try state.withLock { state in
            if let entry = state.entries[slide] {
                guard entry.users == 0 else {
                    throw StoreError(
                        .busy, "the pictures of the slide are being read", hint: "try again in a moment")
                }
                state.entries[slide] = nil
                try entry.file.close()
            }
            return try body(path(of: slide))
        }
    }

    /// Removes the file of a slide with all that belongs to it. Its absence is on disk when this returns.
    func remove(_ slide: Int64) throws {
        try closed(slide) { path in
            for suffix in ["", "-wal", "-shm", "-journal", ".new", ".part"] {
                guard unlink(path + suffix) == 0 || errno == ENOENT else {
                    throw StoreError(
                        .notAccessible, "\(path) cannot be removed: \(String(cString: strerror(errno)))",
                        hint: SlideStore.notAccessibleHint)
                }
            }
            AtomicFile.syncFolder(of: path)
        }
    }

    /// Slides that have a file here, by what lies in the folder.
    func slides() -> [Int64] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { $0.hasSuffix(".sqlite") ? Int64($0.dropLast(7)) : nil }.sorted()
    }

    /// Bytes of all files, with their logs.
    func bytes() -> Int64 {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.reduce(0) { sum, name in
            var status = stat()
            return stat("\(folder)/\(name)", &status) == 0 ? sum + Int64(status.st_size) : sum
        }
    }

    /// Closes all files, which are complete by themselves then.
    func close() {
        state.withLock { state in
            for entry in state.entries.values { try? entry.file.close() }
            state.entries = [:]
        }
    }
}

extension SlideFile.Identity {
    /// Of a slide in a catalogue.
    init(_ db: Database, slide: Int64, store: String) throws {
        self.init(
            store: store, slide: slide,
            createdAt: try String.fetchOne(db, sql: "SELECT created_at FROM slides WHERE id = ?", arguments: [slide])
                ?? "")
    }
}
