import ArgumentParser
import ControlAPI
import ControlClient
import Glibc

struct LensCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lens", abstract: "Choose, teach and exchange lenses.",
        subcommands: [
            List.self, Show.self, Activate.self, History.self, Export.self, Import.self, Delete.self, TeachCommand.self,
            Teachings.self, OneTeaching.self,
        ])

    struct Teachings: ClientCommand {
        static let configuration = CommandConfiguration(
            commandName: "teachings", abstract: "List the lenses that were taught, oldest first.")

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let jobs = try client.teachings()
            try show(jobs, Presentation.teachings(jobs))
        }
    }

    struct OneTeaching: ClientCommand {
        static let configuration = CommandConfiguration(
            commandName: "teaching", abstract: "Show a teaching: how far it is, and what the lens is worth.")

        @Argument(help: "The teaching's number.")
        var teaching: String

        @Flag(help: "Wait for its end.")
        var watch = false

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let job = try client.teaching(teaching)
            if watch { return try follow(job, client) }
            try show(job, Presentation.teaching(job))
        }
    }
}

struct TeachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "teach", abstract: "Teach a lens from the labels of slides.",
        subcommands: [Start.self, Stop.self, Resume.self, Delete.self], defaultSubcommand: Start.self)

    struct Start: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Teach a lens from the finished fields of slides (default).",
            discussion: """
                What it is judged by is kept from it: the slides of --held-out; without them, of several slides the one \
                that leaves every species to learn from and shows most of them; of a single slide, one field in five, and \
                then the figures flatter. Up to three species are told apart; what is labelled otherwise is taught as other \
                objects where there is room. The daemon teaches when nothing else is to be done, and goes on after it was \
                started again; the lens counts nothing until it is chosen.
                """)

        @Argument(help: "Name of the new lens.")
        var name: String

        @Option(name: .customLong("slide"), parsing: .singleValue, help: "A slide to learn from; may be repeated.")
        var slides: [String] = []

        @Option(
            name: .customLong("held-out"), parsing: .singleValue,
            help: ArgumentHelp("A slide that the lens is only judged by; may be repeated.", valueName: "slide"))
        var heldOut: [String] = []

        @Option(
            name: .customLong("species"), parsing: .singleValue,
            help: ArgumentHelp(
                "A species to tell apart, by its key; may be repeated (default: all that are labelled).",
                valueName: "key"))
        var species: [String] = []

        @Option(parsing: .unconditional, help: "Steps of the training (default: 1000).")
        var steps: Int?

        @Option(parsing: .unconditional, help: "Time for the training, in place of steps.")
        var minutes: Double?

        @Option(
            help: ArgumentHelp(
                "Folder of the lens to start from, name or digest of one that the daemon has, or random (default: the lens "
                    + "in use).", valueName: "lens"))
        var from: String?

        @Flag(
            help: """
                Teach from a quarter and half of the fields too, as long each, to see what more labels would give.
                """)
        var learningCurve = false

        @Flag(name: .customLong("no-wait"), help: "Return when the teaching has begun.")
        var noWait = false

        @OptionGroup var options: GlobalOptions

        private var request: TeachingRequest {
            TeachingRequest(
                name: name, slides: slides, heldOut: heldOut.isEmpty ? nil : heldOut,
                species: species.isEmpty ? nil : species, steps: steps, minutes: minutes,
                learningCurve: learningCurve ? true : nil)
        }

        func validate() throws {
            if let fault = request.fault { throw ValidationError("\(visible(fault.description)).") }
        }

        func run(_ client: ControlClient) throws(ControlClientError) {
            var request = request
            request.from = try from.map { lens throws(ControlClientError) in
                lens == TeachingRequest.random ? lens : try client.digest(ofLens: lens)
            }
            let job = try client.teach(request)
            if noWait { return try show(job, Presentation.begun(job)) }
            if !options.json { emit(Presentation.begun(job)) }
            try follow(job, client)
        }
    }

    struct Stop: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "Stop a teaching; it can be gone on with.")

        @Argument(help: "The teaching's number.")
        var teaching: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let job = try client.stopTeaching(teaching)
            try show(job, Presentation.stopped(job))
        }
    }

    struct Resume: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Go on with a teaching that was stopped or failed, to the same lens.")

        @Argument(help: "The teaching's number.")
        var teaching: String

        @Flag(name: .customLong("no-wait"), help: "Return at once.")
        var noWait = false

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let job = try client.resumeTeaching(teaching)
            if noWait { return try show(job, Presentation.begun(job)) }
            try follow(job, client)
        }
    }

    struct Delete: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a teaching with its pictures and its training; its lens stays.")

        @Argument(help: "The teaching's number.")
        var teaching: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let job = try client.deleteTeaching(teaching)
            try show(job, Presentation.deleted(job))
        }
    }
}

/// Whether a word is the SHA-256 of a lens's manifest.
func isDigest(_ word: String) -> Bool {
    word.utf8.count == 64 && word.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
}

extension ClientCommand {
    /// On a terminal, a bar while it lasts.
    fileprivate func follow(_ job: TeachingJob, _ client: ControlClient) throws(ControlClientError) {
        let drawsBar = isatty(STDERR_FILENO) == 1
        let ended = try client.follow(job) { job in
            guard drawsBar else { return }
            writeToStandardError("\r\u{1B}[K" + (job.state.isFinal ? "" : Presentation.progressBar(job)))
        }
        try show(ended, Presentation.teaching(ended))
        if let problem = ended.problem { throw ControlClientError(problem) }
        if ended.state == .stopped {
            throw ControlClientError(
                Problem(
                    .teachingRefused, "the teaching was stopped after \(ended.done) steps",
                    hint: "neurallens lens teach resume \(ended.id) goes on with it"))
        }
    }
}
