internal import Camera
package import ControlAPI
internal import Foundation
internal import Imaging
internal import Logging
internal import Quantities
internal import Registration
internal import SlideStore

/// Scales of objectives: only ever added, and copied into each capture.
extension Microscope {
    package func calibrations() async throws(Problem) -> [CalibrationReport] {
        let frameSize = await frameSize()
        let (calibrations, inForce) = try await asProblems { () throws(StoreError) in
            (try await store.calibrations(), try await scaleInForce(ofFrames: frameSize).calibration)
        }
        return calibrations.sorted { $0.id < $1.id }.map {
            CalibrationReport($0, isInUse: $0.id == inForce?.id && source.nmPerPixel == nil)
        }
    }

    package func calibrate(_ request: CalibrationRequest, by peer: Peer) async throws(Problem) -> CalibrationReport {
        try requireUnknownScale()
        let method: Calibration.Method
        var frameSize = await frameSize()
        if let pitch = request.pixelPitchUm, let magnification = request.magnification {
            method = .pitch(pixelPitchMicrometres: pitch * Double(request.binning ?? 1), magnification: magnification)
        } else if let nmPerPixel = request.nmPerPixel {
            method = .given(nmPerPixel: nmPerPixel)
        } else {
            let frame: Frame
            (method, frame) = try await measured(divisionMicrometres: request.stageMicrometerDivisionUm ?? 0)
            if source.hasSettableMode { frameSize = FrameSize(frame) }
        }
        if let fault = Quantity.scale.fault(method.nmPerPixel) { throw Problem(.calibrationRefused, fault) }
        let camera = source.name
        let calibration = try await asProblems { () throws(StoreError) in
            let calibration = try await store.addCalibration(
                objective: request.objective, method: method, camera: camera, frameSize: frameSize,
                note: request.note ?? "",
                by: Agent(peer))
            try await store.useObjective(request.objective, by: Agent(peer))
            return calibration
        }
        logger.notice(
            "objective calibrated",
            metadata: [
                "objective": "\(calibration.objective)", "nm_per_pixel": "\(calibration.nmPerPixel)", "peer": "\(peer)",
            ])
        return CalibrationReport(calibration, isInUse: true)
    }

    package func use(objective: String, by peer: Peer) async throws(Problem) -> CalibrationReport {
        try requireUnknownScale()
        let (frameSize, usual) = (await frameSize(), await usualFrameSize())
        let calibrations = try await asProblems { () throws(StoreError) in
            try await store.calibrations(ofObjective: objective)
        }
        let fitting = calibrations.first { $0.holds(forFrames: frameSize, usual: usual) }
        guard let calibration = fitting ?? calibrations.first else {
            throw Problem(
                .objectiveNotFound, "the objective \"\(objective)\" has no calibration",
                hint: "`neurallens camera calibrate --objective NAME` makes one")
        }
        try await asProblems { () throws(StoreError) in try await store.useObjective(objective, by: Agent(peer)) }
        logger.notice("objective in use", metadata: ["objective": "\(calibration.objective)", "peer": "\(peer)"])
        return CalibrationReport(calibration, isInUse: fitting != nil)
    }

    /// A calibration that would be ignored is not taken.
    private func requireUnknownScale() throws(Problem) {
        guard let known = source.nmPerPixel else { return }
        throw Problem(
            .calibrationRefused,
            "\(source.name) knows its own scale, \(known) nm per pixel, and a calibration would be ignored",
            hint: "calibrate with the camera that the objective is on")
    }

    /// From a picture of a stage micrometer that lies under the objective now.
    private func measured(
        divisionMicrometres: Double
    ) async throws(Problem) -> (Calibration.Method, Frame) {
        let frame: Frame
        do {
            frame = try await source.triggeredFrame()
        } catch {
            throw Problem(error)
        }
        let measurement = await storeThread.run { () -> StageMicrometer? in
            switch frame.colour() {
            case .bits8(let picture): StageMicrometer(picture.normalised)
            case .bits16(let picture): StageMicrometer(picture.normalised)
            }
        }
        guard let measurement else {
            throw Problem(
                .calibrationRefused, "the camera's picture shows no regular lines",
                hint:
                    "lay the stage micrometer under the objective, lines upright or level, in focus, at least five of them"
            )
        }
        return (
            .stageMicrometer(
                divisionMicrometres: divisionMicrometres, pixelsPerDivision: measurement.pixelsPerDivision,
                standardErrorPixels: measurement.standardErrorPixels), frame
        )
    }

    /// The scale of a frame: what its source knows, else the objective in use, else the setting; nil: unknown, also where
    /// what is stated is of frames of another size.
    func scale(of frame: Frame) async throws(Problem) -> FieldScale? {
        if let known = frame.nmPerPixel, let scale = FieldScale(nmPerPixel: known, origin: source.name) { return scale }
        let stated = try await asProblems { () throws(StoreError) in
            try await persistently(for: .seconds(2)) { () throws(StoreError) in
                try await scaleInForce(ofFrames: FrameSize(frame))
            }
        }
        if stated.objective != nil { return stated.calibration.flatMap { FieldScale($0) } }
        return stated.setting.flatMap { FieldScale(nmPerPixel: $0, origin: "nm_per_pixel setting") }
    }
}

extension CalibrationReport {
    /// 20 rather than 20.0, with a point whatever the locale.
    private static let plain = FloatingPointFormatStyle<Double>(locale: Locale(identifier: "en_US_POSIX"))
        .grouping(.never).precision(.significantDigits(1...8))

    init(_ calibration: Calibration, isInUse: Bool) {
        let (how, figures): (Means, String) =
            switch calibration.method {
            case .pitch(let pitch, let magnification):
                (.pixelPitch, "\(pitch.formatted(Self.plain)) um / \(magnification.formatted(Self.plain))")
            case .stageMicrometer(let division, let pixels, let error):
                (
                    .stageMicrometer,
                    "\(division.formatted(Self.plain)) um in \((pixels * 1000).rounded() / 1000) px, standard error "
                        + "\((error * 1e5).rounded() / 1e5) px"
                )
            case .given: (.given, "as stated")
            }
        self.init(
            id: calibration.id, objective: calibration.objective, nmPerPixel: calibration.nmPerPixel, how: how,
            at: Microscope.iso8601(calibration.at), by: calibration.agent.text, isInUse: isInUse,
            note: [
                figures, calibration.frameSize.map { "frames of \($0)" } ?? "", calibration.note,
                // Stored by an earlier version.
                Quantity.scale.fault(calibration.nmPerPixel).map { "not used: \($0.detail)" } ?? "",
            ].filter { !$0.isEmpty }.joined(separator: "; "))
    }
}
