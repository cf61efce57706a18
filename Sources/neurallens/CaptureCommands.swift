import ArgumentParser
import ControlAPI
import ControlClient

/// Captures fields; leaves stored ones out and takes them in again.
struct CaptureCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capture",
        abstract: "Capture fields of a slide and count their grains; leave fields out; finish labelling them.",
        discussion: "neurallens capture --slide NAME captures: see neurallens capture take --help for its options.",
        subcommands: [CaptureCommand.self, Exclude.self, Include.self, Finish.self, Reopen.self],
        defaultSubcommand: CaptureCommand.self)

    struct Exclude: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Leave a field out: neither its grains nor its area count.",
            discussion: "Nothing of it is deleted; include takes it in again. Who, when and why stay on record.")

        @Argument(help: "The capture's number.")
        var capture: Int64

        @Option(help: ArgumentHelp("Why, for those who read the counts.", valueName: "text"))
        var reason: String

        @Option(help: ArgumentHelp("Who decides; the user is recorded anyway.", valueName: "name"))
        var reviewer: String?

        @OptionGroup var options: GlobalOptions

        func validate() throws {
            if let fault = request.fault { throw ValidationError("\(visible(fault.description)).") }
        }

        private var request: ExclusionRequest { ExclusionRequest(reason: reason, reviewer: reviewer) }

        func run(_ client: ControlClient) throws(ControlClientError) {
            let report = try client.exclude(capture: capture, request)
            try show(report, Presentation.exclusion(report))
        }
    }

    /// Which field a person says something of, and who does.
    struct OfField: ParsableArguments {
        @Argument(help: "The capture's number.")
        var capture: Int64

        @Option(help: ArgumentHelp("Who says so; the user is recorded anyway.", valueName: "name"))
        var reviewer: String?
    }

    struct Finish: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that a field is labelled to its end.",
            discussion:
                "What counts in it is a grain of its species, the rest is background. Who and when stay on record.")

        @OptionGroup var said: OfField

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let list = try client.finish(capture: said.capture, FinishRequest(reviewer: said.reviewer))
            try show(list, Presentation.finish(list))
        }
    }

    struct Reopen: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that a finished field is not labelled to its end.")

        @OptionGroup var said: OfField

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let list = try client.reopen(capture: said.capture, FinishRequest(reviewer: said.reviewer))
            try show(list, Presentation.finish(list))
        }
    }

    struct Include: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "Take a field in again that was left out.")

        @Argument(help: "The capture's number.")
        var capture: Int64

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let report = try client.include(capture: capture)
            try show(report, Presentation.exclusion(report))
        }
    }
}
