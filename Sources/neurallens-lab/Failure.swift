internal import ArgumentParser
internal import Foundation

/// Ends a command with one sentence on stderr and status 1.
func fail(_ message: String, hint: String) -> ExitCode {
    // A sentence may quote a file, and a file may hold what moves a terminal's cursor.
    let text = "\(message); \(hint)".map { character in
        character.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "\u{FFFD}" : character
    }
    FileHandle.standardError.write(Data("neurallens-lab: \(String(text))\n".utf8))
    return ExitCode(1)
}
