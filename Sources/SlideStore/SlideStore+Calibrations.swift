import Foundation
import GRDB
import Quantities

extension SlideStore {
    /// Adds a calibration, which is in force for its objective from now on. Captures keep the scale they were stored
    /// with.
    /// - Parameter frameSize: of the frames that it holds for; nil where frames of the camera have one scale whatever their
    ///   size.
    /// - Throws: `invalidValue` for figures that are not positive.
    @discardableResult
    package func addCalibration(
        objective: String, method: Calibration.Method, camera: String, frameSize: FrameSize? = nil,
        note: String = "", by agent: Agent
    ) async throws(StoreError) -> Calibration {
        let objective = try GivenName(objective, of: "objective")
        try method.check()
        let figures = try jsonText(method.figures)
        return try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO calibrations (at, user_id, process_id, user_name, objective, objective_key,
                        nm_per_pixel, method, figures, camera, note, frame_width, frame_height)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    Date().utcText, agent.userID, agent.processID, agent.userName, objective.text, objective.key,
                    method.nmPerPixel, method.name, figures, camera, note, frameSize?.width, frameSize?.height,
                ])
            let id = db.lastInsertedRowID
            guard let calibration = try Calibration.fetchAll(db, where: "id = ?", [id]).first else {
                throw StoreError(.damaged, "calibration \(id) was not stored", hint: "check the disk")
            }
            return calibration
        }
    }

    /// All calibrations, the newest first.
    /// - Parameter objective: only those of this one.
    package func calibrations(ofObjective objective: String? = nil) async throws(StoreError) -> [Calibration] {
        let key = try objective.map { (name) throws(StoreError) in try GivenName(name, of: "objective").key }
        return try await read { try Calibration.fetchAll($0, where: "?1 IS NULL OR objective_key = ?1", [key]) }
    }

    /// The latest calibration of an objective; nil where there is none.
    package func calibration(ofObjective objective: String) async throws(StoreError) -> Calibration? {
        try await calibrations(ofObjective: objective).first
    }

    /// Says which objective is on the microscope. It need not be calibrated: captures then have no scale, rather than
    /// that of another objective.
    package func useObjective(_ name: String, by agent: Agent) async throws(StoreError) {
        let name = try GivenName(name, of: "objective")
        try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO objectives_in_use (at, user_id, process_id, user_name, objective, objective_key)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    Date().utcText, agent.userID, agent.processID, agent.userName, name.text, name.key,
                ])
        }
    }

    /// The objective on the microscope; nil where nobody said.
    package func objectiveInUse() async throws(StoreError) -> String? {
        try await read { db in
            try String.fetchOne(db, sql: "SELECT objective FROM objectives_in_use ORDER BY id DESC LIMIT 1")
        }
    }

    /// The calibration that new captures take their scale from, as `FieldScale(_:)`: the latest of the objective in
    /// use that holds for frames of their size.
    /// - Parameters:
    ///   - size: of the frames; nil for any.
    ///   - usual: of frames that calibrations without a size hold for.
    package func calibrationInForce(
        forFrames size: FrameSize? = nil, usual: FrameSize? = nil
    ) async throws(StoreError) -> Calibration? {
        try await read { db in
            try Calibration.fetchAll(
                db,
                where: "objective_key = (SELECT objective_key FROM objectives_in_use ORDER BY id DESC LIMIT 1)", []
            )
        }.first { $0.holds(forFrames: size, usual: usual) }
    }
}

extension Calibration {
    /// The newest first.
    static func fetchAll(
        _ db: Database, where condition: String, _ arguments: StatementArguments
    ) throws -> [Calibration] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM calibrations WHERE \(condition) ORDER BY id DESC", arguments: arguments
        ).map { row in
            Calibration(
                id: row["id"], at: Date(utcText: row["at"]), agent: Agent(row), objective: row["objective"],
                method: try Method(name: row["method"], figures: try jsonValue(row["figures"])),
                nmPerPixel: row["nm_per_pixel"], camera: row["camera"], note: row["note"], frameSize: frameSize(row))
        }
    }
}

extension Calibration {
    private static func frameSize(_ row: Row) -> FrameSize? {
        guard let width: Int = row["frame_width"], let height: Int = row["frame_height"] else { return nil }
        return FrameSize(width: width, height: height)
    }
}

extension Calibration.Method {
    var figures: [String: Double] {
        switch self {
        case .pitch(let pitch, let magnification): ["pixel_pitch_um": pitch, "magnification": magnification]
        case .stageMicrometer(let division, let pixels, let error):
            ["division_um": division, "division_px": pixels, "division_standard_error_px": error]
        case .given(let nmPerPixel): ["nm_per_pixel": nmPerPixel]
        }
    }

    fileprivate init(name: String, figures: [String: Double]) throws(StoreError) {
        if let pitch = figures["pixel_pitch_um"], let magnification = figures["magnification"] {
            self = .pitch(pixelPitchMicrometres: pitch, magnification: magnification)
        } else if let division = figures["division_um"], let pixels = figures["division_px"],
            let error = figures["division_standard_error_px"]
        {
            self = .stageMicrometer(
                divisionMicrometres: division, pixelsPerDivision: pixels, standardErrorPixels: error)
        } else if let nmPerPixel = figures["nm_per_pixel"] {
            self = .given(nmPerPixel: nmPerPixel)
        } else {
            throw StoreError(.damaged, "a stored calibration by \(name) lacks its figures", hint: "check the disk")
        }
    }

    /// Throws unless every figure is finite and positive; a standard error may be 0.
    fileprivate func check() throws(StoreError) {
        for (name, value) in figures.sorted(by: { $0.key < $1.key }) {
            let mayBeZero = name == "division_standard_error_px"
            guard value.isFinite, value > 0 || (mayBeZero && value == 0) else {
                throw StoreError(
                    .invalidValue, "a calibration by \(self.name) cannot have \(name) = \(value)",
                    hint: "give a positive number")
            }
        }
        if let fault = Quantity.scale.fault(nmPerPixel) {
            throw StoreError(.invalidValue, fault.detail, hint: "check the calibration's figures: \(fault.hint)")
        }
    }
}
