import Foundation
import GRDB

extension Capture {
    static func fetch(_ db: Database, id: Int64) throws -> Capture {
        guard let capture = try fetchAll(db, where: "c.id = ?", [id], orderedBy: "c.id").first else {
            throw StoreError(
                .noSuchCapture, "there is no capture \(id)", hint: "neurallens captures --slide NAME lists them")
        }
        return capture
    }

    static func fetchAll(
        _ db: Database, where condition: String, _ arguments: StatementArguments, orderedBy order: String
    ) throws -> [Capture] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT c.*, s.name, s.note, s.created_at FROM captures c JOIN slides s ON s.id = c.slide_id
                WHERE \(condition) ORDER BY \(order)
                """, arguments: arguments
        ).map { try Capture($0) }
    }

    private init(_ row: Row) throws {
        let nmPerPixel: Double? = row["nm_per_pixel"]
        let lens: String? = row["lens_name"]
        let error: String? = row["error_message"]
        let finished: String? = row["finished_at"]
        self.init(
            id: row["id"],
            slide: Slide(
                id: row["slide_id"], name: row["name"], note: row["note"], createdAt: Date(utcText: row["created_at"])),
            state: CaptureState(rawValue: row["state"]) ?? .failed,
            capturedAt: Date(utcText: row["captured_at"]),
            exposedAtMonotonicNanoseconds: row["exposed_monotonic_ns"],
            finishedAt: finished.map { Date(utcText: $0) }, source: row["source"], origin: row["origin"],
            wireFormat: row["wire_format"], bitDepth: row["bit_depth"], sequence: row["sequence"],
            controls: try jsonValue(row["controls"]),
            frames: CaptureInput.FrameCounts(
                sequenceGaps: row["sequence_gaps"], errorFlagged: row["error_flagged"],
                discardedBeforeTrigger: row["discarded_before_trigger"]),
            scale: nmPerPixel.map { FieldScale(nmPerPixel: $0, origin: row["scale_origin"]) },
            attempts: row["attempts"],
            lens: lens.map { LensIdentity(name: $0, sha256: row["lens_sha256"]) },
            engineVersion: row["engine_version"], settings: try jsonValue(row["settings"]),
            stageSeconds: try jsonValue(row["stage_seconds"]),
            failure: error.map { Failure(kind: row["error_kind"] ?? "", message: $0, hint: row["error_hint"] ?? "") })
    }
}

extension Database {
    /// Throws unless the last statement changed the capture: then it does not exist or is at its end already.
    func requireChange(of capture: Int64) throws {
        guard changesCount == 0 else { return }
        let state = try Capture.fetch(self, id: capture).state
        throw StoreError(
            .alreadyFinished, "capture \(capture) is \(state.rawValue) already", hint: "make a new capture of the field"
        )
    }
}
