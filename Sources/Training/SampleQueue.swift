import Foundation

/// Samples made ahead of the steps that use them, numbered in their order, on one thread beside theirs.
///
/// What a sample holds is `make`'s matter: how far ahead the thread is changes nothing.
final class SampleQueue {
    /// Samples made or being made ahead of those in use.
    private static let ahead = 2

    private let bench: Bench

    /// - first: number of the first sample.
    /// - end: the number after the last; nil where it is not known.
    /// - count: samples that a step uses.
    /// - sample: makes room for one.
    /// - make: fills a sample, given its number; called on the queue's thread alone. What it captures nobody else may use.
    init(
        from first: Int, to end: Int?, atOnce count: Int, sample: () -> Sample,
        make: @escaping (Int, Sample) throws(TrainingError) -> Void
    ) {
        bench = Bench(first: first, end: end, samples: (0..<count + Self.ahead).map { _ in sample() }, make: make)
        let bench = bench
        let thread = Thread { bench.work() }
        thread.name = "samples"
        thread.stackSize = 16 << 20
        thread.start()
    }

    deinit { bench.stop() }

    /// Has the next sample used, and the next one after it made in its place.
    /// - Throws: what stood in the way of making it.
    func next(_ use: (Sample) -> Void) throws(TrainingError) {
        use(try bench.await())
        bench.release()
    }
}

/// Samples in a ring. A sample is touched by the thread that makes it until `made` has passed it, then by the one that
/// uses it until `used` has; counts and failures are touched under the condition's lock.
private final class Bench: @unchecked Sendable {
    private let samples: [Sample]
    private let make: (Int, Sample) throws(TrainingError) -> Void
    private let first: Int
    private let count: Int
    private let condition = NSCondition()
    private var made = 0
    private var used = 0
    private var failure: TrainingError?
    private var isStopped = false
    private var isOver = false

    init(
        first: Int, end: Int?, samples: [Sample], make: @escaping (Int, Sample) throws(TrainingError) -> Void
    ) {
        self.first = first
        count = end.map { $0 - first } ?? .max
        self.samples = samples
        self.make = make
    }

    func work() {
        while isRoom() {
            do throws(TrainingError) {
                try make(first + made, samples[made % samples.count])
            } catch {
                condition.withLock { failure = error }
                break
            }
            condition.withLock {
                made += 1
                condition.broadcast()
            }
        }
        condition.withLock {
            isOver = true
            condition.broadcast()
        }
    }

    /// Waits for a sample that may be filled. `made` is changed by this thread alone.
    private func isRoom() -> Bool {
        condition.withLock {
            while !isStopped && made < count && made - used == samples.count { condition.wait() }
            return !isStopped && made < count
        }
    }

    func await() throws(TrainingError) -> Sample {
        let found: Result<Sample, TrainingError> = condition.withLock {
            while made == used && failure == nil { condition.wait() }
            return made > used ? .success(samples[used % samples.count]) : .failure(failure!)
        }
        return try found.get()
    }

    func release() {
        condition.withLock {
            used += 1
            condition.broadcast()
        }
    }

    /// Returns when the thread makes no more.
    func stop() {
        condition.withLock {
            isStopped = true
            condition.broadcast()
            while !isOver { condition.wait() }
        }
    }
}
