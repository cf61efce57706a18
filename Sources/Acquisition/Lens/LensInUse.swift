internal import ControlAPI
internal import Lens
internal import Synchronization

/// The lens that fields are counted with, as it is now: for all who look through it or tell of it.
final class LensInUse: Sendable {
    enum State: Sendable {
        case none
        case ready(NeuralLens)
        case refused(folder: String, LensError)

        /// Why there is none that works; nil where there is.
        var problem: Problem? {
            switch self {
            case .ready: nil
            case .none: Problem(.lensRefused, "no lens is set", hint: "name a lens folder with --lens")
            case .refused(_, let error): Problem(.lensRefused, error.message, hint: error.hint)
            }
        }
    }

    private let current: Mutex<State>

    init(_ state: State) { current = Mutex(state) }

    var state: State { current.withLock { $0 } }

    func set(_ state: State) { current.withLock { $0 = state } }
}
