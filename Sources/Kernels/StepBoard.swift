import Glibc
import Synchronization

/// Where the threads of a `WorkerPool` meet.
///
/// `@unchecked Sendable`: `helpers` is set once, before the first step; `step`, `number`, `busy` and `stopping` are
/// read and written with `mutex` held; the task counter is atomic.
final class StepBoard: @unchecked Sendable {
    private struct Step {
        let tasks: Int
        let work: any PoolWork
    }

    var helpers = 0
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let turn = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let started = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let finished = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let nextTask = Atomic<Int>(0)
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
        pthread_cond_broadcast(started)
        pthread_mutex_unlock(mutex)
    }

    /// No task is left. A helper that has not woken yet has missed the step; waits for those that are in it.
    private func close() {
        pthread_mutex_lock(mutex)
        step = nil
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
        while !stopping {
            if number != seen, let step {
                busy += 1
                return (step, number)
            }
            pthread_cond_wait(started, mutex)
        }
        return nil
    }

    private func leaveStep() {
        pthread_mutex_lock(mutex)
        busy -= 1
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
