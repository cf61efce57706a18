import Foundation
import GRDB
import Quantities

extension Capture {
    /// State of capture `c` in the run in force, whose analysis of it is `a`.
    static let stateInForce = """
        CASE
            WHEN c.state IN ('stored', 'analysing') THEN c.state
            WHEN a.id IS NULL THEN CASE c.state WHEN 'done' THEN 'stored' ELSE c.state END
            WHEN a.error_kind IS NULL THEN 'done'
            ELSE 'failed'
        END
        """

    /// Doubts about capture `c` of slide `s`, as JSON.
    private static let doubtsInForce = """
        (SELECT json_group_array(json_object('key', key, 'sentence', sentence)) FROM (
            SELECT key, sentence FROM capture_doubts
            WHERE capture_id = c.id AND (run_id IS NULL OR run_id = s.run_id) ORDER BY id))
        """

    /// Captures `c` with their slides `s`, their analyses `a` in the run in force, and `x` where they are left out.
    static let joined = """
        captures AS c JOIN slides AS s ON s.id = c.slide_id
        LEFT JOIN analyses AS a ON a.run_id = s.run_id AND a.capture_id = c.id
        LEFT JOIN excluded_captures AS x ON x.capture_id = c.id
        LEFT JOIN planned_captures AS t ON t.capture_id = c.id
        LEFT JOIN focal_sweeps AS f ON f.capture_id = c.id
        LEFT JOIN flat_captures AS g ON g.capture_id = c.id
        """

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
                SELECT c.*, s.name, s.note, s.created_at, s.sampled_volume_m3, s.deposit_area_mm2,
                    \(stateInForce) AS state_in_force, COALESCE(a.at, c.finished_at) AS ended_at,
                    a.lens_name, a.lens_sha256, a.engine_version, a.settings, a.stage_seconds, a.familiarity, a.id AS analysis_id,
                    a.error_kind AS analysis_kind, a.error_message AS analysis_message, a.error_hint AS analysis_hint,
                    \(doubtsInForce) AS doubts, x.at AS excluded_at, x.user_id AS excluded_user,
                    x.process_id AS excluded_process, x.user_name AS excluded_user_name, x.reason AS excluded_reason,
                    t.along_mm, t.across_mm, g.flat_field_id,
                    f.sharpest AS sweep_sharpest, f.shift_px AS sweep_shift, f.curve AS sweep_curve
                FROM \(joined) WHERE \(condition) ORDER BY \(order)
                """, arguments: arguments
        ).map { try Capture($0) }
    }

    private init(_ row: Row) throws {
        let nmPerPixel: Double? = row["nm_per_pixel"]
        let stageX: Double? = row["stage_x_um"]
        let stated = stageX.map { SlidePosition(xMicrometres: $0, yMicrometres: row["stage_y_um"]) }
        let state = CaptureState(rawValue: row["state_in_force"]) ?? .failed
        let isAnalysed = state == .done
        let along: Double? = row["along_mm"]
        let curve: String? = row["sweep_curve"]
        let hasEnded = state == .done || state == .failed
        let ended: String? = row["ended_at"]
        var failure: Failure?
        if state == .failed {
            failure =
                Failure(kind: row["analysis_kind"], message: row["analysis_message"], hint: row["analysis_hint"])
                ?? Failure(kind: row["error_kind"], message: row["error_message"], hint: row["error_hint"])
        }
        self.init(
            id: row["id"], slide: Slide(row, id: row["slide_id"]), state: state,
            capturedAt: Date(utcText: row["captured_at"]),
            exposedAtMonotonicNanoseconds: row["exposed_monotonic_ns"],
            finishedAt: hasEnded ? ended.map { Date(utcText: $0) } : nil, source: row["source"], origin: row["origin"],
            wireFormat: row["wire_format"], bitDepth: row["bit_depth"], sequence: row["sequence"],
            controls: try jsonValue(row["controls"]),
            frames: CaptureInput.FrameCounts(
                sequenceGaps: row["sequence_gaps"], errorFlagged: row["error_flagged"],
                discardedBeforeTrigger: row["discarded_before_trigger"]),
            freshness: (row["freshness"] as String?).flatMap(CaptureInput.Freshness.init(rawValue:)),
            scale: nmPerPixel.flatMap { FieldScale(nmPerPixel: $0, origin: row["scale_origin"]) },
            stagePosition: stated.flatMap { $0.isPossible(as: .stagePosition) ? $0 : nil },
            tapePlace: along.map { TapePlace(alongMillimetres: $0, acrossMillimetres: row["across_mm"]) },
            sweep: try curve.map {
                FocalSweep(
                    planes: try jsonValue($0), sharpest: row["sweep_sharpest"], shiftPixels: row["sweep_shift"])
            },
            flatField: row["flat_field_id"],
            unusable: [
                Quantity.scale.fault(nmPerPixel)?.detail,
                stated.flatMap { Quantity.stagePosition.fault($0.xMicrometres, name: "stage position x")?.detail },
                stated.flatMap { Quantity.stagePosition.fault($0.yMicrometres, name: "stage position y")?.detail },
            ].compactMap(\.self),
            attempts: row["attempts"],
            lens: isAnalysed ? LensIdentity(name: row["lens_name"], sha256: row["lens_sha256"]) : nil,
            engineVersion: isAnalysed ? row["engine_version"] : nil,
            settings: isAnalysed ? try jsonValue(row["settings"]) : [:],
            stageSeconds: isAnalysed ? try jsonValue(row["stage_seconds"]) : [:],
            familiarity: isAnalysed ? row["familiarity"] : nil, failure: failure,
            doubts: try jsonValue(row["doubts"]),
            exclusion: (row["excluded_at"] as String?).map {
                Exclusion(
                    at: Date(utcText: $0),
                    agent: Agent(
                        userID: row["excluded_user"], processID: row["excluded_process"],
                        userName: row["excluded_user_name"]), reason: row["excluded_reason"])
            })
    }
}

extension Capture.Failure {
    init?(kind: String?, message: String?, hint: String?) {
        guard let message else { return nil }
        self.init(kind: kind ?? "", message: message, hint: hint ?? "")
    }
}

extension Database {
    /// Throws unless the last statement changed the capture: then it does not exist or is at its end already.
    func requireChange(of capture: Int64) throws {
        guard changesCount == 0 else { return }
        _ = try Capture.fetch(self, id: capture)
        let state = try String.fetchOne(self, sql: "SELECT state FROM captures WHERE id = ?", arguments: [capture])
        throw StoreError(
            .alreadyFinished, "capture \(capture) is \(state ?? "gone") already",
            hint: "make a new capture of the field"
        )
    }
}
