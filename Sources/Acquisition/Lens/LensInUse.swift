internal import ControlAPI
internal import Lens
internal import SlideStore
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

    struct Current: Sendable {
        /// For all slides that have no lens of their own.
        var state = State.none
        /// Of that lens; nil where there is none that works.
        var folder: String?
        /// Why it is not the one that was activated; nil where it is.
        var shortfall: Problem?
        /// Slides that have one of their own.
        var ofSlides: [Slide.ID: LensIdentity] = [:]
    }

    private let current = Mutex(Current())

    /// All of it, of one moment.
    var now: Current { current.withLock { $0 } }
    /// For all slides that have no lens of their own.
    var state: State { now.state }

    func set(_ body: (inout Current) -> Void) { current.withLock { body(&$0) } }
}
