import Foundation
import Digest
import GRDB

/// Results on their way into the store: what can be computed before the write is.
struct PreparedResults: Sendable {
    let results: CaptureResults
    let pictureHashes: [String]
    let settings: String
    let stageSeconds: String
    let at = Date()

    /// For the slide's file.
    var pictures: [(sha256: String, bytes: [UInt8])] {
        zip(pictureHashes, results.pictures.map(\.png)).map { ($0, $1) }
    }

    init(_ results: CaptureResults) throws(StoreError) {
        self.results = results
        pictureHashes = results.pictures.map { sha256Hex($0.png) }
        settings = try jsonText(results.settings)
        stageSeconds = try jsonText(results.stageSeconds)
    }
}

extension Database {
    /// Puts the results of a capture into a run, with the standings of its grains.
    func insert(_ prepared: PreparedResults, capture: Int64, run: Int64) throws {
        let results = prepared.results
        try execute(
            sql: """
                INSERT INTO analyses (id, run_id, capture_id, at, lens_name, lens_sha256, engine_version, settings,
                    stage_seconds, familiarity)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                try nextID(of: "analyses"), run, capture, prepared.at.utcText, results.lens.name, results.lens.sha256,
                results.engineVersion,
                prepared.settings, prepared.stageSeconds, results.familiarity,
            ])
        let analysis = lastInsertedRowID
        try insert(results.doubts, capture: capture, run: run)
        if let measures = results.measures {
            // They are the field's own, whatever lens looked: the first to say so is believed.
            try execute(
                sql: """
                    INSERT OR IGNORE INTO field_measures (capture_id, light, tint, edge_blur_um) VALUES (?, ?, ?, ?)
                    """, arguments: [capture, measures.light, measures.tint, measures.edgeBlurMicrometres])
        }
        for (picture, sha256) in zip(results.pictures, prepared.pictureHashes) {
            try insert(picture, sha256: sha256, capture: capture, analysis: analysis)
        }
        for (index, grain) in results.grains.enumerated() {
            try insert(grain, number: index + 1, analysis: analysis, review: nil)
        }
        try refreshStandings(where: "grain_id IN (SELECT id FROM grains WHERE analysis_id = ?)", [analysis])
    }
}
