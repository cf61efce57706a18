internal import Camera
internal import ControlAPI
internal import Focus
internal import Foundation
internal import Imaging
internal import Logging
internal import Quantities
internal import SlideStore
internal import Stage

/// What the motor does for the camera, in the camera's turn.
extension CaptureQueue {
    /// Looks for the sharpest height of what lies under the objective, and stays there.
    func focused(_ request: FocusRequest) async throws(Problem) -> FocusReport {
        let stage = try motor.required([.z])
        guard await turn.take(.timed) else { throw Problem(CancellationError()) }
        defer { turn.give() }
        work.begin()
        defer { work.end() }
        var start: Double?
        do {
            let here = try await stage.position().z
            start = here
            var range = stage.limits[.z]!
            if let reach = request.reachUm {
                range = max(range.lowerBound, here - reach)...min(range.upperBound, here + reach)
            }
            let source = source
            let found = try await Autofocus(range: range).run(from: min(max(here, range.lowerBound), range.upperBound))
            {
                try Task.checkCancellation()
                let frame = try await frame(atHeight: $0, stage, source)
                return await focusThread.run { Sharpness.of(frame.colour().rgb) }
            }
            try await go(to: found.heightMicrometres, stage, source)
            let most = found.curve.map(\.sharpness).max() ?? 0
            return FocusReport(
                heightUm: found.heightMicrometres, startedAtUm: here, atLimit: found.isAtLimit,
                curve: found.curve.map {
                    FocusReport.Point(heightUm: $0.heightMicrometres, sharpness: most > 0 ? $0.sharpness / most : 0)
                })
        } catch let error as StageError {
            throw Problem(error)
        } catch {
            // Nothing is in focus anywhere, or nobody waits any more: the motor goes back or stays.
            if Task.isCancelled {
                await stage.stop()
            } else if let start {
                try? await go(to: start, stage, source)
            }
            switch error {
            case let error as FocusError: throw Problem(.focusRefused, error.message, hint: error.hint)
            case let error as CameraError: throw Problem(error)
            case let problem as Problem: throw problem
            default: throw Problem(CancellationError())
            }
        }
    }

    func go(to height: Double, _ stage: GCodeStage, _ source: any FrameSource) async throws(StageError) {
        try await stage.approach([.z: height])
        await source.focalPlane(movedTo: height)
    }

    func frame(atHeight height: Double, _ stage: GCodeStage, _ source: any FrameSource) async throws -> Frame {
        try await go(to: height, stage, source)
        return try await Self.frame { () throws(CameraError) in try await source.furtherFrame() }
    }

    /// One field of a scan.
    func scanned(_ place: ScanPlace, of scan: Scan) async throws(Problem) -> Capture {
        let stage = try motor.required([.x, .y])
        guard await turn.take(.untimed(rank: ranks)) else { throw Problem(CancellationError()) }
        do throws(StageError) {
            try await stage.approach([.x: place.xMicrometres, .y: place.yMicrometres])
        } catch {
            turn.give()
            throw Problem(error)
        }
        do {
            let capture = try await field(
                of: scan.slide,
                stage: SlidePosition(xMicrometres: place.xMicrometres, yMicrometres: place.yMicrometres),
                agent: scan.agent
            ) { .scan(scan.id, place: place.number) }
            await surroundings.stored(capture)
            return capture
        } catch let error as CameraError {
            throw Problem(error)
        } catch {
            throw error as? Problem ?? Problem(CancellationError())
        }
    }
}
