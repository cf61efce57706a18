import ArgumentParser
import ControlAPI
import ControlClient
import Glibc

struct ReanalyseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reanalyse", abstract: "Look at the stored inputs of a slide again.",
        subcommands: [Start.self, Follow.self, Stop.self], defaultSubcommand: Start.self)

    struct Start: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Analyse a slide's stored inputs with another lens or other settings (default).",
            discussion: """
                The results are kept beside the old ones, and the counts stay as they are until neurallens slide set \
                NAME --run RUN switches them. A lens is brought from a folder of this computer. The daemon goes on when \
                this command is interrupted.
                """)

        @Option(help: "The slide's name.")
        var slide: String

        @Option(
            help: ArgumentHelp(
                "Folder of the lens, or name or digest of one that the daemon has (default: the lens in use).",
                valueName: "lens"))
        var lens: String?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("Below it a grain is unidentified, 0 to 1 (default: as the lens says).", valueName: "x"))
        var minimumConfidence: Double?

        @Option(
            name: .customLong("minimum-area-um2"), parsing: .unconditional,
            help: ArgumentHelp("Below it an object is rejected (default: as the lens says).", valueName: "area"))
        var minimumAreaUm2: Double?

        @Option(
            help: """
                Which grains that the border cuts count: two-edges (those at the top or left side, the default), all or \
                none.
                """)
        var border: RunSettings.Border?

        @Option(help: ArgumentHelp("Go on with this unfinished run, with its lens and settings.", valueName: "run"))
        var resume: Int64?

        @Flag(name: .customLong("no-wait"), help: "Return when the reanalysis is queued.")
        var noWait = false

        @OptionGroup var options: GlobalOptions

        private var request: ReanalysisRequest {
            ReanalysisRequest(
                slide: slide, minimumConfidence: minimumConfidence, minimumAreaUm2: minimumAreaUm2, border: border,
                run: resume)
        }

        func validate() throws {
            if let fault = request.fault { throw ValidationError("\(visible(fault.description)).") }
            guard resume == nil || lens == nil else {
                throw ValidationError("A run that goes on keeps its lens: give --resume without --lens.")
            }
        }

        func run(_ client: ControlClient) throws(ControlClientError) {
            var request = request
            if let lens { request.lensDigest = try client.digest(ofLens: lens) }
            let job = try client.reanalyse(request)
            if noWait { return try show(job, Presentation.queued(job)) }
            if !options.json { emit(Presentation.queued(job)) }
            try follow(job, client)
        }
    }

    struct Follow: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "Wait for a reanalysis and print what it brought.")

        @Argument(help: "The job, as neurallens reanalyse printed it.")
        var job: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            try follow(client.reanalysis(job), client)
        }
    }

    struct Stop: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop a reanalysis; what it has analysed is kept.",
            discussion: "neurallens reanalyse --slide NAME --resume RUN goes on with it.")

        @Argument(help: "The job, as neurallens reanalyse printed it.")
        var job: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let stopped = try client.stopReanalysis(job)
            try show(stopped, Presentation.stopped(stopped))
        }
    }
}

extension ClientCommand {
    /// On a terminal, a bar while it lasts.
    fileprivate func follow(_ job: ReanalysisJob, _ client: ControlClient) throws(ControlClientError) {
        let drawsBar = isatty(STDERR_FILENO) == 1
        let ended = try client.follow(job) { job in
            guard drawsBar else { return }
            writeToStandardError("\r\u{1B}[K" + (job.state.isFinal ? "" : Presentation.progressBar(job)))
        }
        try show(ended, ended.state == .done ? Presentation.reanalysis(ended) : "")
        if let problem = ended.shortfall { throw ControlClientError(problem) }
    }
}

extension RunSettings.Border: ExpressibleByArgument {}

extension ReanalysisJob {
    /// Why it did not bring what it was asked for.
    fileprivate var shortfall: Problem? {
        if let problem { return problem }
        let resumption = run.map { "go on with --resume \($0)" } ?? "begin anew"
        switch state {
        case .queued, .running, .done: return nil
        case .stopped:
            return Problem(
                .reanalysisRefused, "the reanalysis was stopped after \(done) of \(total) captures", hint: resumption)
        case .parked:
            return Problem(
                .shuttingDown, "the daemon stopped after \(done) of \(total) captures", hint: resumption)
        case .failed:
            return Problem(.internalError, "the reanalysis failed", hint: "look at the daemon's log")
        }
    }
}
