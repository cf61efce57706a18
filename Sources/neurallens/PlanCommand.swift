import ArgumentParser
import ControlAPI
import ControlClient

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Capture at equal intervals until enough is captured.",
        discussion: """
            The daemon carries plans out by itself, also after it was started again. A slot that could not be used in its \
            time is counted as missed and not made up for.
            """,
        subcommands: [Create.self, List.self, Pause.self, Resume.self, Cancel.self])

    struct Create: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a plan, which begins at once.",
            discussion: "It ends with the first end that is reached; without any it goes on until it is cancelled.")

        @Option(help: "The slide the captures go to.")
        var slide: String

        @Option(parsing: .unconditional, help: ArgumentHelp("Time from one capture to the next.", valueName: "seconds"))
        var interval: Double

        @Option(parsing: .unconditional, help: ArgumentHelp("End with this many captures.", valueName: "n"))
        var count: Int?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("End when the slide has this many identified grains.", valueName: "n"))
        var untilGrains: Int?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "End when half the 95 % interval of every species seen is this share of its density, as in 0.1.",
                valueName: "share"))
        var untilPrecision: Double?

        @OptionGroup var options: GlobalOptions

        private var request: CapturePlanRequest {
            CapturePlanRequest(
                slide: slide, count: count, intervalSeconds: interval, untilGrains: untilGrains,
                untilPrecision: untilPrecision)
        }

        func validate() throws {
            if let fault = request.fault { throw ValidationError("\(visible(fault.description)).") }
        }

        func run(_ client: ControlClient) throws(ControlClientError) {
            let plan = try client.createPlan(request)
            try show(plan, Presentation.plan(plan))
        }
    }

    struct List: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "List all plans, oldest first.")

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let plans = try client.plans()
            try show(plans, Presentation.plans(plans))
        }
    }

    struct Pause: ChangingPlan {
        static let configuration = CommandConfiguration(
            abstract: "Let a plan rest; slots that pass meanwhile do not count as missed.")
        static let action = PlanAction.pause

        @Argument(help: "The plan's number.")
        var plan: Int64

        @OptionGroup var options: GlobalOptions
    }

    struct Resume: ChangingPlan {
        static let configuration = CommandConfiguration(abstract: "Go on with a plan, at once.")
        static let action = PlanAction.resume

        @Argument(help: "The plan's number.")
        var plan: Int64

        @OptionGroup var options: GlobalOptions
    }

    struct Cancel: ChangingPlan {
        static let configuration = CommandConfiguration(abstract: "End a plan; its captures stay.")
        static let action = PlanAction.cancel

        @Argument(help: "The plan's number.")
        var plan: Int64

        @OptionGroup var options: GlobalOptions
    }
}

/// A command that changes the state of one plan.
protocol ChangingPlan: ClientCommand {
    static var action: PlanAction { get }
    var plan: Int64 { get }
}

extension ChangingPlan {
    func run(_ client: ControlClient) throws(ControlClientError) {
        let plan = try client.change(plan: plan, Self.action)
        try show(plan, Presentation.plan(plan))
    }
}
