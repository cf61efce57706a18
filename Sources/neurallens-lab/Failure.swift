internal import ArgumentParser
internal import Foundation

/// Ends a command with one sentence on stderr and status 1.
func fail(_ message: String, hint: String) -> ExitCode {
    FileHandle.standardError.write(Data("neurallens-lab: \(message); \(hint)\n".utf8))
    return ExitCode(1)
}
