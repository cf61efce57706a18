import ArgumentParser
import ControlAPI
import ControlClient
import Glibc

struct CaptureCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "take", abstract: "Capture fields of a slide and count their grains.",
        discussion: """
            The daemon goes on when this command is interrupted, and when it is started again itself; --stop JOB ends it. \
            What was taken is kept.
            """)

    @Option(help: "The slide the captures go to.")
    var slide: String?

    @Option(help: ArgumentHelp("End a job, as this command printed it; without --slide.", valueName: "job"))
    var stop: String?

    @Option(help: "How many fields.")
    var count = 1

    @Option(help: ArgumentHelp("Time from one capture to the next.", valueName: "seconds"))
    var interval = 0.0

    @Option(
        name: .customLong("stage-x-um"), parsing: .unconditional,
        help: ArgumentHelp(
            "Stage position of the field's upper left corner, to the right; for one field.", valueName: "x"))
    var stageXUm: Double?

    @Option(
        name: .customLong("stage-y-um"), parsing: .unconditional,
        help: ArgumentHelp("Stage position of the field's upper left corner, downwards.", valueName: "y"))
    var stageYUm: Double?

    @Flag(help: "Capture the next fields of the slide's sampling plan; see neurallens sample plan.")
    var planned = false

    @Option(help: ArgumentHelp("With --planned: fields of this band only.", valueName: "number"))
    var band: Int?

    @Flag(
        help: """
            Take frames while you turn the fine focus slowly through the field, or a motor moves it, and fuse them into one \
            picture with everything in focus.
            """)
    var focusSweep = false

    @Option(help: ArgumentHelp("With --focus-sweep: how many frames. (default: 20)", valueName: "number"))
    var frames: Int?

    @Option(
        help: ArgumentHelp(
            "With --focus-sweep by hand: from the first frame to the last. (default: 20)", valueName: "seconds"))
    var seconds: Double?

    @Option(
        name: .customLong("span-um"),
        help: ArgumentHelp(
            "With --focus-sweep by motor: from the lowest plane to the highest. (default: 20)", valueName: "um"))
    var spanUm: Double?

    @Flag(name: .customLong("no-wait"), help: "Return when the captures are queued.")
    var noWait = false

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (slide == nil) != (stop == nil) else {
            throw ValidationError("Give --slide NAME to capture, or --stop JOB to end a job.")
        }
        guard focusSweep || frames == nil && seconds == nil && spanUm == nil else {
            throw ValidationError("--frames, --seconds and --span-um belong to --focus-sweep.")
        }
        if let fault = request.fault { throw ValidationError("\(visible(fault.description)).") }
    }

    private var request: CaptureRequest {
        CaptureRequest(
            slide: slide ?? "", count: count, intervalSeconds: interval, stageXUm: stageXUm, stageYUm: stageYUm,
            planned: planned ? true : nil, band: band, focusSweep: sweep)
    }

    private var sweep: CaptureRequest.FocusSweep? {
        guard focusSweep else { return nil }
        var sweep = CaptureRequest.FocusSweep()
        if let frames { sweep.frames = frames }
        if let seconds { sweep.seconds = seconds }
        if let spanUm { sweep.spanUm = spanUm }
        return sweep
    }

    func run(_ client: ControlClient) throws(ControlClientError) {
        if let stop {
            let job = try client.stopJob(stop)
            return try show(job, Presentation.stopped(job))
        }
        let job = try client.startCaptures(request)
        if noWait { return try show(job, Presentation.queued(job)) }
        // One field is over before it can be stopped.
        if !options.json, job.requested > 1 { emit(Presentation.begun(job)) }
        LeavingNotice.install("\n" + Presentation.left(job))
        let progress = CaptureProgress(printsCaptures: !options.json)
        let ended = try client.follow(job) { progress.update($0) }
        if options.json { emit(try Presentation.json(ended)) }
        if let problem = progress.problem(of: ended) { throw ControlClientError(problem) }
        if planned, !options.json { emit(Presentation.nextPlanned(try client.samplePlan(ofSlide: ended.slide))) }
    }
}

/// What Ctrl-C says before it ends the program: the daemon goes on.
private enum LeavingNotice {
    /// Kept for good: the handler may only use what is there. Set before the handler is installed.
    private nonisolated(unsafe) static var text: UnsafeMutablePointer<CChar>?

    static func install(_ notice: String) {
        text = strdup(notice)
        onInterrupt { _ in
            // write(2) and _exit(2) are among the few calls that a handler may make.
            if let text = LeavingNotice.text { _ = write(STDERR_FILENO, text, strlen(text)) }
            _exit(130)
        }
    }
}

/// Prints captures as they end and, on a terminal, a bar while they last.
private final class CaptureProgress {
    private let printsCaptures: Bool
    private let drawsBar = isatty(STDERR_FILENO) == 1
    private var printed: Set<Int64> = []
    private var remarks = 0

    init(printsCaptures: Bool) { self.printsCaptures = printsCaptures }

    func update(_ job: CaptureJob) {
        let eraseLine = "\r\u{1B}[K"
        if drawsBar { writeToStandardError(eraseLine) }
        for capture in job.captures where capture.state != .pending && printed.insert(capture.id).inserted {
            if printsCaptures { emit(Presentation.capture(capture)) }
        }
        for remark in job.remarks.dropFirst(remarks) { writeToStandardError("neurallens: \(visible(remark))\n") }
        remarks = max(remarks, job.remarks.count)
        if drawsBar, !job.state.isFinal { writeToStandardError(Presentation.progressBar(job)) }
    }

    /// Why the command did not bring what it was asked for.
    func problem(of job: CaptureJob) -> Problem? {
        if let problem = job.problem ?? job.captures.lazy.compactMap(\.problem).first { return problem }
        switch job.state {
        case .done: return nil
        case .parked:
            return Problem(
                .shuttingDown, "the daemon stopped before all captures were done",
                hint: "it goes on with the job when it starts again; see neurallens captures --slide")
        default: return Problem(.internalError, "the captures failed", hint: "look at the daemon's log")
        }
    }
}
