import ArgumentParser
import ControlClient

struct LabelsCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "labels", abstract: "Print how far the fields of a slide are labelled, and which is next.",
        discussion: """
            A field is finished when somebody says so, on the page or with neurallens capture finish: what counts in it is \
            a grain of its species, the rest is background. Next is the field with most errors: as many as the lens itself \
            expects among the grains that are left, which nobody looked at.
            """)

    @Argument(help: "The slide's name.")
    var slide: String

    @OptionGroup var options: GlobalOptions

    func run(_ client: ControlClient) throws(ControlClientError) {
        let labels = try client.labels(ofSlide: slide)
        try show(labels, Presentation.labels(labels))
    }
}
