internal import Foundation
internal import Glibc
internal import Synchronization

/// A stage behind a controller that speaks G-code as GRBL and Marlin do, on a pseudo-terminal: what a program on the other
/// side takes for a serial line. It takes its time, its drives have play, it stops at its limits, and it can fail.
package final class SimulatedController: Sendable {
    package enum Firmware: String, Sendable { case grbl, marlin }

    package enum Fault: Sendable, Equatable {
        /// Answers nothing any more.
        case silence
        /// Answers what no controller does.
        case nonsense
        /// The line ends, as when a plug is pulled.
        case cut
    }

    package struct Settings: Sendable {
        package var firmware = Firmware.grbl
        /// Where x, y and z may go, in µm; beyond it runs against a switch.
        package var limits: [ClosedRange<Double>] = [0...25_000, 0...25_000, -1000...1000]
        /// That each drive loses when it turns round, in µm.
        package var backlashMicrometres = 3.0
        package var micrometresPerSecond = 20_000.0
        /// Before an answer.
        package var latency = Duration.milliseconds(1)
        /// A stable name for the pseudo-terminal, which is another one after each cut; a symbolic link.
        package var link: String

        package init(link: String) { self.link = link }
    }

    private struct State {
        /// Where the controller believes to be, in µm.
        var position = [0.0, 0, 0]
        /// Where it is: behind by the play.
        var actual = [0.0, 0, 0]
        var target = [0.0, 0, 0]
        var isAlarmed = false
        var isHeld = false
        var fault: Fault?
        /// Moves until the fault.
        var movesUntilFault = 0
        var moves = 0
        var stops = 0
        var isEnded = false
        var movedAt = ContinuousClock.now
        var master: Int32 = -1
        var slave: Int32 = -1
    }

    private let settings: Settings
    private let state = Mutex(State())

    package init(_ settings: Settings) {
        self.settings = settings
        connect()
        let thread = Thread { [self] in run() }
        thread.name = "simulated controller"
        thread.start()
    }

    /// Where the stage truly is: x, y and z in µm.
    package var actualPosition: [Double] {
        state.withLock { state in
            Self.advance(&state, settings)
            return state.actual
        }
    }

    /// How often it was told to stop.
    package var stops: Int { state.withLock { $0.stops } }
    /// Moves that were begun.
    package var moves: Int { state.withLock { $0.moves } }
    package var isCut: Bool { state.withLock { $0.master < 0 } }
    package var isMoving: Bool {
        state.withLock { state in
            Self.advance(&state, settings)
            return state.position != state.target
        }
    }

    /// Fails once it has begun so many more moves; 0 fails with the next line.
    package func fail(_ fault: Fault, afterMoves moves: Int = 0) {
        state.withLock { ($0.fault, $0.movesUntilFault) = (fault, moves) }
    }

    /// The plug is put back in: the controller was running all the time.
    package func mend() {
        state.withLock { $0.fault = nil }
        connect()
    }

    package func end() {
        state.withLock { state in
            state.isEnded = true
            Self.disconnect(&state)
        }
        unlink(settings.link)
    }

    // MARK: The line

    private func connect() {
        state.withLock { state in
            guard state.master < 0 else { return }
            // What unlockpt(3) and ptsname(3) ask for, which glibc hides from Swift.
            let (lock, ofNumber) = (UInt(0x4004_5431), UInt(0x8004_5430))
            var locked: Int32 = 0, number: UInt32 = 0
            let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
            guard master >= 0, ioctl(master, lock, &locked) == 0, ioctl(master, ofNumber, &number) == 0 else {
                preconditionFailure("no pseudo-terminal can be had: \(errno)")
            }
            let path = "/dev/pts/\(number)"
            // Held open, so that a client that leaves is no end of the line.
            state.slave = open(path, O_RDWR | O_NOCTTY)
            var raw = termios()
            tcgetattr(state.slave, &raw)
            cfmakeraw(&raw)
            tcsetattr(state.slave, TCSANOW, &raw)
            _ = fcntl(master, F_SETFL, O_NONBLOCK)
            state.master = master
            unlink(settings.link)
            symlink(path, settings.link)
        }
    }

    private static func disconnect(_ state: inout State) {
        if state.master >= 0 { close(state.master) }
        if state.slave >= 0 { close(state.slave) }
        (state.master, state.slave) = (-1, -1)
    }

    private func run() {
        var pending: [UInt8] = []
        while true {
            var bytes = [UInt8](repeating: 0, count: 256)
            // Under the lock: a line that is closed meanwhile gives its number away.
            let (count, isEnded, isCut) = state.withLock { state in
                (state.master < 0 ? -1 : read(state.master, &bytes, bytes.count), state.isEnded, state.master < 0)
            }
            if isEnded { return }
            guard count > 0 else {
                if isCut { pending = [] }
                usleep(1000)
                continue
            }
            for byte in bytes.prefix(count) {
                switch byte {
                case UInt8(ascii: "?") where settings.firmware == .grbl: reply(status())
                case UInt8(ascii: "!"): halt()
                case 0x18:
                    halt()
                    state.withLock { $0.isHeld = false }
                    reply("")
                    reply("Grbl 1.1h ['$' for help]")
                case 10:
                    let line = String(decoding: pending, as: UTF8.self)
                    pending = []
                    obey(line.trimmingCharacters(in: .whitespaces))
                default: pending.append(byte)
                }
            }
        }
    }

    private func reply(_ text: String) {
        usleep(UInt32(settings.latency.components.attoseconds / 1_000_000_000_000))
        state.withLock { state in
            var text = text
            switch state.movesUntilFault == 0 ? state.fault : nil {
            case .silence: return
            case .nonsense: text = "\u{7f}~~xq#"
            case .cut: return Self.disconnect(&state)
            case nil: break
            }
            guard state.master >= 0 else { return }
            let bytes = Array((text + "\r\n").utf8)
            _ = write(state.master, bytes, bytes.count)
        }
    }

    // MARK: The drives

    private static func advance(_ state: inout State, _ settings: Settings) {
        let now = ContinuousClock.now
        let seconds = state.movedAt.duration(to: now) / .seconds(1)
        state.movedAt = now
        guard !state.isHeld, !state.isAlarmed else { return }
        let ways = zip(state.target, state.position).map { $0 - $1 }
        let length = ways.map { $0 * $0 }.reduce(0, +).squareRoot()
        guard length > 0 else { return }
        let share = min(1, seconds * settings.micrometresPerSecond / length)
        for axis in 0..<3 {
            state.position[axis] = share == 1 ? state.target[axis] : state.position[axis] + share * ways[axis]
            let range = settings.limits[axis]
            if !range.contains(state.position[axis]) {
                state.position[axis] = min(max(state.position[axis], range.lowerBound), range.upperBound)
                state.target = state.position
                state.isAlarmed = true
            }
            // The nut lies against the side from which it was pushed.
            let play = settings.backlashMicrometres / 2
            state.actual[axis] = min(max(state.actual[axis], state.position[axis] - play), state.position[axis] + play)
        }
    }

    private func halt() {
        state.withLock { state in
            Self.advance(&state, settings)
            state.stops += 1
            state.target = state.position
        }
    }

    private func status() -> String {
        state.withLock { state in
            Self.advance(&state, settings)
            let name = state.isAlarmed ? "Alarm" : state.position == state.target ? "Idle" : "Run"
            return
                "<\(name)|MPos:\(state.position.map { String(format: "%.4f", $0 / 1000) }.joined(separator: ","))|FS:0,0>"
        }
    }

    private func obey(_ line: String) {
        let word = line.split(separator: " ").first.map(String.init) ?? ""
        switch word {
        case "": if settings.firmware == .grbl { reply("ok") }
        case "G21", "G90", "M410": reply("ok")
        case "$X":
            state.withLock { $0.isAlarmed = false }
            reply("ok")
        case "M400":
            // Marlin says from time to time that it is busy.
            var waited = 0
            while isMoving, waited < 60_000 {
                usleep(1000)
                waited += 1
                if waited % 500 == 0 { reply("echo:busy: processing") }
            }
            reply(state.withLock(\.isAlarmed) ? "Error:Printer halted. kill() called!" : "ok")
        case "M114":
            let place = state.withLock { state in
                Self.advance(&state, settings)
                return state.position.map { String(format: "%.4f", $0 / 1000) }
            }
            reply("X:\(place[0]) Y:\(place[1]) Z:\(place[2]) E:0.00 Count X:0 Y:0 Z:0")
            reply("ok")
        case "G0", "G1": move(line)
        default: reply(settings.firmware == .grbl ? "error:20" : "echo:Unknown command: \"\(line)\"")
        }
    }

    private func move(_ line: String) {
        let isRefused = state.withLock { state in
            Self.advance(&state, settings)
            if state.isAlarmed { return true }
            state.moves += 1
            if state.fault != nil, state.movesUntilFault > 0 { state.movesUntilFault -= 1 }
            for word in line.split(separator: " ").dropFirst() {
                guard let axis = ["X", "Y", "Z"].firstIndex(of: String(word.prefix(1))),
                    let place = Double(word.dropFirst())
                else { continue }
                state.target[axis] = place * 1000
            }
            return false
        }
        reply(isRefused ? (settings.firmware == .grbl ? "error:9" : "Error:Printer halted") : "ok")
    }
}
