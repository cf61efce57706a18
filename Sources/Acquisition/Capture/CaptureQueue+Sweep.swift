internal import Camera
internal import ControlAPI
internal import Focus
internal import Foundation
internal import Imaging
internal import Logging
internal import Quantities
internal import SlideStore
internal import Stage
internal import Synchronization

/// What a job's field is fused from.
struct SweepOrder: Sendable {
    let wish: Job.Wish.Sweep
    let job: Job.ID
    /// Which of the job's fields, from 1.
    let field: Int

    init(_ wish: Job.Wish.Sweep, job: Job.ID, field: Int) {
        self.wish = wish
        self.job = job
        self.field = field
    }
}

/// What came of a sweep.
struct SweptField: Sendable {
    /// The frame of the sharpest plane.
    let sharpest: Frame
    /// Nil where the planes could not be fused: then the sharpest frame is the field.
    let fused: FusedField?
}

/// One field while the focus moves. The camera's turn is held meanwhile; of the frames only the sharpest is kept.
extension CaptureQueue {
    /// By motor from below the height where it stands to above, and back there; else in time, while a hand turns the focus.
    /// - Parameter first: the frame that the trigger gave.
    func swept(_ order: SweepOrder, from first: Frame, _ source: any FrameSource) async throws -> SweptField {
        let planes = FocalPlanes()
        let wish = order.wish
        let pause = Duration.seconds(wish.seconds) / Double(wish.frames - 1)
        let start = ContinuousClock.now
        let heights: [Double]?
        let stage = motor.focus
        let middle: Double
        do throws(StageError) {
            middle = try await stage?.position().z ?? 0
            heights = try stage.map { stage throws(StageError) in try Self.heights(of: wish, about: middle, stage) }
        } catch {
            throw Problem(error)
        }
        var refusal: FocusError?
        do {
            for number in 0..<wish.frames {
                let frame: Frame
                if let stage, let heights {
                    frame = try await self.frame(atHeight: heights[number], stage, source)
                } else if number == 0 {
                    frame = first
                } else {
                    try await Task.sleep(until: start + pause * number, clock: .continuous)
                    frame = try await Self.frame { () throws(CameraError) in try await source.furtherFrame() }
                }
                let height = heights?[number]
                refusal = await focusThread.run { planes.add(frame, height) }
                if refusal != nil { break }
                try Task.checkCancellation()
                let (now, best) = planes.sharpness
                let share = Int(saturating: 100 * now / max(best, .leastNonzeroMagnitude))
                change(order.job) {
                    $0.progress.stage = "sweep"
                    $0.progress.message =
                        "plane \(number + 1) of \(wish.frames), \(share) % as sharp as the sharpest"
                        + (stage == nil ? ": turn the fine focus slowly through the field" : "")
                }
            }
            if let stage { try await go(to: middle, stage, source) }
        } catch {
            await stage?.stop()
            if let error = error as? StageError { throw Problem(error) }
            throw error
        }
        let fused: Result<FusedField, FocusError> =
            if let refusal { .failure(refusal) } else { await focusThread.run { planes.fused } }
        let sharpest = planes.sharpest ?? first
        guard case .failure(let error) = fused else {
            return SweptField(sharpest: sharpest, fused: try? fused.get())
        }
        logger.warning("focal planes not fused", metadata: ["job": "\(order.job)", "error": "\(error)"])
        change(order.job) {
            $0.remarks.append(
                "field \(order.field) is not fused, its sharpest frame is kept: \(error.message); \(error.hint)")
        }
        return SweptField(sharpest: sharpest, fused: nil)
    }

    /// Of the planes, from below, as far as the motor goes.
    private static func heights(
        of wish: Job.Wish.Sweep, about middle: Double, _ stage: GCodeStage
    ) throws(StageError) -> [Double] {
        let lowest = middle - wish.spanMicrometres / 2
        try stage.check([.z: lowest])
        try stage.check([.z: lowest + wish.spanMicrometres])
        return (0..<wish.frames).map { lowest + wish.spanMicrometres * Double($0) / Double(wish.frames - 1) }
    }
}

/// The planes of one field, taken in on a thread of their own.
private final class FocalPlanes: Sendable {
    private struct State {
        var series = FocalSeries()
        var sharpest: Frame?
    }

    private let state = Mutex(State())

    /// - Parameter height: of the focal plane in µm, where a motor says it.
    /// - Returns: why it is none of them; nil where it is.
    func add(_ frame: Frame, _ height: Double?) -> FocusError? {
        let picture = frame.colour().rgb
        return state.withLock { state in
            do throws(FocusError) {
                try state.series.add(picture, heightMicrometres: height)
            } catch {
                return error
            }
            if state.series.sharpest == state.series.planes.count - 1 { state.sharpest = frame }
            return nil
        }
    }

    var sharpest: Frame? { state.withLock { $0.sharpest } }

    /// Of the latest plane and of the sharpest.
    var sharpness: (now: Double, best: Double) {
        state.withLock { state in
            (state.series.planes.last?.sharpness ?? 0, state.series.planes.map(\.sharpness).max() ?? 0)
        }
    }

    var fused: Result<FusedField, FocusError> {
        state.withLock { state in
            Result { () throws(FocusError) in
                let (picture, heights) = try state.series.fused()
                return FusedField(
                    picture: picture, heights: heights,
                    sweep: FocalSweep(
                        planes: state.series.planes.map {
                            FocalSweep.Plane(heightMicrometres: $0.heightMicrometres, sharpness: $0.sharpness)
                        }, sharpest: (state.series.sharpest ?? 0) + 1, shiftPixels: state.series.shiftPixels))
            }
        }
    }
}
