import CKernels
import Glibc
import Synchronization

/// Where the threads of a `WorkerPool` meet.
///
/// A step of a small layer is over in less time than it takes to put a thread to sleep and to wake it: who waits watches
/// for a moment first, where each thread has a processor of its own.
///
/// `@unchecked Sendable`: `helpers` is set once, before the first step; `step`, `number`, `busy` and `stopping` are
/// read and written with `mutex` held; the task counter, and what is watched and how often, are atomic.
final class StepBoard: @unchecked Sendable {
    private struct Step {
        let tasks: Int
        let work: any PoolWork
    }

    var helpers = 0 {
        didSet {
            watches.store(helpers < sysconf(Int32(_SC_NPROCESSORS_ONLN)) ? Self.mostWatches : 0, ordering: .relaxed)
        }
    }
    /// Looks before a thread goes to sleep: 0.05 to 0.15 ms, what waking it takes.
    private static let mostWatches = 2000
    private let watches = Atomic<Int>(0)
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let turn = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let started = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let finished = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let nextTask = Atomic<Int>(0)
    /// What `number` and `busy` were last, for watching.
    private let opened = Atomic<Int>(0)
    private let working = Atomic<Int>(0)
    /// In the frame of the `run` in progress.
    private var step: UnsafePointer<Step>?
    private var number = 0
    private var busy = 0
    private var stopping = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_mutex_init(turn, nil)
        pthread_cond_init(started, nil)
        pthread_cond_init(finished, nil)
    }

    deinit {
        pthread_cond_destroy(finished)
        pthread_cond_destroy(started)
        pthread_mutex_destroy(turn)
        pthread_mutex_destroy(mutex)
        finished.deallocate()
        started.deallocate()
        turn.deallocate()
        mutex.deallocate()
    }

    func run(tasks: Int, _ work: any PoolWork) {
        pthread_mutex_lock(turn)
        defer { pthread_mutex_unlock(turn) }
        guard helpers > 0 && tasks > 1 else {
            for task in 0..<tasks { work.perform(task: task, worker: 0) }
            return
        }
        withUnsafePointer(to: Step(tasks: tasks, work: work)) { step in
            open(step)
            perform(step, as: 0)
            close()
        }
    }

    private func open(_ step: UnsafePointer<Step>) {
        nextTask.store(0, ordering: .relaxed)
        pthread_mutex_lock(mutex)
        self.step = step
        number += 1
        opened.store(number, ordering: .relaxed)
        pthread_cond_broadcast(started)
        pthread_mutex_unlock(mutex)
    }

    /// No task is left. A helper that has not woken yet has missed the step; waits for those that are in it.
    private func close() {
        pthread_mutex_lock(mutex)
        step = nil
        if busy > 0 {
            pthread_mutex_unlock(mutex)
            watch { working.load(ordering: .relaxed) == 0 }
            pthread_mutex_lock(mutex)
        }
        while busy > 0 { pthread_cond_wait(finished, mutex) }
        pthread_mutex_unlock(mutex)
    }

    /// What a helper thread does until `stop`.
    func help(as worker: Int) {
        var seen = 0
        while let (step, number) = joinStep(after: seen) {
            seen = number
            perform(step, as: worker)
            leaveStep()
        }
    }

    func stop() {
        pthread_mutex_lock(mutex)
        stopping = true
        pthread_cond_broadcast(started)
        pthread_mutex_unlock(mutex)
    }

    private func joinStep(after seen: Int) -> (UnsafePointer<Step>, Int)? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        var hasWatched = false
        while !stopping {
            if number != seen, let step {
                busy += 1
                working.store(busy, ordering: .relaxed)
                return (step, number)
            }
            if hasWatched {
                pthread_cond_wait(started, mutex)
            } else {
                let last = number
                pthread_mutex_unlock(mutex)
                watch { opened.load(ordering: .relaxed) != last }
                pthread_mutex_lock(mutex)
                hasWatched = true
            }
        }
        return nil
    }

    /// Returns when `isOver` says so, or after a moment.
    private func watch(_ isOver: () -> Bool) {
        for _ in 0..<watches.load(ordering: .relaxed) {
            if isOver() { return }
            nl_pause()
        }
    }

    private func leaveStep() {
        pthread_mutex_lock(mutex)
        busy -= 1
        working.store(busy, ordering: .relaxed)
        if busy == 0 { pthread_cond_signal(finished) }
        pthread_mutex_unlock(mutex)
    }

    private func perform(_ step: UnsafePointer<Step>, as worker: Int) {
        while true {
            let task = nextTask.wrappingAdd(1, ordering: .relaxed).oldValue
            guard task < step.pointee.tasks else { return }
            step.pointee.work.perform(task: task, worker: worker)
        }
    }
}
