import Foundation
import GRDB

extension SlideStore {
    /// Looks at everything, beside what goes on. Blocks the calling thread.
    /// - Parameters:
    ///   - repair: makes anew what follows from the rest: indices and standings.
    ///   - progress: called with what is being done and 0...1; returns false to end it with `CancellationError`.
    package func check(
        repair: Bool, progress: @escaping (_ stage: String, _ fraction: Double) -> Bool
    ) throws -> StoreCheckReport {
        if let loss = file.loss { throw loss }
        do {
            var checker = try look(progress)
            guard repair, checker.isRepairable else { return checker.report }
            if let fault { throw fault }
            var repairs: [String] = []
            if checker.hasBadIndices {
                try pool.writeWithoutTransaction { try $0.execute(sql: "REINDEX") }
                repairs.append("the indices were made anew")
            }
            if checker.hasBadStandings {
                let wrong = try pool.write { db in
                    let wrong = try StoreChecker.wrongStandings(db)
                    try db.execute(sql: "DELETE FROM standings; INSERT INTO standings SELECT * FROM derived_standings")
                    return wrong
                }
                repairs.append("the standings of \(wrong) grains were made anew")
            }
            repairs += try Self.removeStrays(checker, pool)
            checker = try look(progress)
            var report = checker.report
            report.repairs = repairs
            return report
        } catch let error as DatabaseError {
            throw StoreError(error, doing: "checked", path: path)
        }
    }

    /// Where the catalogue is written nothing is stored meanwhile: a picture without a row stays without one.
    /// - Returns: a sentence on each slide.
    private static func removeStrays(_ checker: StoreChecker, _ writer: some DatabaseWriter) throws -> [String] {
        let files = checker.files
        return try checker.slidesWithStrays.map { slide in
            let removed = try writer.writeWithoutTransaction { db in
                let identity = try SlideFile.Identity(db, slide: slide, store: files.store)
                return try files.with(identity) { file in
                    let strays = try StoreChecker.strays(db, among: file.hashes(), identity)
                    try file.remove(strays)
                    return strays.count
                }
            }
            return "\(removed) pictures that belong to no capture were removed from \(files.path(of: slide))"
        }
    }

    /// Over a connection of its own, which can be interrupted by itself: SQLite's check of a large file takes minutes.
    private func look(_ progress: @escaping StoreChecker.Progress) throws -> StoreChecker {
        var configuration = Configuration()
        configuration.readonly = true
        let reader = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? reader.close() }
        return try Self.run(
            StoreChecker(reader, slideFiles, isThorough: false, progress: progress), interrupting: reader)
    }

    /// Looks at everything in a file that no daemon uses. Blocks the calling thread.
    /// - Parameters:
    ///   - pictures: the folder of the slides' files; nil: the one beside the file.
    ///   - only: slides whose pictures are read; nil: all.
    ///   - repair: also lets a file be used that lost its log.
    package static func check(
        file path: String, pictures: String? = nil, only: Set<Slide.ID>? = nil, repair: Bool,
        progress: @escaping (_ stage: String, _ fraction: Double) -> Bool
    ) throws -> StoreCheckReport {
        let hasLog = hasLog(path)
        do {
            guard FileManager.default.fileExists(atPath: path) else {
                throw StoreError(.notAccessible, "there is no file \(path)", hint: "name a copy of a slide database")
            }
            try DatabaseHeader.check(path, as: .catalogue, hasLog: hasLog)
            let reader: DatabaseQueue
            if repair {
                reader = try DatabaseQueue(path: path, configuration: Self.configuration)
            } else {
                reader = try onlyReading(path, hasLog: hasLog)
            }
            defer { try? reader.close() }
            var repairs: [String] = []
            do {
                try reader.read { db in
                    guard try UInt32.fetchOne(db, sql: "PRAGMA user_version") ?? 0 <= Schema.version else {
                        throw StoreError(
                            .newerVersion, "\(path) is of a later version of this program",
                            hint: "use the neurallens that wrote it")
                    }
                    guard try db.tableExists("store_identity") || !db.tableExists("captures") else {
                        throw StoreError(
                            .refused, "\(path) is of an earlier version of this program",
                            hint: "start a daemon on it once, which brings it up to date")
                    }
                    guard try db.tableExists("captures") else {
                        throw StoreError(
                            .incomplete, "\(path) has none of the tables of a slide database",
                            hint: "it may be a copy without its log, \(path)-wal")
                    }
                    try checkLog(db, path, hasLog: hasLog)
                }
            } catch let error as StoreError where repair && error.code == .incomplete && error.hint.contains("--repair")
            {
                try reader.write { try $0.execute(sql: "UPDATE file_state SET needs_log = 0") }
                repairs.append("the file no longer waits for the log that it lost")
            }
            let store = try reader.read { try $0.tableExists("store_identity") ? storeID($0) : "" }
            let files = SlideFiles(folder: pictures ?? SlideFiles.folder(of: path), store: store, isReadOnly: !repair)
            defer { files.close() }
            func look() throws -> StoreChecker {
                var checker = StoreChecker(reader, files, isThorough: true, progress: progress)
                checker.only = only
                return try run(checker, interrupting: reader)
            }
            var checker = try look()
            if repair, checker.isRepairable {
                if checker.hasBadIndices || checker.hasBadStandings {
                    try reader.writeWithoutTransaction { db in
                        if checker.hasBadIndices { try db.execute(sql: "REINDEX") }
                        try db.execute(
                            sql: "DELETE FROM standings; INSERT INTO standings SELECT * FROM derived_standings")
                    }
                    repairs.append("indices and standings were made anew")
                }
                repairs += try removeStrays(checker, reader)
                checker = try look()
            }
            var report = checker.report
            report.repairs = repairs
            return report
        } catch let error as DatabaseError {
            throw StoreError(error, doing: "checked", path: path)
        }
    }

    /// Asks four times a second whether to go on, also while SQLite is at work.
    private static func run(_ checker: StoreChecker, interrupting reader: DatabaseQueue) throws -> StoreChecker {
        let (box, only) = (ProgressBox(checker.progress), checker.only)
        var checker = StoreChecker(reader, checker.files, isThorough: checker.isThorough) { box.report($0, $1) }
        checker.only = only
        let watch = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "neurallens.store.check"))
        watch.schedule(deadline: .now() + 0.25, repeating: 0.25)
        watch.setEventHandler { if !box.ask() { reader.interrupt() } }
        watch.resume()
        defer { watch.cancel() }
        do {
            try checker.run()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
            throw CancellationError()
        }
        return checker
    }
}

/// The latest progress, told from two threads.
///
/// Unchecked: `closure` is only called, and the lock keeps calls apart.
private final class ProgressBox: @unchecked Sendable {
    private let lock = NSLock()
    private let closure: StoreChecker.Progress
    private var latest = (stage: "structure", fraction: 0.0)

    init(_ closure: @escaping StoreChecker.Progress) { self.closure = closure }

    func report(_ stage: String, _ fraction: Double) -> Bool {
        lock.withLock {
            latest = (stage, fraction)
            return closure(stage, fraction)
        }
    }

    func ask() -> Bool { lock.withLock { closure(latest.stage, latest.fraction) } }
}
