import ArgumentParser
import ControlAPI
import ControlClient

struct InstrumentCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "instrument",
        abstract: "What the fields of the last sixty days say of light, colour and sharpness, and what has changed.",
        discussion: """
            A row a day: medians of the fields of the latest camera and scale. What is unlike the days before is said here, and with \
            each capture of that day.
            """)

    @OptionGroup var options: GlobalOptions

    func run(_ client: ControlClient) throws(ControlClientError) {
        let report = try client.instrument()
        try show(report, Presentation.instrument(report))
    }
}
