import ArgumentParser
import ControlAPI
import ControlClient

struct SlideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slide", abstract: "Make, change, look at and compare slides.",
        subcommands: [
            Create.self, List.self, Show.self, Set.self, Fields.self, Map.self, Compare.self, Runs.self,
            Difference.self, Archive.self, Restore.self, Delete.self,
        ])

    struct Create: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "Make a slide that captures go to.")

        @Argument(help: "The slide's name.")
        var name: String

        @Option(help: "A remark kept with the slide.")
        var note: String?

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let slide = try client.createSlide(SlideCreation(name: name, note: note))
            try show(slide, "Slide \"\(visible(slide.name))\" made\n")
        }
    }

    struct List: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "List all slides, oldest first.")

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let slides = try client.slides()
            try show(slides, Presentation.slides(slides))
        }
    }

    struct Show: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "Show one slide with its counts.")

        @Argument(help: "The slide's name.")
        var name: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let slide = try client.slide(name)
            switch try client.countsOrReason(ofSlide: name) {
            case .success(let counts): try show(slide, Presentation.slide(slide, counts))
            case .failure(let problem):
                try show(slide, Presentation.slide(slide) + "\n\(visible(problem.detail)); \(visible(problem.hint))\n")
            }
        }
    }

    struct Set: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change what is known of a slide.", discussion: "What is not named stays as it is.")

        @Argument(help: "The slide's name.")
        var name: String

        @Option(help: "A remark kept with the slide; an empty one removes it.")
        var note: String?

        @Option(
            name: .customLong("sampled-volume-m3"), parsing: .unconditional,
            help: ArgumentHelp("Air that passed the sampler, in cubic metres.", valueName: "volume"))
        var sampledVolumeM3: Double?

        @Option(
            name: .customLong("deposit-area-mm2"), parsing: .unconditional,
            help: ArgumentHelp("Area that the air was sampled on, in square millimetres.", valueName: "area"))
        var depositAreaMm2: Double?

        @Option(
            name: .customLong("run"),
            help: ArgumentHelp("Let the results of this run count; see neurallens slide runs.", valueName: "run"))
        var runInForce: Int64?

        @OptionGroup var options: GlobalOptions

        private var change: SlideChange {
            SlideChange(note: note, sampledVolumeM3: sampledVolumeM3, depositAreaMm2: depositAreaMm2, run: runInForce)
        }

        func validate() throws {
            if let fault = change.fault { throw ValidationError("\(visible(fault.description)).") }
        }

        func run(_ client: ControlClient) throws(ControlClientError) {
            let slide = try client.changeSlide(name, change)
            try show(slide, Presentation.slide(slide))
        }
    }

    struct Fields: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "List where the fields of a slide lie on it.",
            discussion: """
                Positions are those of a field's upper left corner, x to the right and y downwards. Fields of one group \
                are placed relative to each other.
                """)

        @Argument(help: "The slide's name.")
        var name: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let placements = try client.placements(ofSlide: name)
            try show(placements, Presentation.placements(placements))
        }
    }

    struct Map: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the mosaic of a slide with its grains as a PNG file.",
            discussion: "An existing file is replaced.")

        @Argument(help: "The slide's name.")
        var name: String

        @Option(name: [.short, .long], help: "The PNG file to write.")
        var output: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let png = try client.map(ofSlide: name)
            try OutputFile.write(png, to: output)
            try show(written: png, to: output)
        }
    }

    struct Compare: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare the densities of two slides.",
            discussion: "The ratio is the first slide's density over the second's; p is two-sided, of equal densities.")

        @Argument(help: "The first slide's name.")
        var first: String

        @Argument(help: "The second slide's name.")
        var second: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let comparison = try client.comparison(ofSlide: first, with: second)
            try show(comparison, Presentation.comparison(comparison))
        }
    }

    struct Runs: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the analyses of a slide, oldest first.",
            discussion: "neurallens slide set NAME --run RUN lets another one count.")

        @Argument(help: "The slide's name.")
        var name: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let runs = try client.runs(ofSlide: name)
            try show(runs, Presentation.runs(runs))
        }
    }

    struct Difference: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "Say in which grains two analyses of a slide differ.")

        @Argument(help: "The slide's name.")
        var name: String

        @Argument(help: "The first run's number.")
        var first: Int64

        @Argument(help: "The second run's number.")
        var second: Int64

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let difference = try client.difference(ofSlide: name, run: first, to: second)
            try show(difference, Presentation.difference(difference))
        }
    }
}
