internal import Camera
internal import ControlAPI
internal import Foundation
internal import Imaging
internal import Logging
internal import SlideStore

/// One field from the trigger to its committed input.
extension CaptureQueue {
    /// How long a frame in hand waits for a store that fails in passing.
    private static let patience = Duration.seconds(6)

    /// Takes a field for whoever has the camera's turn, and gives the turn back.
    /// - Parameters:
    ///   - sweep: how frames are taken that are fused into the field; nil: it is one frame.
    ///   - purpose: asked for when the frame is there.
    /// - Throws: `CameraError`, or a `Problem`, or `CancellationError`.
    func field(
        of slide: Slide, stage: SlidePosition?, place: TapePlace? = nil, sweep: SweepOrder? = nil,
        agent: Agent, for purpose: @Sendable () -> CapturePurpose
    ) async throws -> Capture {
        if let fault = store.fault { throw Problem(fault) }
        work.begin()
        defer { work.end() }
        let clock = ContinuousClock()
        let triggered = clock.now
        let source = source
        let frame: Frame
        var swept: SweptField?
        do {
            defer { turn.give() }
            frame = try await Self.frame { () throws(CameraError) in try await source.triggeredFrame() }
            if let sweep { swept = try await self.swept(sweep, from: frame, source) }
        }
        let age = Duration.nanoseconds(MonotonicInstant.now.nanoseconds - frame.exposedAt.nanoseconds)
        let capturedAt = Date(timeIntervalSinceNow: -age.seconds)
        let grabbed = clock.now
        let scale = try await surroundings.scale(frame)
        let flatField = try await surroundings.flatField(frame)
        let shown = swept?.sharpest ?? frame
        let (png, sweepPictures): ([UInt8], [PictureRecord])
        do {
            (png, sweepPictures) = try await persistently(for: Self.patience) { [swept] () throws(ImagingError) in
                try await storeThread.run {
                    Result { () throws(ImagingError) in
                        let single = try StoredField(shown, source: source.name, nmPerPixel: scale?.nmPerPixel).png
                        guard let fused = swept?.fused else { return (single, []) }
                        return try (
                            fused.png(bitDepth: shown.bitDepth, source: source.name, nmPerPixel: scale?.nmPerPixel),
                            fused.pictures(sharpest: single, nmPerPixel: scale?.nmPerPixel)
                        )
                    }
                }.get()
            }
        } catch {
            throw Problem(.internalError, error.message, hint: error.hint)
        }
        try Task.checkCancellation()
        let input = CaptureInput(
            png: png, width: frame.width, height: frame.height, scale: scale, source: source.name, origin: shown.origin,
            wireFormat: frame.format, bitDepth: frame.bitDepth, sequence: shown.sequence, controls: shown.controls,
            frames: .init(
                sequenceGaps: frame.accounting.sequenceGaps, errorFlagged: frame.accounting.errorFlagged,
                discardedBeforeTrigger: frame.accounting.discardedBeforeTrigger),
            capturedAt: capturedAt, exposedAtMonotonicNanoseconds: frame.exposedAt.nanoseconds, stagePosition: stage,
            tapePlace: place, flatField: flatField,
            doubts: frame.statedNmPerPixel
                .flatMap { StatedScale(nmPerPixel: $0).doubt(using: scale?.nmPerPixel) }.map { [$0] } ?? [],
            freshness: frame.freshness == .timestamp ? .timestamp : .arrival, sweep: swept?.fused?.sweep,
            sweepPictures: sweepPictures)
        let stored: Capture
        do {
            stored = try await persistently(for: Self.patience) { () throws(StoreError) in
                try await store.storeInput(input, slide: slide.id, for: purpose(), by: agent)
            }
        } catch {
            throw Problem(error)
        }
        timings.note(stored.id) {
            $0.grabSeconds = (grabbed - triggered).seconds
            $0.storeSeconds = (clock.now - grabbed).seconds
        }
        journal.publish(.capture, CaptureReport(stored, timings: timings[stored.id]))
        return stored
    }

    /// A frame that is dropped where the task is cancelled meanwhile: a camera may take its time.
    static func frame(_ take: @escaping @Sendable () async throws(CameraError) -> Frame) async throws -> Frame {
        let wait = Wait<Result<Frame, any Error>>()
        Task {
            do throws(CameraError) {
                wait.finish(.success(try await take()))
            } catch {
                wait.finish(.failure(error))
            }
        }
        return try await wait.answer(otherwise: .failure(CancellationError())).get()
    }

    /// One field for a plan's slot.
    /// - Parameter deadline: the slot's end; what does not have the camera by then does not get it.
    func slot(
        of plan: Plan, dueAt: Date, next: ContinuousClock.Instant, before deadline: ContinuousClock.Instant
    ) async throws(Problem) {
        if case .unavailable(let reason) = await source.state() {
            throw Problem(.cameraUnavailable, "no field can be captured: \(reason)", hint: "connect the camera")
        }
        guard await turn.take(.timed, before: deadline) else {
            throw Problem(
                .queueFull, "the camera was busy until the slot was over", hint: "choose a longer interval")
        }
        do {
            let capture = try await field(of: plan.slide, stage: nil, agent: plan.agent) {
                .plan(plan.id, dueAt: dueAt, nextAt: Self.wallClock(at: next))
            }
            await surroundings.stored(capture)
        } catch let error as CameraError {
            throw Problem(error)
        } catch {
            throw error as? Problem ?? Problem(.shuttingDown, "the slot was given up", hint: "see the plan")
        }
    }
}
