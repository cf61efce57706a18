import ArgumentParser
import ControlAPI
import ControlClient

struct SecondReadingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "second-reading", abstract: "Have a slide read again by another person, blind.",
        discussion: """
            The second reader names the same outlines without seeing what the lens and the first reader call them, draws \
            what was missed and says what is no grain: on the page, under Second reader. Agreement is Cohen's kappa with a \
            95 % interval (Fleiss, Cohen & Everitt 1969), overall and of each species against all others.
            """,
        subcommands: [Start.self, List.self, Show.self, Agreement.self, Differences.self, Settle.self])

    struct Start: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Begin a second reading of a slide, or of some of its fields by chance.",
            discussion: """
                Nobody may be both readers. Who connects is known; where both use one login, the second reader gives a \
                name, and says every word under it.
                """)

        @Argument(help: "The slide's name.")
        var slide: String

        @Option(help: ArgumentHelp("So many fields, by chance (default: all).", valueName: "n"))
        var fields: Int?

        @Option(help: ArgumentHelp("This share of the fields, by chance: 0.1 or 10%.", valueName: "share"))
        var share: Share?

        @Option(help: ArgumentHelp("Of the choice and order of the fields (default: drawn, and told).", valueName: "s"))
        var seed: Int64?

        @Option(help: ArgumentHelp("Who reads (default: the login name).", valueName: "name"))
        var reader: String?

        @OptionGroup var options: GlobalOptions

        private var request: SecondReadingRequest {
            SecondReadingRequest(fields: fields, share: share?.value, seed: seed, reader: reader)
        }

        func validate() throws {
            if let fault = request.fault { throw ValidationError("\(visible(fault.description)).") }
        }

        func run(_ client: ControlClient) throws(ControlClientError) {
            let reading = try client.beginSecondReading(ofSlide: slide, request)
            try show(reading, Presentation.secondReading(reading))
        }
    }

    /// `0.1` or `10%`.
    struct Share: ExpressibleByArgument {
        let value: Double

        init?(argument: String) {
            let isPercent = argument.hasSuffix("%")
            guard let number = Double(isPercent ? String(argument.dropLast()) : argument) else { return nil }
            value = isPercent ? number / 100 : number
        }
    }

    struct List: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "List the second readings of a slide, oldest first.")

        @Argument(help: "The slide's name.")
        var slide: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let readings = try client.secondReadings(ofSlide: slide)
            try show(readings, Presentation.secondReadings(readings))
        }
    }

    struct Show: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show how far a second reading is, and nothing it found.")

        @Argument(help: "The reading's number.")
        var reading: Int64

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let reading = try client.secondReading(reading)
            try show(reading, Presentation.secondReading(reading))
        }
    }

    struct Agreement: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print how far both readers agree, of the fields that both have read.")

        @Argument(help: "The reading's number.")
        var reading: Int64

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let agreement = try client.agreement(ofSecondReading: reading)
            try show(agreement, Presentation.agreement(agreement))
        }
    }

    struct Differences: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what the readers differ in, and what is settled.")

        @Argument(help: "The reading's number.")
        var reading: Int64

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let differences = try client.differences(ofSecondReading: reading)
            try show(differences, Presentation.differences(differences))
        }
    }

    struct Settle: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say the last word on a grain that the readers differ in, by a review.")

        @Argument(help: "The reading's number.")
        var reading: Int64

        @Option(help: ArgumentHelp("The grain.", valueName: "number"))
        var grain: Int64?

        @Option(help: ArgumentHelp("One that the second reader drew.", valueName: "number"))
        var drawn: Int64?

        @Option(help: ArgumentHelp("Key of a species, unidentified, or no-grain.", valueName: "key"))
        var species: String

        @Option(help: ArgumentHelp("Who says so; the user is recorded anyway.", valueName: "name"))
        var reviewer: String?

        @OptionGroup var options: GlobalOptions

        private var request: SecondReadingSettling {
            SecondReadingSettling(grain: grain, drawn: drawn, species: species, reviewer: reviewer)
        }

        func validate() throws {
            if let fault = request.fault { throw ValidationError("\(visible(fault.description)).") }
        }

        func run(_ client: ControlClient) throws(ControlClientError) {
            let difference = try client.settle(request, ofSecondReading: reading)
            try show(difference, Presentation.differences([difference]))
        }
    }
}
