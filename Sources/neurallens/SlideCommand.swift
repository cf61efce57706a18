import ArgumentParser
import ControlAPI
import ControlClient

struct SlideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slide", abstract: "Make and look at slides.", subcommands: [Create.self, List.self, Show.self])

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
            let counts = try client.counts(ofSlide: name)
            try show(slide, Presentation.slide(slide, counts))
        }
    }
}
