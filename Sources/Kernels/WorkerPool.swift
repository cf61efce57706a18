import Glibc

/// Threads that share out the tasks of one parallel step; the calling thread is one of them.
///
/// `run` blocks its thread until every task is done: call it from a thread of your own, not from the cooperative pool.
/// Several generators may share a pool; their steps then take turns.
package final class WorkerPool: Sendable {
    /// Threads that work on a step, the caller's included; fewer than asked for where the system grants no more.
    package let threads: Int

    private let board = StepBoard()
    private let helpers: [pthread_t]

    /// - threads: at least 1.
    package init(threads: Int) {
        precondition(threads >= 1)
        var helpers: [pthread_t] = []
        for worker in 1..<max(threads, 1) {
            let start = Unmanaged.passRetained(HelperStart(board: board, worker: worker))
            var thread = pthread_t()
            let status = pthread_create(
                &thread, nil,
                { argument in
                    let start = Unmanaged<HelperStart>.fromOpaque(argument!).takeRetainedValue()
                    start.board.help(as: start.worker)
                    return nil
                }, start.toOpaque())
            guard status == 0 else {
                start.release()
                break
            }
            helpers.append(thread)
        }
        self.helpers = helpers
        self.threads = helpers.count + 1
        board.helpers = helpers.count
    }

    deinit {
        board.stop()
        for helper in helpers { pthread_join(helper, nil) }
    }

    /// Has every task in 0..<tasks performed once, on any of the threads, and returns when all are done. Allocates
    /// nothing.
    /// - work: it must not call `run` of the same pool.
    package func run(tasks: Int, _ work: any PoolWork) { board.run(tasks: tasks, work) }

    /// The same for a closure, given the task and the worker.
    package func run(tasks: Int, _ body: (_ task: Int, _ worker: Int) -> Void) {
        // `body` does not outlive this call, which returns only when no helper works on the step.
        withoutActuallyEscaping(body) { body in
            let work = ClosureWork(body: body)
            board.run(tasks: tasks, work)
            work.body = nil
        }
    }
}

/// What a pool's threads share out: an object, so that handing it over allocates nothing.
package protocol PoolWork: AnyObject {
    /// - worker: 0..<threads; no two calls at a time have the same.
    func perform(task: Int, worker: Int)
}

private final class ClosureWork: PoolWork {
    /// Let go of before `run` returns, on whatever thread the object itself is released.
    var body: ((Int, Int) -> Void)?

    init(body: @escaping (Int, Int) -> Void) { self.body = body }

    func perform(task: Int, worker: Int) { body!(task, worker) }
}

private final class HelperStart {
    let board: StepBoard
    let worker: Int

    init(board: StepBoard, worker: Int) {
        self.board = board
        self.worker = worker
    }
}
