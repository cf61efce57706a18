internal import ControlAPI
internal import Stage
internal import Synchronization

/// The motor under the slide and at the focus, if the administrator named one.
final class Motor: Sendable {
    private struct State {
        var configuration: StageConfiguration?
        var stage: GCodeStage?
    }

    private let state: Mutex<State>

    init(_ configuration: StageConfiguration?) {
        state = Mutex(State(configuration: configuration, stage: configuration.map { GCodeStage($0) }))
    }

    /// Nil where slide and focus are moved by hand.
    var stage: GCodeStage? { state.withLock { $0.stage } }

    /// That of the focus.
    var focus: GCodeStage? { stage.flatMap { $0.limits[.z] == nil ? nil : $0 } }

    /// Another one, or none; the same stays as it is.
    func use(_ configuration: StageConfiguration?) async {
        let old = state.withLock { state -> GCodeStage? in
            guard configuration != state.configuration else { return nil }
            defer { state = State(configuration: configuration, stage: configuration.map { GCodeStage($0) }) }
            return state.stage
        }
        await old?.stop()
        await old?.close()
    }

    /// - Throws: `.motorFailed` where an axis is not driven.
    func required(_ axes: [StageAxis]) throws(Problem) -> GCodeStage {
        guard let stage else {
            throw Problem(
                .motorFailed, "this microscope has no motor",
                hint: "turn focus and stage by hand, or name a motor in the daemon's configuration: neurallensd.toml(5)"
            )
        }
        for axis in axes where stage.limits[axis] == nil {
            throw Problem(
                .motorFailed, "the motor does not drive \(axis.rawValue)",
                hint: "state motor_\(axis.rawValue)_um in the daemon's configuration if it does")
        }
        return stage
    }
}

extension Problem {
    init(_ error: StageError) { self.init(.motorFailed, error.message, hint: error.hint) }
}
