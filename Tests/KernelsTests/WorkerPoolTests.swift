import Foundation
import Kernels
import Synchronization
import Testing

@Suite("Worker pool")
struct WorkerPoolTests {
    @Test("every task runs once, and no worker runs two at a time", arguments: [1, 2, 5])
    func runsEachTaskOnce(threads: Int) {
        let pool = WorkerPool(threads: threads)
        for tasks in [0, 1, 2, 7, 500] {
            let counts = Mutex([Int](repeating: 0, count: tasks))
            let busy = Mutex(Set<Int>())
            pool.run(tasks: tasks) { task, worker in
                let entered = busy.withLock { $0.insert(worker).inserted }
                #expect(entered && (0..<pool.threads).contains(worker))
                counts.withLock { $0[task] += 1 }
                busy.withLock { _ = $0.remove(worker) }
            }
            #expect(counts.withLock { $0 } == [Int](repeating: 1, count: tasks))
        }
    }

    /// Two steps at a time would give one worker number to two threads.
    private final class Callers: Sendable {
        let pool = WorkerPool(threads: 3)
        let busy = Mutex(Set<Int>())
        let clashes = Atomic<Int>(0)
        let done = Atomic<Int>(0)

        func call() {
            for _ in 0..<50 {
                pool.run(tasks: 20) { _, worker in
                    if !busy.withLock({ $0.insert(worker).inserted }) { clashes.add(1, ordering: .relaxed) }
                    busy.withLock { _ = $0.remove(worker) }
                    done.add(1, ordering: .relaxed)
                }
            }
        }
    }

    @Test("steps of several callers take turns")
    func sharedByCallers() {
        let callers = Callers()
        let group = DispatchGroup()
        for index in 0..<4 {
            let queue = DispatchQueue(label: "caller \(index)")
            queue.async(group: group) { callers.call() }
        }
        group.wait()
        #expect(callers.done.load(ordering: .relaxed) == 4 * 50 * 20)
        #expect(callers.clashes.load(ordering: .relaxed) == 0)
    }
}
