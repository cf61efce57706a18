import ArgumentParser
import ControlAPI
import ControlClient

struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "Have the last word on grains.",
        discussion: """
            What the machine found is kept: reviews are written beside it, with who and when, and any of them can be \
            taken back.
            """,
        subcommands: [
            Next.self, Groups.self, Show.self, Accept.self, Relabel.self, Reject.self, Merge.self, Split.self,
            Draw.self, Undo.self,
            History.self,
        ])

    struct Next: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the least certain grains that nobody has looked at.")

        @Option(help: "The slide's name.")
        var slide: String

        @Option(help: ArgumentHelp("Only grains of this species (a key or unidentified).", valueName: "key"))
        var species: String?

        @Option(help: ArgumentHelp("How many.", valueName: "n"))
        var limit = 10

        @Option(help: ArgumentHelp("Write a picture of each as GRAIN.png into this folder.", valueName: "folder"))
        var crops: String?

        @OptionGroup var format: FormatOptions
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            let limits = ReviewList.limits
            guard limits.contains(limit) else {
                throw ValidationError("--limit must be from \(limits.lowerBound) to \(limits.upperBound).")
            }
        }

        func run(_ client: ControlClient) throws(ControlClientError) {
            let list = try client.nextForReview(ofSlide: slide, species: species, limit: limit)
            if let crops {
                try OutputFile.makeFolder(crops)
                for grain in list.grains {
                    try OutputFile.write(client.crop(ofGrain: grain.id), to: "\(crops)/\(grain.id).png")
                }
            }
            emit(try Presentation.reviewList(list, as: format.format(json: options.json)))
        }
    }

    struct Groups: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Group the grains of a slide that nobody identified by likeness.",
            discussion: """
                What the labelling network sees within the outlines, with size and shape, by average linkage: the same \
                grains give the same groups. Fields are looked at when they are asked for, beside captures. A group is \
                named by neurallens review relabel with its grains, which --group prints; a new species by neurallens \
                species add before.
                """)

        @Option(help: "The slide's name.")
        var slide: String

        @Option(
            help: ArgumentHelp("Distance between groups that is bridged; higher makes fewer groups.", valueName: "t"))
        var threshold: Double?

        @Option(help: ArgumentHelp("Print the grains of this group, and nothing else.", valueName: "number"))
        var group: Int?

        @OptionGroup var options: GlobalOptions

        func validate() throws {
            if let threshold, !GrainGroups.thresholds.contains(threshold) {
                throw ValidationError(
                    "--threshold must be from \(GrainGroups.thresholds.lowerBound) to \(GrainGroups.thresholds.upperBound)."
                )
            }
        }

        func run(_ client: ControlClient) throws(ControlClientError) {
            let bar = ProgressLine()
            defer { bar.clear() }
            let groups = try client.grainGroups(ofSlide: slide, threshold: threshold) { groups in
                bar.show(
                    Double(groups.fieldsDone) / Double(max(1, groups.fields)),
                    "\(groups.fieldsDone) of \(groups.fields) fields looked at")
            }
            bar.clear()
            guard let group else { return try show(groups, Presentation.grainGroups(groups)) }
            guard let one = groups.groups.first(where: { $0.number == group }) else {
                throw ControlClientError(
                    Problem(
                        .grainNotFound, "there is no group \(group)",
                        hint: "there are \(groups.groups.count); list them"))
            }
            try show(one, one.grains.map(String.init).joined(separator: " ") + "\n")
        }
    }

    struct Show: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one grain with its measurements and reviews.")

        @Argument(help: "The grain's number.")
        var grain: Int64

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let grain = try client.grain(grain)
            try show(grain, Presentation.grain(grain))
        }
    }

    struct Accept: Reviewing {
        static let configuration = CommandConfiguration(abstract: "Grains are what the machine says.")

        @Argument(help: "The grains' numbers.")
        var grains: [Int64]

        @OptionGroup var remarks: Remarks
        @OptionGroup var options: GlobalOptions

        var request: ReviewRequest { ReviewRequest(action: .accept, grains: grains) }
    }

    struct Relabel: Reviewing {
        static let configuration = CommandConfiguration(abstract: "Grains are of another species.")

        @Argument(help: "The grains' numbers.")
        var grains: [Int64]

        @Option(help: ArgumentHelp("Key of a known species, or unidentified.", valueName: "key"))
        var species: String

        @OptionGroup var remarks: Remarks
        @OptionGroup var options: GlobalOptions

        var request: ReviewRequest { ReviewRequest(action: .relabel, grains: grains, species: species) }
    }

    struct Reject: Reviewing {
        static let configuration = CommandConfiguration(abstract: "Objects are no grains, or must not count.")

        @Argument(help: "The grains' numbers.")
        var grains: [Int64]

        @Option(help: ArgumentHelp("Why.", valueName: "text"))
        var reason: String?

        @OptionGroup var remarks: Remarks
        @OptionGroup var options: GlobalOptions

        var request: ReviewRequest { ReviewRequest(action: .reject, grains: grains, reason: reason) }
    }

    struct Merge: Reviewing {
        static let configuration = CommandConfiguration(abstract: "Grains of one capture are one grain.")

        @Argument(help: "The grains' numbers, two or more.")
        var grains: [Int64]

        @Option(help: ArgumentHelp("What the one grain is, where the parts differ.", valueName: "key"))
        var species: String?

        @OptionGroup var remarks: Remarks
        @OptionGroup var options: GlobalOptions

        var request: ReviewRequest { ReviewRequest(action: .merge, grains: grains, species: species) }
    }

    struct Split: Reviewing {
        static let configuration = CommandConfiguration(
            abstract: "A grain is several grains.",
            discussion: "Without --line the daemon finds where to cut.")

        @Argument(help: "The grain's number.")
        var grain: Int64

        @Option(help: ArgumentHelp("How many parts (default: 2).", valueName: "n"))
        var into: Int?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("Cut along this line, in pixels of the stored input.", valueName: "x0,y0,x1,y1"))
        var line: Line?

        @OptionGroup var remarks: Remarks
        @OptionGroup var options: GlobalOptions

        var request: ReviewRequest {
            ReviewRequest(action: .split, grains: [grain], parts: into, linePx: line?.ends)
        }
    }

    struct Draw: Reviewing {
        static let configuration = CommandConfiguration(
            abstract: "There is a grain of this outline: a missed one, or one whose outline is put right.")

        @Argument(help: "The outline, x,y a corner in order around the grain, in pixels of the stored input.")
        var corners: [Corner]

        @Option(help: ArgumentHelp("The field of a grain that was missed.", valueName: "number"))
        var capture: Int64?

        @Option(help: ArgumentHelp("The grain whose outline it is.", valueName: "number"))
        var grain: Int64?

        @Option(help: ArgumentHelp("Key of a known species, or unidentified.", valueName: "key"))
        var species: String?

        @OptionGroup var remarks: Remarks
        @OptionGroup var options: GlobalOptions

        var request: ReviewRequest {
            ReviewRequest(
                action: .draw, grains: grain.map { [$0] } ?? [], species: species, outlinesPx: [corners.map(\.place)],
                capture: capture)
        }
    }

    struct Undo: Reviewing {
        static let configuration = CommandConfiguration(
            abstract: "Take back the last review of a grain that is in force.")

        @Argument(help: "The grain's number.")
        var grain: Int64

        @OptionGroup var remarks: Remarks
        @OptionGroup var options: GlobalOptions

        var request: ReviewRequest { ReviewRequest(action: .undo, grains: [grain]) }
    }

    struct History: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "List all reviews of a slide, oldest first.")

        @Option(help: "The slide's name.")
        var slide: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let reviews = try client.reviews(ofSlide: slide)
            try show(reviews, Presentation.reviews(reviews))
        }
    }

    struct Remarks: ParsableArguments {
        @Option(help: ArgumentHelp("Who says so; the user is recorded anyway.", valueName: "name"))
        var reviewer: String?

        @Option(help: ArgumentHelp("A remark kept with the review.", valueName: "text"))
        var note: String?
    }

    struct Corner: ExpressibleByArgument {
        let place: SIMD2<Double>

        init?(argument: String) {
            let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
            guard numbers.count == 2, let x = numbers[0], let y = numbers[1] else { return nil }
            place = SIMD2(x, y)
        }
    }

    struct Line: ExpressibleByArgument {
        let ends: SIMD4<Double>

        init?(argument: String) {
            let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
            guard numbers.count == 4, argument.count(where: { $0 == "," }) == 3 else { return nil }
            ends = SIMD4(numbers)
        }
    }
}

/// A command that says something of grains.
protocol Reviewing: ClientCommand {
    var remarks: ReviewCommand.Remarks { get }
    /// Without the remarks.
    var request: ReviewRequest { get }
}

extension Reviewing {
    func validate() throws {
        if let fault = request.fault { throw ValidationError("\(visible(fault.description)).") }
    }

    func run(_ client: ControlClient) throws(ControlClientError) {
        var request = request
        request.reviewer = remarks.reviewer
        request.note = remarks.note
        let result = try client.review(request)
        try show(result, Presentation.review(result))
    }
}
