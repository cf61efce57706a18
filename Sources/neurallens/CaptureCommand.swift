import ArgumentParser
import ControlAPI
import ControlClient
import Glibc

struct CaptureCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture", abstract: "Capture fields of a slide and count their grains.",
        discussion: "The daemon goes on when this command is interrupted; see neurallens captures.")

    @Option(help: "The slide the captures go to.")
    var slide: String

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

    @Flag(name: .customLong("no-wait"), help: "Return when the captures are queued.")
    var noWait = false

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if let fault = request.fault { throw ValidationError("\(visible(fault.description)).") }
    }

    private var request: CaptureRequest {
        CaptureRequest(slide: slide, count: count, intervalSeconds: interval, stageXUm: stageXUm, stageYUm: stageYUm)
    }

    func run(_ client: ControlClient) throws(ControlClientError) {
        let job = try client.startCaptures(request)
        if noWait {
            return try show(job, "Job \(visible(job.id)) queued: \(job.requested) of slide \"\(visible(slide))\"\n")
        }
        let progress = CaptureProgress(printsCaptures: !options.json)
        let ended = try client.follow(job) { progress.update($0) }
        if options.json { emit(try Presentation.json(ended)) }
        if let problem = progress.problem(of: ended) { throw ControlClientError(problem) }
    }
}

/// Prints captures as they end and, on a terminal, a bar while they last.
private final class CaptureProgress {
    private let printsCaptures: Bool
    private let drawsBar = isatty(STDERR_FILENO) == 1
    private var printed: Set<Int64> = []

    init(printsCaptures: Bool) { self.printsCaptures = printsCaptures }

    func update(_ job: CaptureJob) {
        let eraseLine = "\r\u{1B}[K"
        if drawsBar { writeToStandardError(eraseLine) }
        for capture in job.captures where capture.state != .pending && printed.insert(capture.id).inserted {
            if printsCaptures { emit(Presentation.capture(capture)) }
        }
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
                hint: "it finishes them when it starts again; see neurallens captures --slide")
        default: return Problem(.internalError, "the captures failed", hint: "look at the daemon's log")
        }
    }
}
