import ArgumentParser
import ControlAPI
import ControlClient

struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "A slide of a pollen trap: its hours, where it is examined, and its daily values.",
        discussion: """
            For volumetric traps of Hirst's type, by EN 16868. Values are per day of the calendar in the sample's time zone, \
            or UTC where a network counts its days so.
            """,
        subcommands: [Set.self, Show.self, Clear.self, Plan.self, Values.self])

    struct Set: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what a slide bears, and how it is examined.",
            discussion: """
                What is not named stays as it is. A new sample needs --station, --begins, --ends and --time-zone. Times are \
                by the station's clock, as 2026-06-08T09:00, or with an offset, which wins. Bands and random fields are \
                as many as a tenth of the deposit takes, unless said otherwise.
                """)

        @Argument(help: "The slide's name.")
        var slide: String

        @Option(help: "Where the trap stands.")
        var station: String?

        @Option(help: "burkard (default), lanzoni or own.")
        var trap: SampleChange.Trap?

        @Option(help: "Tells traps of one station apart.")
        var trapName: String?

        @Option(
            name: .customLong("flow-l-min"), parsing: .unconditional,
            help: ArgumentHelp("Air drawn, in litres a minute (default: 10).", valueName: "flow"))
        var flowLMin: Double?

        @Option(
            name: .customLong("tape-speed-mm-h"), parsing: .unconditional,
            help: ArgumentHelp("Speed of the tape, in mm an hour (default: 2).", valueName: "speed"))
        var tapeSpeedMmH: Double?

        @Option(
            name: .customLong("deposit-width-mm"), parsing: .unconditional,
            help: ArgumentHelp("Across the tape, in mm (default: 14).", valueName: "width"))
        var depositWidthMm: Double?

        @Option(help: ArgumentHelp("When the exposure of the tape began.", valueName: "time"))
        var begins: String?

        @Option(help: ArgumentHelp("When it ended.", valueName: "time"))
        var ends: String?

        @Option(help: ArgumentHelp("Of the IANA data base, as Europe/Berlin, or UTC.", valueName: "zone"))
        var timeZone: String?

        @Option(
            help: ArgumentHelp(
                "The day of the tape that the slide bears, as 2026-06-12; empty for all of the exposure.",
                valueName: "date"))
        var day: String?

        @Option(name: .customLong("medium"), help: ArgumentHelp("What it is mounted in.", valueName: "name"))
        var mountingMedium: String?

        @Option(help: ArgumentHelp("What it is stained with.", valueName: "name"))
        var stain: String?

        @Option(help: ArgumentHelp("Who made the slide.", valueName: "name"))
        var preparedBy: String?

        @Option(
            name: .customLong("note"), parsing: .singleValue,
            help: ArgumentHelp(
                "Anything else; may be repeated, and an empty value takes a note back.", valueName: "name=text"))
        var notes: [String] = []

        @Option(help: "longitudinal, transverse, random or whole.")
        var method: SampleChange.Method?

        @Option(parsing: .unconditional, help: ArgumentHelp("So many bands, spread evenly.", valueName: "n"))
        var bands: Int?

        @Option(
            name: .customLong("bands-at-mm"), parsing: .unconditional,
            help: ArgumentHelp("The middle of each band instead, as 3.5,7,10.5.", valueName: "list"))
        var bandsAtMm: String?

        @Option(parsing: .unconditional, help: ArgumentHelp("So many random fields.", valueName: "n"))
        var fields: Int?

        @Option(
            parsing: .unconditional, help: ArgumentHelp("Of random fields (default: drawn, and told).", valueName: "s"))
        var seed: Int?

        @Option(
            name: .customLong("field-um"),
            help: ArgumentHelp(
                "Sides of a field along and across the tape (default: of the slide's last capture).", valueName: "WxH"))
        var fieldUm: String?

        @Option(help: ArgumentHelp("Of the deposit to examine, as 0.1 or 10% (default: 10%).", valueName: "share"))
        var share: SecondReadingCommand.Share?

        @OptionGroup var options: GlobalOptions

        private func change() throws -> SampleChange {
            var change = SampleChange()
            (change.station, change.trap, change.trapName) = (station, trap, trapName)
            (change.flowLMin, change.tapeSpeedMmH, change.depositWidthMm) = (flowLMin, tapeSpeedMmH, depositWidthMm)
            (change.begins, change.ends, change.timeZone, change.day) = (begins, ends, timeZone, day)
            (change.mountingMedium, change.stain, change.preparedBy) = (mountingMedium, stain, preparedBy)
            (change.method, change.bands, change.fields, change.seed) = (method, bands, fields, seed)
            change.share = share?.value
            for note in notes {
                guard let equals = note.firstIndex(of: "="), equals != note.startIndex else {
                    throw ValidationError("--note wants name=text, and not \"\(visible(note))\".")
                }
                change.notes = change.notes ?? [:]
                change.notes?[String(note[..<equals])] = String(note[note.index(after: equals)...])
            }
            if let bandsAtMm {
                let places = bandsAtMm.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
                guard !places.contains(nil) else {
                    throw ValidationError("--bands-at-mm wants places in mm, as 3.5,7,10.5.")
                }
                change.bandsAtMm = places.compactMap(\.self)
            }
            if let fieldUm {
                let sides = fieldUm.split(separator: "x", omittingEmptySubsequences: false).map { Double($0) }
                guard sides.count == 2, let along = sides[0], let across = sides[1] else {
                    throw ValidationError("--field-um wants two sides in um, as 230x184.")
                }
                (change.fieldAlongUm, change.fieldAcrossUm) = (along, across)
            }
            return change
        }

        func validate() throws {
            if let fault = try change().fault { throw ValidationError("\(visible(fault.description)).") }
        }

        func run(_ client: ControlClient) throws(ControlClientError) {
            guard let change = try? change() else { return }
            let sample = try client.changeSample(ofSlide: slide, change)
            var text = Presentation.sample(sample)
            if sample.method != nil {
                text += "\n" + Presentation.samplePlan(try client.samplePlan(ofSlide: slide))
            }
            try show(sample, text)
        }
    }

    struct Show: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "Show what a slide bears.")

        @Argument(help: "The slide's name.")
        var slide: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let sample = try client.sample(ofSlide: slide)
            try show(sample, Presentation.sample(sample))
        }
    }

    struct Clear: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take back what was said of a slide's sample and plan; its captures stay.")

        @Argument(help: "The slide's name.")
        var slide: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let slide = try client.clearSample(ofSlide: slide)
            try show(slide, Presentation.slide(slide))
        }
    }

    struct Plan: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say where the slide is examined next, how much is examined, and what is missing.",
            discussion: "neurallens capture --planned captures the next field.")

        @Argument(help: "The slide's name.")
        var slide: String

        @Flag(help: "List all planned fields, in the order of the way.")
        var fields = false

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            if fields {
                let planned = try client.plannedFields(ofSlide: slide)
                return try show(planned, Presentation.plannedFields(planned))
            }
            let plan = try client.samplePlan(ofSlide: slide)
            try show(plan, Presentation.samplePlan(plan))
        }
    }

    struct Values: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Grains per m3 of the day, and of each two hours of transverse bands, with the calculation.",
            discussion: """
                With 95 % intervals by the clumps of the grains and the share that is not examined: what is examined wholly \
                has no sampling error. neurallens-lab validate samples says how often they hold the truth.
                """)

        @Argument(help: "The slide's name.")
        var slide: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let values = try client.sampleValues(ofSlide: slide)
            try show(values, Presentation.sampleValues(values))
        }
    }
}

extension SampleChange.Trap: ExpressibleByArgument {}
extension SampleChange.Method: ExpressibleByArgument {}
