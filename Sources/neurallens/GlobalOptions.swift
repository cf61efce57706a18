import ArgumentParser
import ControlClient
import FoundationEssentials

struct GlobalOptions: ParsableArguments {
    @Option(help: "The daemon's socket (default: $NEURALLENS_SOCKET, else \(ControlClient.defaultSocketPath)).")
    var socket: String?

    @Flag(help: "Print JSON.")
    var json = false

    var client: ControlClient {
        let environment = ProcessInfo.processInfo.environment["NEURALLENS_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        return ControlClient(socketPath: socket ?? environment ?? ControlClient.defaultSocketPath)
    }
}

/// `--format` with `--json` as its short form.
struct FormatOptions: ParsableArguments {
    @Option(help: "table, json or csv.")
    var format: Presentation.Format?

    func format(json: Bool) -> Presentation.Format { format ?? (json ? .json : .table) }
}

extension Presentation.Format: ExpressibleByArgument {}
