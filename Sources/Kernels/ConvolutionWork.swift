import CKernels
import Tensor

/// A layer as planned, by one algorithm; it does not change when it runs, so that several runs may share it.
protocol ConvolutionWork: AnyObject {
    var weights: PackedWeights { get }
    /// Floats of scratch memory for all workers together, and for each.
    var sharedCount: Int { get }
    var workerCount: Int { get }
    /// Tasks that store pixels: each has moments of its own.
    var storingTasks: Int { get }
    func load(weight: UnsafePointer<Float>, gains: UnsafePointer<Float>?, pool: WorkerPool?)
    /// Calls `perform` with each step of a run and its number of tasks, in order.
    func forEachStep(_ perform: (ConvolutionStep, _ tasks: Int) -> Void)
    func perform(_ step: ConvolutionStep, of run: ConvolutionRun, task: Int, worker: Int)
}

/// What the threads of a pool share out between two meetings.
enum ConvolutionStep {
    /// Direct: a row of the strip that all tasks read.
    case strip
    /// Direct: windows, or Winograd by tiles: all that is done to some tiles.
    case whole
    /// Winograd by points, for these tiles.
    case windows(of: Range<Int>)
    case products(of: Range<Int>)
    case outputs(of: Range<Int>)
}

/// What one run of a layer reads and writes.
struct ConvolutionRun {
    /// Of the first image; the others follow it.
    let input: nl_input
    /// Of all images.
    let output: FeatureMap
    let images: Int
    let moments: ChannelMoments?
    let scratch: UnsafeMutablePointer<Float>

    func output(ofImage image: Int) -> FeatureMap { images == 1 ? output : output.image(image, of: images) }
}

/// Runs a layer on a pool, one run at a time.
final class ConvolutionRunner: PoolWork {
    private var current: (work: any ConvolutionWork, run: ConvolutionRun)?
    private var step = ConvolutionStep.whole
    private var permit: WorkPermit?

    /// - permit: where it is revoked, what is left is left out.
    func run(_ work: any ConvolutionWork, _ run: ConvolutionRun, on pool: WorkerPool, permit: WorkPermit?) {
        current = (work, run)
        self.permit = permit
        work.forEachStep { step, tasks in
            self.step = step
            pool.run(tasks: tasks, self)
        }
        current = nil
        self.permit = nil
    }

    func perform(task: Int, worker: Int) {
        if let permit, !permit.holds { return }
        let (work, run) = current!
        work.weights.kernel.prepareThread()
        work.perform(step, of: run, task: task, worker: worker)
    }
}
