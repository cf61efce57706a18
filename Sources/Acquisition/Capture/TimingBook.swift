internal import ControlAPI
internal import Synchronization

/// Stage timings of the latest captures of this run of the daemon.
final class TimingBook: Sendable {
    private static let kept = 1000

    private let state = Mutex((timings: [Int64: CaptureReport.Timings](), order: [Int64]()))

    subscript(_ capture: Int64) -> CaptureReport.Timings { state.withLock { $0.timings[capture] ?? .init() } }

    func note(_ capture: Int64, _ change: (inout CaptureReport.Timings) -> Void) {
        state.withLock { state in
            if state.timings[capture] == nil { state.order.append(capture) }
            change(&state.timings[capture, default: .init()])
            if state.order.count > Self.kept { state.timings[state.order.removeFirst()] = nil }
        }
    }
}
