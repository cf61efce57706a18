import Glibc
import SystemCalls

/// The terminal of standard input and output while a program fills its screen.
final class Terminal {
    /// How long a terminal may take to say what it is.
    private static let patience = Duration.milliseconds(300)

    private var saved: termios?
    private var isEntered = false

    static var isThere: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    deinit { leave() }

    /// Takes the alternate screen, and keys as they are pressed. Ctrl-C and Ctrl-Z stay signals.
    func enter() {
        guard !isEntered else { return }
        isEntered = true
        var settings = termios()
        if tcgetattr(STDIN_FILENO, &settings) == 0 {
            if saved == nil { saved = settings }
            settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
            tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
        }
        write(ControlSequence.enterAlternateScreen + ControlSequence.hideCursor + ControlSequence.clearScreen)
    }

    /// Gives the screen back as it was.
    func leave() {
        guard isEntered else { return }
        isEntered = false
        write(
            ControlSequence.endUpdate + ControlSequence.plain + ControlSequence.showCursor
                + ControlSequence.leaveAlternateScreen)
        if var saved { tcsetattr(STDIN_FILENO, TCSADRAIN, &saved) }
    }

    /// - Parameter cellPx: what the terminal said of its cells, for those that do not tell the kernel.
    func size(cellPx: SIMD2<Int>?) -> TerminalSize {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return TerminalSize(columns: 80, rows: 24)
        }
        let (columns, rows) = (Int(window.ws_col), Int(window.ws_row))
        if window.ws_xpixel > 0, window.ws_ypixel > 0 {
            return TerminalSize(
                columns: columns, rows: rows, cellWidthPx: Int(window.ws_xpixel) / columns,
                cellHeightPx: Int(window.ws_ypixel) / rows)
        }
        guard let cellPx else { return TerminalSize(columns: columns, rows: rows) }
        return TerminalSize(columns: columns, rows: rows, cellWidthPx: cellPx.x, cellHeightPx: cellPx.y)
    }

    /// Asks the terminal what it can show. One that does not answer in time knows nothing special.
    func ask() -> TerminalAnswers {
        write(TerminalAnswers.questions)
        let deadline = ContinuousClock.now + Self.patience
        var bytes: [UInt8] = []
        while ContinuousClock.now < deadline {
            let left = ContinuousClock.now.duration(to: deadline)
            bytes += keys(waiting: left)
            let answers = TerminalAnswers(bytes)
            if answers.isComplete { return answers }
        }
        return TerminalAnswers(bytes)
    }

    /// What was typed, after a wait for it.
    func keys(waiting: Duration = .zero) -> [UInt8] {
        var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, Int32(max(0, waiting / .milliseconds(1)))) > 0 else { return [] }
        var part = [UInt8](repeating: 0, count: 4096)
        guard let count = try? systemCall({ read(STDIN_FILENO, &part, part.count) }) else { return [] }
        return Array(part[..<count])
    }

    /// Waits while the terminal is behind: a slow line slows the picture, nothing else.
    func write(_ text: String) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count > 0 {
                written += count
            } else if errno == EAGAIN {
                var ready = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                poll(&ready, 1, 100)
            } else if errno != EINTR {
                return
            }
        }
    }
}
