internal import CV4L2
internal import Glibc
internal import Quantities
internal import Synchronization
internal import SystemCalls

/// A thread that runs one actor's work, so that the actor may block, and between jobs waits in poll(2) for a
/// descriptor or a deadline.
///
/// It ends after `finish()`, which the actor calls when it is deinitialised.
final class DeviceThread: SerialExecutor {
    /// What to wait for when there are no jobs.
    struct Wait: Sendable {
        var descriptor: Int32?
        var deadline: MonotonicInstant?
    }

    private struct State {
        var jobs: [UnownedJob] = []
        var turn: @Sendable () -> Wait = { Wait() }
        var isFinished = false
        var thread: pthread_t?
    }

    private let state = Mutex(State())
    /// eventfd(2): readable when there are jobs.
    private let wake: Int32

    /// Starts the thread.
    init() throws(CameraError) {
        do {
            wake = try systemCall { eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) }
        } catch {
            throw Self.exhausted("eventfd", error.code)
        }
        var thread = pthread_t()
        let reference = Unmanaged.passRetained(self)
        let status = pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<DeviceThread>.fromOpaque(argument!).takeRetainedValue().run()
                return nil
            }, reference.toOpaque())
        guard status == 0 else {
            reference.release()
            throw Self.exhausted("pthread_create", status)
        }
        pthread_detach(thread)
    }

    deinit { close(wake) }

    /// - Parameter turn: called on the thread after each round of jobs and each wait.
    func attend(_ turn: @escaping @Sendable () -> Wait) {
        state.withLock { $0.turn = turn }
        signal()
    }

    func finish() {
        state.withLock { $0.isFinished = true }
        signal()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        signal()
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    func checkIsolated() {
        let thread = state.withLock { $0.thread }
        precondition(thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false, "not on the device's thread")
    }

    private func signal() {
        var one: UInt64 = 1
        write(wake, &one, MemoryLayout.size(ofValue: one))
    }

    private func run() {
        state.withLock { $0.thread = pthread_self() }
        while true {
            let (jobs, turn, isFinished) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.turn, state.isFinished)
            }
            for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
            if isFinished && jobs.isEmpty { return }
            wait(turn())
        }
    }

    /// Until there are jobs, the descriptor is readable or failed, or the deadline has passed.
    private func wait(_ wait: Wait) {
        var entries = [
            pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wait.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        let milliseconds = wait.deadline.map {
            Int32(clamping: (max(0, $0.nanoseconds - MonotonicInstant.now.nanoseconds) + 999_999) / 1_000_000)
        }
        _ = try? systemCall(interrupted: .ends) { poll(&entries, nfds_t(entries.count), milliseconds ?? -1) }
        if entries[0].revents != 0 {
            var count: UInt64 = 0
            read(wake, &count, MemoryLayout.size(ofValue: count))
        }
    }

    private static func exhausted(_ operation: String, _ errno: Int32) -> CameraError {
        CameraError(
            .system, operation: operation, errno: errno,
            "no thread can be started for the camera: \(Errno(code: errno))",
            hint: "raise the limits on open files and tasks")
    }
}
