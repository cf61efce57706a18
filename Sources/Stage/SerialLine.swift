internal import Glibc
internal import SystemCalls

/// A serial line in raw mode (termios(3)). Blocks the calling thread, which is none of the cooperative pool's.
final class SerialLine {
    private let descriptor: Int32
    private let device: String
    private var buffer: [UInt8] = []

    /// Longer is no answer of a controller.
    private static let longestLine = 512
    /// How long a wait lasts before it is asked whether it is still wanted.
    private static let slice: Int32 = 40

    init(_ device: String, baud: Int) throws(StageError) {
        self.device = device
        guard let speed = Self.speeds[baud] else {
            throw StageError(
                .cannotOpen, "a serial line does not run at \(baud) baud",
                hint: "motor_baud is one of \(Self.speeds.keys.sorted().map { "\($0)" }.joined(separator: ", "))")
        }
        do {
            descriptor = try systemCall { open(device, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) }
        } catch {
            throw StageError(
                .cannotOpen, "the motor's line \(device) cannot be opened: \(error)",
                hint: "check the cable, and that the daemon may use it (group dialout)")
        }
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else {
            Glibc.close(descriptor)
            throw StageError(
                .cannotOpen, "\(device) is no serial line", hint: "name the motor's device, as in /dev/serial/by-id/")
        }
        cfmakeraw(&settings)
        cfsetspeed(&settings, speed)
        // No modem, no flow control; boards that start anew when the line drops are left running.
        settings.c_cflag |= tcflag_t(CLOCAL | CREAD)
        settings.c_cflag &= ~(tcflag_t(HUPCL) | tcflag_t(CRTSCTS))
        tcsetattr(descriptor, TCSANOW, &settings)
        tcflush(descriptor, TCIOFLUSH)
        // Nobody else speaks to the motor meanwhile.
        _ = ioctl(descriptor, UInt(TIOCEXCL), 0)
    }

    deinit { Glibc.close(descriptor) }

    private static let speeds: [Int: speed_t] = [
        9600: speed_t(B9600), 19_200: speed_t(B19200), 38_400: speed_t(B38400), 57_600: speed_t(B57600),
        115_200: speed_t(B115200), 230_400: speed_t(B230400), 250_000: speed_t(B230400),
    ]

    func write(_ bytes: [UInt8], until deadline: ContinuousClock.Instant) throws(StageError) {
        var written = 0
        while written < bytes.count {
            do {
                written += try systemCall {
                    bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                }
            } catch {
                guard error.code == EAGAIN else { throw cut("\(error)") }
                guard ContinuousClock.now < deadline else { throw silence() }
                _ = poll(POLLOUT)
            }
        }
    }

    /// The next line without its end; nil at the deadline.
    /// - Parameter isWanted: asked some twenty times a second.
    /// - Throws: `.lineCut`, `.nonsense`, `.stopped`.
    func line(until deadline: ContinuousClock.Instant, while isWanted: () -> Bool) throws(StageError) -> String? {
        while true {
            if let end = buffer.firstIndex(of: 10) {
                let bytes = buffer[..<end].filter { $0 != 13 }
                buffer.removeSubrange(...end)
                guard bytes.allSatisfy({ (32...126).contains($0) || $0 == 9 }) else { throw garbled(bytes) }
                return String(decoding: bytes, as: UTF8.self)
            }
            guard buffer.count <= Self.longestLine else { throw garbled(buffer) }
            guard isWanted() else {
                throw StageError(.stopped, "the motor was stopped", hint: "start again when it is safe")
            }
            guard ContinuousClock.now < deadline else { return nil }
            guard poll(POLLIN) else { continue }
            var bytes = [UInt8](repeating: 0, count: 256)
            do {
                let count = try systemCall { read(descriptor, &bytes, bytes.count) }
                guard count > 0 else { throw cut("the other end hung up") }
                buffer += bytes.prefix(count)
            } catch let error as Errno {
                guard error.code == EAGAIN else { throw cut("\(error)") }
            } catch {
                throw error as! StageError
            }
        }
    }

    /// Forgets what came and nobody asked for.
    func drain() {
        buffer = []
        tcflush(descriptor, TCIFLUSH)
    }

    private func poll(_ events: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return Glibc.poll(&entry, 1, Self.slice) > 0
    }

    private func cut(_ reason: String) -> StageError {
        StageError(.lineCut, "the line to the motor \(device) was cut: \(reason)", hint: "check cable and power")
    }

    func silence() -> StageError {
        StageError(
            .noAnswer, "the motor at \(device) does not answer",
            hint: "check its power, and that motor_baud and motor_firmware are its own")
    }

    private func garbled(_ bytes: some Sequence<UInt8>) -> StageError {
        let shown = String(
            String.UnicodeScalarView(bytes.prefix(20).map { (32...126).contains($0) ? UnicodeScalar($0) : "?" }))
        return StageError(
            .nonsense, "the motor at \(device) answers what no controller does: \"\(shown)\"",
            hint: "check that motor_baud is its own and the line is not disturbed")
    }
}
