internal import Dispatch
internal import Synchronization

/// A stage behind a controller that speaks G-code over a serial line. The line is opened when it is first needed, and anew
/// after an error.
package final class GCodeStage: MotorisedStage {
    package let configuration: StageConfiguration
    /// Whoever talks blocks here, one after the other.
    private let queue = DispatchQueue(label: "neurallens.motor", qos: .userInitiated)
    private let state = Mutex(State())
    private let wantsStop = Atomic(false)

    private struct State: ~Copyable {
        /// Used on the queue alone.
        nonisolated(unsafe) var line: SerialLine?
    }

    package init(_ configuration: StageConfiguration) { self.configuration = configuration }

    package var name: String { "the motor at \(configuration.device)" }
    package var limits: [StageAxis: ClosedRange<Double>] { configuration.limits }
    package var backlashMicrometres: Double { configuration.backlashMicrometres }

    package func position() async throws(StageError) -> StagePosition {
        try await talk { (dialogue) throws(StageError) in try dialogue.status().position }
    }

    package func move(to target: [StageAxis: Double]) async throws(StageError) {
        try check(target)
        try await talk { (dialogue) throws(StageError) in
            try dialogue.move(to: target, from: try dialogue.status().position)
        }
    }

    package func stop() async {
        wantsStop.store(true, ordering: .sequentiallyConsistent)
        // Whoever talks sees it within a slice and halts; where nobody does, this one halts.
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                state.withLock { state in
                    if let line = state.line { dialogue(line).halt() }
                    state.line = nil
                }
                wantsStop.store(false, ordering: .sequentiallyConsistent)
                continuation.resume()
            }
        }
    }

    package func close() async {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                state.withLock { $0.line = nil }
                continuation.resume()
            }
        }
    }

    private func dialogue(_ line: SerialLine) -> GCodeDialogue {
        GCodeDialogue(line: line, configuration: configuration) { [wants = Wanted(self)] in wants.isWanted }
    }

    /// On the queue, with a line that is open; after an error the motor is told to stop and the line is closed.
    private func talk<Answer: Sendable>(
        _ body: @escaping @Sendable (GCodeDialogue) throws(StageError) -> Answer
    ) async throws(StageError) -> Answer {
        let result: Result<Answer, StageError> = await withCheckedContinuation { continuation in
            queue.async { [self] in
                let result = state.withLock { state in
                    Result { () throws(StageError) in
                        let isNew = state.line == nil
                        if isNew {
                            state.line = try SerialLine(configuration.device, baud: configuration.baud)
                        }
                        let line = state.line!
                        let dialogue = dialogue(line)
                        do throws(StageError) {
                            if isNew { try dialogue.begin() }
                            return try body(dialogue)
                        } catch {
                            dialogue.halt()
                            state.line = nil
                            throw error
                        }
                    }
                }
                continuation.resume(returning: result)
            }
        }
        return try result.get()
    }

    private struct Wanted: Sendable {
        let stage: GCodeStage
        init(_ stage: GCodeStage) { self.stage = stage }
        var isWanted: Bool { !stage.wantsStop.load(ordering: .sequentiallyConsistent) }
    }
}
