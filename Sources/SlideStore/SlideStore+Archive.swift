package import Foundation
import GRDB
import SystemCalls

/// Slides that leave: to the archive and back, or for good. Counts, grains, reviews and the journal of an archived slide stay
/// in the catalogue.
///
/// No kill loses anything. To the archive: the slide takes nothing new (`archiving`), the file is copied and read back, the
/// catalogue says `archived`, the file here goes. Back: the copy is compared with what the catalogue knows of it, the
/// catalogue says `here`, the archived file goes. For good: the catalogue forgets the slide, then the files go. What a kill
/// leaves of files that are not needed is removed by `sweep()`.
///
/// All of it blocks the calling thread.
extension SlideStore {
    package typealias TransferProgress = (Double) -> Bool

    // MARK: To the archive

    /// - Parameters:
    ///   - archive: the folder that the configuration names.
    ///   - progress: called with 0...1; returns false to end it with `CancellationError`.
    /// - Returns: bytes that were moved.
    @discardableResult
    package func archive(
        slide: Slide.ID, to archive: String?, by agent: Agent, progress: TransferProgress
    ) throws -> Int64 {
        try transferring {
            let store = slideFiles.store
            // Known to be there before the slide is kept from captures.
            let folder = try ArchiveFolder(archive, store: store, isNew: try !hasArchived())
            let identity = try pool.write { db -> SlideFile.Identity in
                let owner = try Slide.fetch(db, id: slide)
                try PicturePlace.of(db, slide: slide).requireRoom(owner.name)
                try db.requireIdle(owner, for: "archived")
                try db.execute(sql: "UPDATE slides SET pictures = 'archiving' WHERE id = ?", arguments: [slide])
                return try SlideFile.Identity(db, slide: slide, store: store)
            }
            let copy: (bytes: Int64, sha256: String)
            do {
                copy = try slideFiles.with(identity) { file in
                    try file.queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
                    return try ArchiveFolder.copy(
                        file.file.descriptor, named: file.path, to: folder.file(of: slide), progress: progress)
                }
            } catch {
                try? pool.write {
                    try $0.execute(
                        sql: "UPDATE slides SET pictures = 'here' WHERE id = ? AND pictures = 'archiving'",
                        arguments: [slide])
                }
                throw error
            }
            try pool.write { db in
                try db.execute(
                    sql: """
                        UPDATE slides SET pictures = 'archived', archived_at = ?, archive_bytes = ?, archive_sha256 = ?
                        WHERE id = ?
                        """, arguments: [Date().utcText, copy.bytes, copy.sha256, slide])
                try db.append(
                    "slide archived", by: agent, slide: slide,
                    detail: ["file": folder.file(of: slide), "bytes": "\(copy.bytes)", "sha256": copy.sha256])
            }
            patiently { try slideFiles.remove(slide) }
            return copy.bytes
        }
    }

    private func hasArchived() throws -> Bool {
        try pool.read {
            try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM slides WHERE pictures = 'archived')") ?? false
        }
    }

    // MARK: Back

    /// - Returns: bytes that came back.
    @discardableResult
    package func restore(
        slide: Slide.ID, from archive: String?, by agent: Agent, progress: TransferProgress
    ) throws -> Int64 {
        try transferring {
            let (owner, expected) = try pool.read { db -> (Slide, String?) in
                let row = try Slide.fetchRow(db, id: slide)
                let owner = Slide(row)
                let place: PicturePlace = try known(row["pictures"])
                guard place == .archived else {
                    if place == .removed { try place.requireHere(owner.name) }
                    throw StoreError(
                        .notArchived, "the slide \"\(owner.name)\" is not archived",
                        hint: "neurallens slide list says which slides are")
                }
                return (owner, row["archive_sha256"])
            }
            let folder = try ArchiveFolder(archive, store: slideFiles.store, isNew: false)
            let (from, to) = (folder.file(of: slide), slideFiles.path(of: slide))
            let source = open(from, O_RDONLY | O_CLOEXEC)
            guard source >= 0 else {
                throw StoreError(
                    .noSlideFile,
                    "\(from), which holds the archived pictures of the slide \"\(owner.name)\", is not there",
                    hint: "put it back in its place; counts do not need it")
            }
            defer { Glibc.close(source) }
            try slideFiles.makeFolder()
            let draft = to + ArchiveFolder.restoredSuffix
            let copy = try ArchiveFolder.copy(source, named: from, to: draft, progress: progress)
            defer { unlink(draft) }
            guard copy.sha256 == expected else {
                throw StoreError(
                    .damaged,
                    "\(from) is not the file that was archived of the slide \"\(owner.name)\"; nothing was changed",
                    hint: "put the right file in its place, from a backup of the archive; counts do not need it")
            }
            try slideFiles.closed(slide) { path in
                for suffix in ["-wal", "-shm", "-journal"] { unlink(path + suffix) }
                guard rename(draft, path) == 0 else { throw ArchiveFolder.failure(path, "written", errno) }
                AtomicFile.syncFolder(of: path)
            }
            try pool.write { db in
                try db.execute(
                    sql: """
                        UPDATE slides SET pictures = 'here', archived_at = NULL, archive_bytes = NULL, archive_sha256 = NULL
                        WHERE id = ?
                        """, arguments: [slide])
                try db.append(
                    "slide restored", by: agent, slide: slide, detail: ["file": from, "bytes": "\(copy.bytes)"])
            }
            try? folder.remove(slide)
            return copy.bytes
        }
    }

    // MARK: For good

    /// Deletes a slide with all its captures, grains, reviews and pictures. The journal keeps that it was there.
    /// - Returns: bytes of pictures that went.
    @discardableResult
    package func delete(slide: Slide.ID, archive: String?, by agent: Agent) throws -> Int64 {
        try transferring {
            let isArchived = try pool.read { try PicturePlace.of($0, slide: slide) == .archived }
            let folder = isArchived ? try ArchiveFolder(archive, store: slideFiles.store, isNew: false) : nil
            let bytes = try pool.writeWithoutTransaction { db -> Int64 in
                // What goes refers to itself alone, and each reference would be looked for in the grains of all slides.
                try db.execute(sql: "PRAGMA foreign_keys = OFF")
                defer { try? db.execute(sql: "PRAGMA foreign_keys = ON") }
                var bytes: Int64 = 0
                try db.inTransaction(.immediate) {
                    bytes = try db.delete(slide, by: agent)
                    return .commit
                }
                return bytes
            }
            patiently { try slideFiles.remove(slide) }
            if let folder { try? folder.remove(slide) }
            try giveBackFreePages()
            return bytes
        }
    }

    // MARK: Not kept any more

    /// Slides whose pictures are here and whose latest capture is older than a date; those that still wait for something are
    /// left out.
    package func slidesToThin(olderThan date: Date) throws(StoreError) -> [Slide] {
        try waitToRead { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT s.* FROM slides AS s WHERE s.pictures = 'here'
                        AND (SELECT MAX(captured_at) FROM captures WHERE slide_id = s.id) < ?
                        AND NOT EXISTS (
                            SELECT 1 FROM captures WHERE slide_id = s.id AND state IN ('stored', 'analysing'))
                    ORDER BY s.id
                    """, arguments: [date.utcText]
            ).map { Slide($0) }
        }
    }

    /// Removes the pictures of a slide; all else stays.
    /// - Parameter days: how long pictures are kept, for the journal.
    @discardableResult
    package func removePictures(ofSlide slide: Slide.ID, keptFor days: Int) throws -> Int64 {
        try transferring {
            let bytes = try pool.write { db -> Int64 in
                let owner = try Slide.fetch(db, id: slide)
                try PicturePlace.of(db, slide: slide).requireRoom(owner.name)
                try db.requireIdle(owner, for: "thinned")
                let bytes = try db.pictureBytes(ofSlide: slide)
                try db.execute(sql: "UPDATE slides SET pictures = 'removed' WHERE id = ?", arguments: [slide])
                try db.append(
                    "pictures removed", by: .current, slide: slide,
                    detail: ["kept_days": "\(days)", "bytes": "\(bytes)"])
                return bytes
            }
            patiently { try slideFiles.remove(slide) }
            return bytes
        }
    }

    // MARK: What kills leave

    /// Removes files that the catalogue says are not needed, and takes back what was begun and not ended. For the daemon's
    /// start, and now and then.
    /// - Parameters:
    ///   - isStart: nothing is under way.
    ///   - archive: the folder that the configuration names; what lies there waits until it is there.
    package func sweep(isStart: Bool, archive: String? = nil) throws {
        if let fault { throw fault }
        let present = Set(slideFiles.slides())
        let (archived, removed, gone) = try pool.write { db in
            if isStart { try db.execute(sql: "UPDATE slides SET pictures = 'here' WHERE pictures = 'archiving'") }
            return (
                try Row.fetchAll(db, sql: "SELECT id, archive_bytes FROM slides WHERE pictures = 'archived'").map {
                    (slide: $0["id"] as Int64, bytes: $0["archive_bytes"] as Int64?)
                }.filter { present.contains($0.slide) },
                try Int64.fetchAll(db, sql: "SELECT id FROM slides WHERE pictures = 'removed'"),
                try Int64.fetchAll(db, sql: "SELECT id FROM deleted_slides")
            )
        }
        for slide in removed + gone where present.contains(slide) { try slideFiles.remove(slide) }
        if isStart { ArchiveFolder.removeUnfinishedCopies(in: slideFiles.folder) }
        guard isStart || !archived.isEmpty || !gone.isEmpty,
            let folder = try? ArchiveFolder(archive, store: slideFiles.store, isNew: false)
        else { return }
        if isStart { ArchiveFolder.removeUnfinishedCopies(in: folder.path) }
        // Where the archive has lost its file, one that is still here may be the last.
        for (slide, bytes) in archived where folder.bytes(of: slide) == bytes { try slideFiles.remove(slide) }
        for slide in gone where folder.bytes(of: slide) != nil { try folder.remove(slide) }
    }

    /// Tries for some seconds: somebody may be reading a picture. What stays is swept later.
    private func patiently(_ body: () throws -> Void) {
        for _ in 0..<50 {
            if (try? body()) != nil { return }
            usleep(100_000)
        }
    }

    /// Gives pages that nothing lies on any more back to the disk, some at a time.
    func giveBackFreePages() throws {
        while try pool.writeWithoutTransaction({ db -> Bool in
            let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
            guard free > 0, try Int.fetchOne(db, sql: "PRAGMA auto_vacuum") == 2 else { return false }
            try db.execute(sql: "PRAGMA incremental_vacuum(1000)")
            try Self.bringInLog(db)
            return try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0 < free
        }) {}
    }

    private func transferring<Value>(_ body: () throws -> Value) throws -> Value {
        if let fault { throw fault }
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StoreError(error, doing: "written", path: path)
        }
    }
}

extension Database {
    /// Throws where something of a slide is still to come or under way.
    /// - Parameter what: is to become of it, as a participle.
    fileprivate func requireIdle(_ slide: Slide, for what: String) throws {
        for (sql, sentence, hint) in [
            (
                "SELECT COUNT(*) FROM captures WHERE slide_id = ? AND state IN ('stored', 'analysing')",
                "still waits for its lens", "wait until its captures are analysed: neurallens captures --slide NAME"
            ),
            (
                "SELECT COUNT(*) FROM jobs WHERE slide_id = ? AND state = 'open'", "is being captured",
                "wait for the end of the job, or end it: neurallens jobs, neurallens capture --stop JOB"
            ),
            (
                "SELECT COUNT(*) FROM plans WHERE slide_id = ? AND state IN ('running', 'paused')",
                "has a plan that is not over", "cancel the plan: neurallens plan list, neurallens plan cancel PLAN"
            ),
            (
                "SELECT COUNT(*) FROM scans WHERE slide_id = ? AND state IN ('running', 'paused')",
                "has a scan that is not over", "end the scan: neurallens scan list, neurallens scan cancel SCAN"
            ),
            (
                """
                SELECT COUNT(*) FROM captures AS c JOIN pictures AS p ON p.capture_id = c.id
                JOIN picture_bytes AS b ON b.picture_id = p.id WHERE c.slide_id = ?
                """, "has pictures of an earlier version that are still to be moved",
                "wait until they are: neurallens status says how far it is"
            ),
        ] {
            guard try Int.fetchOne(self, sql: sql, arguments: [slide.id]) ?? 0 > 0 else { continue }
            throw StoreError(.slideInUse, "the slide \"\(slide.name)\" \(sentence), and cannot be \(what)", hint: hint)
        }
    }

    fileprivate func pictureBytes(ofSlide slide: Int64) throws -> Int64 {
        try Int64.fetchOne(
            self,
            sql: """
                SELECT COALESCE(SUM(p.byte_count), 0) FROM captures AS c JOIN pictures AS p ON p.capture_id = c.id
                WHERE c.slide_id = ?
                """, arguments: [slide]) ?? 0
    }

    /// Tables whose numbers are not given out again.
    private static let numbered = [
        "slides", "captures", "runs", "analyses", "grains", "reviews", "pictures", "plans", "scans",
    ]

    /// The number of the next row where the highest ones were deleted; nil: SQLite finds it.
    func nextID(of table: String) throws -> Int64? {
        try Int64.fetchOne(
            cachedStatement(
                sql: """
                    SELECT id + 1 FROM last_ids WHERE table_name = '\(table)' AND id >= COALESCE((SELECT MAX(id) FROM \(table)), 0)
                    """))
    }

    /// - Returns: bytes of its pictures.
    fileprivate func delete(_ slide: Int64, by agent: Agent) throws -> Int64 {
        let owner = try Slide.fetch(self, id: slide)
        if try PicturePlace.of(self, slide: slide) == .archiving {
            throw StoreError(
                .slideInUse, "the slide \"\(owner.name)\" is being archived, and cannot be deleted",
                hint: "wait for its end")
        }
        try requireIdle(owner, for: "deleted")
        let bytes = try pictureBytes(ofSlide: slide)
        let captures =
            try Int.fetchOne(self, sql: "SELECT COUNT(*) FROM captures WHERE slide_id = ?", arguments: [slide]) ?? 0
        for table in Self.numbered {
            try execute(
                sql: """
                    INSERT INTO last_ids SELECT '\(table)', COALESCE(MAX(id), 0) FROM \(table) WHERE true
                    ON CONFLICT (table_name) DO UPDATE SET id = MAX(id, excluded.id)
                    """)
        }
        try execute(sql: "INSERT INTO slide_in_deletion VALUES (?)", arguments: [slide])
        let ofCaptures = "(SELECT id FROM captures WHERE slide_id = ?1)"
        let ofRuns = "(SELECT id FROM runs WHERE slide_id = ?1)"
        let ofReadings = "(SELECT id FROM second_readings WHERE slide_id = ?1)"
        for statement in Schema.secondReadingTables.map({
            "\($0) WHERE \($0 == "second_readings" ? "id" : "reading_id") IN \(ofReadings)"
        }) + [
            "standings WHERE run_id IN \(ofRuns)",
            "slide_verdicts WHERE run_id IN \(ofRuns)",
            "judged_fields WHERE run_id IN \(ofRuns)",
            "review_grains WHERE review_id IN (SELECT id FROM reviews WHERE run_id IN \(ofRuns))",
            "carried_reviews WHERE run_id IN \(ofRuns)",
            "grains WHERE analysis_id IN (SELECT id FROM analyses WHERE run_id IN \(ofRuns))",
            "reviews WHERE run_id IN \(ofRuns)",
            "picture_bytes WHERE picture_id IN (SELECT id FROM pictures WHERE capture_id IN \(ofCaptures))",
            "pictures WHERE capture_id IN \(ofCaptures)",
            "analyses WHERE run_id IN \(ofRuns)",
            "focal_sweeps WHERE capture_id IN \(ofCaptures)",
            "planned_captures WHERE capture_id IN \(ofCaptures)",
            "flat_captures WHERE capture_id IN \(ofCaptures)",
            "field_measures WHERE capture_id IN \(ofCaptures)",
            "samples WHERE slide_id = ?1",
            "capture_doubts WHERE capture_id IN \(ofCaptures)",
            "capture_exclusions WHERE capture_id IN \(ofCaptures)",
            "field_finishes WHERE capture_id IN \(ofCaptures)",
            "field_previews WHERE capture_id IN \(ofCaptures)",
            "field_pairs WHERE first_id IN \(ofCaptures)",
            "surveyed_fields WHERE slide_id = ?1",
            "sensor_patterns WHERE slide_id = ?1",
            "placements WHERE capture_id IN \(ofCaptures)",
            "job_captures WHERE job_id IN (SELECT id FROM jobs WHERE slide_id = ?1)",
            "job_gaps WHERE job_id IN (SELECT id FROM jobs WHERE slide_id = ?1)",
            "jobs WHERE slide_id = ?1",
            "scan_captures WHERE scan_id IN (SELECT id FROM scans WHERE slide_id = ?1)",
            "scans WHERE slide_id = ?1",
            "plan_captures WHERE plan_id IN (SELECT id FROM plans WHERE slide_id = ?1)",
            "plan_gaps WHERE plan_id IN (SELECT id FROM plans WHERE slide_id = ?1)",
            "plans WHERE slide_id = ?1",
            "lens_choices WHERE slide_id = ?1",
            "runs WHERE slide_id = ?1",
            "captures WHERE slide_id = ?1",
        ] { try execute(sql: "DELETE FROM \(statement)", arguments: [slide]) }
        try execute(
            sql: "INSERT INTO deleted_slides SELECT id, name, created_at, ? FROM slides WHERE id = ?",
            arguments: [Date().utcText, slide])
        try execute(sql: "DELETE FROM slides WHERE id = ?", arguments: [slide])
        try execute(sql: "DELETE FROM slide_in_deletion")
        try append(
            "slide deleted", by: agent, slide: slide,
            detail: ["name": owner.name, "captures": "\(captures)", "picture_bytes": "\(bytes)"])
        return bytes
    }
}
