// The C library's `stdout` is a variable that nothing ever sets.
@preconcurrency import Glibc

/// What a program prints reaches its reader, or the program says that it did not and ends in status 1: a table that was
/// cut off by a full disk looks like a table.
package enum StandardOutput {
    /// To be called first. Looks at the end of the program, however it comes to it.
    package static func watch() {
        on_exit(
            { status, _ in
                guard fflush(stdout) != 0 || ferror(stdout) != 0 else { return }
                let reason = errno != 0 ? String(cString: strerror(errno)) : "not all of it was taken"
                let program = CommandLine.arguments.first?.split(separator: "/").last ?? "neurallens"
                let sentence =
                    "\(program): standard output cannot be written: \(reason); "
                    + "what was printed is not complete\n"
                _ = sentence.withCString { write(STDERR_FILENO, $0, strlen($0)) }
                if status == 0 { _exit(1) }
            }, nil)
    }

    /// Prints at once, so that what is piped on arrives as it happens; ends the program where that fails.
    package static func emit(_ text: String) {
        print(text, terminator: "")
        if fflush(stdout) != 0 { exit(1) }
    }
}
