import ArgumentParser
import ControlClient
import Glibc
import StandardOutput

/// A command that asks the daemon something.
protocol ClientCommand: ParsableCommand {
    var options: GlobalOptions { get }
    func run(_ client: ControlClient) throws(ControlClientError)
}

extension ClientCommand {
    func run() throws {
        do throws(ControlClientError) {
            try run(options.client)
        } catch {
            complain(error)
            throw ExitCode(error.exitStatus)
        }
    }

    /// The JSON of a value where asked for, else its text.
    func show(_ value: some Encodable, _ text: @autoclosure () -> String) throws(ControlClientError) {
        emit(options.json ? try Presentation.json(value) : text())
    }

    /// Says which file was written.
    func show(written bytes: [UInt8], to file: String) throws(ControlClientError) {
        try show(Written(file: file, bytes: bytes.count), "\(visible(file)) written, \(bytes.count) bytes\n")
    }
}

private struct Written: Encodable {
    let file: String
    let bytes: Int
}

/// To standard output at once, so that what is piped on arrives as it happens.
func emit(_ text: String) { StandardOutput.emit(text) }

func complain(_ error: ControlClientError) { writeToStandardError("neurallens: \(visible(error.description))\n") }

func writeToStandardError(_ text: String) {
    _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
}
