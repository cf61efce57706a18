import Foundation
import Digest
import GRDB
import Quantities

extension SlideStore {
    /// Puts a field on disk before the lens sees it.
    /// - Parameter purpose: the job or plan that it is a field of.
    /// - Returns: the new capture, in state `stored`.
    package func storeInput(
        _ input: CaptureInput, slide: Slide.ID, for purpose: CapturePurpose? = nil, by agent: Agent
    ) async throws(StoreError) -> Capture {
        let picture = PictureRecord(
            kind: PictureRecord.input, png: input.png, width: input.width, height: input.height,
            nmPerPixel: input.scale?.nmPerPixel, isSynthesised: false)
        if let position = input.stagePosition, !position.isPossible(as: .stagePosition) {
            throw StoreError(
                .invalidValue,
                "the stage position is \(position.xMicrometres), \(position.yMicrometres) um, "
                    + "which cannot be",
                hint: "give \(Quantity.stagePosition.rangeText), or leave it out")
        }
        let sha256 = sha256Hex(input.png)
        let further = input.sweepPictures.map { (picture: $0, sha256: sha256Hex($0.png)) }
        let curve = try input.sweep.map { (sweep) throws(StoreError) in try jsonText(sweep.planes) }
        let controls = try jsonText(input.controls)
        return try await write { [slideFiles] db in
            let owner = try Slide.fetch(db, id: slide)
            try db.execute(
                sql: """
                    INSERT INTO captures (id, slide_id, state, captured_at, exposed_monotonic_ns, source, origin,
                        wire_format, bit_depth, sequence, controls, sequence_gaps, error_flagged,
                        discarded_before_trigger, nm_per_pixel, scale_origin, stage_x_um, stage_y_um, freshness)
                    VALUES (?, ?, 'stored', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    try db.nextID(of: "captures"), slide, input.capturedAt.utcText, input.exposedAtMonotonicNanoseconds,
                    input.source, input.origin,
                    input.wireFormat, input.bitDepth, input.sequence, controls, input.frames.sequenceGaps,
                    input.frames.errorFlagged, input.frames.discardedBeforeTrigger, input.scale?.nmPerPixel,
                    input.scale?.origin, input.stagePosition?.xMicrometres, input.stagePosition?.yMicrometres,
                    input.freshness.rawValue,
                ])
            let id = db.lastInsertedRowID
            try db.insert(picture, sha256: sha256, capture: id, analysis: nil)
            for (picture, sha256) in further {
                try db.insert(picture, sha256: sha256, capture: id, analysis: nil)
            }
            if let sweep = input.sweep {
                try db.execute(
                    sql: """
                        INSERT INTO focal_sweeps (capture_id, planes, sharpest, shift_px, curve) VALUES (?, ?, ?, ?, ?)
                        """, arguments: [id, sweep.planes.count, sweep.sharpest, sweep.shiftPixels, curve])
            }
            try db.insert(input.doubts, capture: id, run: nil)
            if let place = input.tapePlace {
                try db.execute(
                    sql: "INSERT INTO planned_captures (capture_id, along_mm, across_mm) VALUES (?, ?, ?)",
                    arguments: [id, place.alongMillimetres, place.acrossMillimetres])
            }
            if let flat = input.flatField {
                try db.execute(
                    sql: "INSERT INTO flat_captures (capture_id, flat_field_id) VALUES (?, ?)", arguments: [id, flat])
            }
            try db.append(
                "capture stored", by: agent, slide: slide, capture: id,
                detail: ["slide": owner.name, "source": input.source])
            switch purpose {
            case .job(let job, let nextAt): try Job.add(id, to: job, nextAt: nextAt, db)
            case .plan(let plan, let dueAt, let nextAt):
                try Plan.add(id, to: plan, dueAt: dueAt, nextAt: nextAt, db)
            case .scan(let scan, let place): try Scan.add(id, to: scan, place: place, db)
            case nil: break
            }
            try db.keep(
                [(sha256, input.png)] + further.map { ($0.sha256, $0.picture.png) }, ofSlide: owner, in: slideFiles)
            return try Capture.fetch(db, id: id)
        }
    }

    /// Notes that the lens starts on a capture that is `stored`, or `analysing` since before a restart.
    /// - Returns: how often it was started on this one, 1 the first time. A field that ends the daemon each time
    ///   shows here.
    @discardableResult
    package func beginAnalysis(_ capture: Capture.ID) async throws(StoreError) -> Int {
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE captures SET state = 'analysing', attempts = attempts + 1
                    WHERE id = ? AND state IN ('stored', 'analysing')
                    """, arguments: [capture])
            try db.requireChange(of: capture)
            return try Capture.fetch(db, id: capture).attempts
        }
    }

    /// Takes back that the lens was started: it was kept from its end by no fault of the capture.
    package func takeBackAnalysis(_ capture: Capture.ID) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE captures SET state = 'stored', attempts = MAX(0, attempts - 1)
                    WHERE id = ? AND state = 'analysing'
                    """, arguments: [capture])
        }
    }

    /// Stores what the lens made, all or nothing, in the slide's run in force; its first results begin its first run.
    /// - Returns: the capture, now `done`.
    @discardableResult
    package func finish(_ capture: Capture.ID, with results: CaptureResults) async throws(StoreError) -> Capture {
        let prepared = try PreparedResults(results)
        return try await write { [slideFiles] db in
            try db.execute(
                sql: """
                    UPDATE captures SET state = 'done', finished_at = ?
                    WHERE id = ? AND state IN ('stored', 'analysing')
                    """, arguments: [prepared.at.utcText, capture])
            try db.requireChange(of: capture)
            let owner = try Capture.fetch(db, id: capture).slide
            let slide = owner.id
            let run = try Slide.runInForce(db, slide: slide) ?? db.beginFirstRun(of: slide, prepared)
            try db.insert(prepared, capture: capture, run: run)
            try db.append(
                "capture done", by: .current, slide: slide, capture: capture,
                detail: ["grains": "\(results.grains.count)", "lens": results.lens.name])
            try db.keep(prepared.pictures, ofSlide: owner, in: slideFiles)
            return try Capture.fetch(db, id: capture)
        }
    }

    /// Notes why a capture cannot be analysed. Its input stays.
    @discardableResult
    package func fail(
        _ capture: Capture.ID, kind: String, message: String, hint: String
    ) async throws(StoreError) -> Capture {
        let now = Date()
        return try await write { db in
            try db.execute(
                sql: """
                    UPDATE captures
                    SET state = 'failed', finished_at = ?, error_kind = ?, error_message = ?, error_hint = ?
                    WHERE id = ? AND state IN ('stored', 'analysing')
                    """, arguments: [now.utcText, kind, message, hint, capture])
            try db.requireChange(of: capture)
            try db.append("capture failed", by: .current, capture: capture, detail: ["kind": kind, "message": message])
            return try Capture.fetch(db, id: capture)
        }
    }

    /// Captures that failed for a reason that has passed are to be analysed again.
    /// - Parameter kinds: of failures.
    /// - Returns: these captures, the oldest first.
    @discardableResult
    package func takeUpAgain(failed kinds: [String]) async throws(StoreError) -> [Capture] {
        try await write { db in
            let failed = try Row.fetchAll(
                db,
                sql: """
                    SELECT id, error_kind FROM captures
                    WHERE state = 'failed' AND error_kind IN (SELECT value FROM json_each(?)) ORDER BY id
                    """, arguments: [try jsonText(kinds)])
            return try failed.map { row in
                let (capture, kind): (Int64, String) = (row["id"], row["error_kind"])
                try db.execute(
                    sql: """
                        UPDATE captures SET state = 'stored', attempts = 0, finished_at = NULL, error_kind = NULL,
                            error_message = NULL, error_hint = NULL
                        WHERE id = ?
                        """, arguments: [capture])
                try db.append("capture taken up again", by: .current, capture: capture, detail: ["kind": kind])
                return try Capture.fetch(db, id: capture)
            }
        }
    }

    /// Captures whose lens run is still to come, the oldest first.
    package func pendingCaptures() async throws(StoreError) -> [Capture] {
        try await read { try Capture.fetchAll($0, where: "c.state IN ('stored', 'analysing')", [], orderedBy: "c.id") }
    }

    package func capture(_ id: Capture.ID) async throws(StoreError) -> Capture {
        try await read { try Capture.fetch($0, id: id) }
    }

    /// A slide's captures, the oldest first.
    package func captures(ofSlide slide: Slide.ID) async throws(StoreError) -> [Capture] {
        try await read { try Capture.fetchAll($0, where: "c.slide_id = ?", [slide], orderedBy: "c.id") }
    }
}
