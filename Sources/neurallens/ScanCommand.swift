import ArgumentParser
import ControlAPI
import ControlClient
import Glibc

struct ScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: "Capture a rectangle of a slide field by field, by motor.",
        discussion: """
            neurallens scan --slide NAME begins: see neurallens scan start --help for its options. The daemon goes on when \
            this command is interrupted. Where the motor fails, or the daemon is started again, the motor stops and the scan \
            rests; resume goes on from the first field that is missing. No field is captured twice.
            """,
        subcommands: [Start.self, List.self, Resume.self, Stop.self, Cancel.self], defaultSubcommand: Start.self)

    struct Start: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "Begin a scan.")

        @Option(help: "The slide the captures go to.")
        var slide: String

        @Option(
            name: .customLong("from-x-um"), parsing: .unconditional,
            help: ArgumentHelp("The rectangle's left side on the stage.", valueName: "x"))
        var fromXUm: Double

        @Option(
            name: .customLong("from-y-um"), parsing: .unconditional,
            help: ArgumentHelp("The rectangle's upper side on the stage.", valueName: "y"))
        var fromYUm: Double

        @Option(
            name: .customLong("to-x-um"), parsing: .unconditional,
            help: ArgumentHelp("The rectangle's right side.", valueName: "x"))
        var toXUm: Double

        @Option(
            name: .customLong("to-y-um"), parsing: .unconditional,
            help: ArgumentHelp("The rectangle's lower side.", valueName: "y"))
        var toYUm: Double

        @Option(help: ArgumentHelp("That a field shares with the next, as a share of its side.", valueName: "0 to 0.9"))
        var overlap = 0.1

        @Flag(name: .customLong("no-wait"), help: "Return when the scan has begun.")
        var noWait = false

        @OptionGroup var options: GlobalOptions

        private var request: ScanRequest {
            ScanRequest(slide: slide, fromXUm: fromXUm, fromYUm: fromYUm, toXUm: toXUm, toYUm: toYUm, overlap: overlap)
        }

        func validate() throws {
            if let fault = request.fault { throw ValidationError("\(visible(fault.description)).") }
        }

        func run(_ client: ControlClient) throws(ControlClientError) {
            try follow(try client.startScan(request), noWait, client)
        }
    }

    struct List: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "List all scans, oldest first.")

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let scans = try client.scans()
            try show(scans, Presentation.scans(scans))
        }
    }

    struct Resume: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Go on with a scan that rests, from the first field that is missing.")

        @Argument(help: "The scan's number.")
        var scan: Int64

        @Flag(help: "Although the motor does not stand where the scan left it: its places are right.")
        var anywhere = false

        @Flag(name: .customLong("no-wait"), help: "Return when the scan goes on.")
        var noWait = false

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            try follow(try client.resumeScan(scan, ScanResumption(anywhere: anywhere ? true : nil)), noWait, client)
        }
    }

    struct Stop: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "Stop the motor; the scan rests.")

        @Argument(help: "The scan's number.")
        var scan: Int64

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let scan = try client.stopScan(scan)
            try show(scan, Presentation.scan(scan))
        }
    }

    struct Cancel: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "End a scan for good; its captures stay.")

        @Argument(help: "The scan's number.")
        var scan: Int64

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let scan = try client.cancelScan(scan)
            try show(scan, Presentation.scan(scan))
        }
    }
}

extension ClientCommand {
    /// Shows a scan until it ends or rests; one that rests is an error.
    fileprivate func follow(
        _ begun: ScanReport, _ noWait: Bool, _ client: ControlClient
    ) throws(ControlClientError) {
        var scan = begun
        let drawsBar = isatty(STDERR_FILENO) == 1
        while !noWait, scan.state == .running {
            usleep(300_000)
            scan = try client.scan(scan.id)
            if drawsBar { writeToStandardError("\r\u{1B}[K" + Presentation.progressBar(scan)) }
        }
        if drawsBar { writeToStandardError("\r\u{1B}[K") }
        try show(scan, Presentation.scan(scan))
        guard noWait || scan.state == .done else {
            throw ControlClientError(
                Problem(
                    .scanRefused, "scan \(scan.id) is \(scan.state.rawValue) after \(scan.taken) fields",
                    hint: scan.reason ?? "resume it with neurallens scan resume \(scan.id)"))
        }
    }
}
