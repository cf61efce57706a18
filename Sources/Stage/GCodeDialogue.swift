internal import Quantities

/// One side of the talk with a controller of GRBL's or Marlin's kind: lines of G-code, each answered by `ok`, `error:` or
/// `ALARM:`. Blocks its thread. Any answer that is none ends in an error, and then whoever calls sends ``halt()``.
struct GCodeDialogue {
    let line: SerialLine
    let configuration: StageConfiguration
    /// False once somebody wants it to stop.
    let isWanted: () -> Bool

    /// What a status report says.
    struct Status {
        /// `Idle`, `Run`, `Hold`, `Alarm`, ...; `Idle` of firmware that does not tell.
        var state: String
        var position: StagePosition
    }

    /// Places differ from what was asked by rounding to steps, in µm.
    private static let tolerance = 2.0

    /// Wakes the controller and puts it into millimetres and absolute places.
    func begin() throws(StageError) {
        // Boards that start when the line opens say so within two seconds; others are silent.
        let deadline = ContinuousClock.now + .milliseconds(300)
        while let greeting = try line.line(until: deadline, while: isWanted) { _ = greeting }
        let status = try status()
        if status.state == "Alarm" { throw alarm("it is in alarm") }
        try command("G21")
        try command("G90")
    }

    func status() throws(StageError) -> Status {
        switch configuration.firmware {
        case .grbl:
            // A byte of its own, which is answered at any time.
            try line.write(Array("?".utf8), until: .now + configuration.patience)
            while true {
                let answer = try next()
                if answer.hasPrefix("<") { return try grblStatus(answer) }
                try pass(answer)
            }
        case .marlin:
            try line.write(Array("M114\n".utf8), until: .now + configuration.patience)
            var position: StagePosition?
            while true {
                let answer = try next()
                if answer.hasPrefix("X:") {
                    position = try marlinPosition(answer)
                } else if isOK(answer) {
                    guard let position else { throw nonsense(answer) }
                    return Status(state: "Idle", position: position)
                } else {
                    try pass(answer)
                }
            }
        }
    }

    /// One line of G-code that is answered by ok.
    func command(_ text: String, patience: Duration? = nil) throws(StageError) {
        try line.write(Array((text + "\n").utf8), until: .now + configuration.patience)
        while true {
            let answer = try next(patience)
            if isOK(answer) { return }
            try pass(answer)
        }
    }

    /// On a straight line, until it stands there.
    func move(to target: [StageAxis: Double], from here: StagePosition) throws(StageError) {
        var words = "", longest = 0.0, distance = 0.0
        for axis in StageAxis.allCases {
            guard let place = target[axis] else { continue }
            words += " \(axis.rawValue.uppercased())\(decimal(configuration.millimetres(axis, place)))"
            let steps = abs(place - here[axis])
            longest = max(longest, steps)
            distance += configuration.millimetres(axis, steps) * configuration.millimetres(axis, steps)
        }
        let seconds = max(longest / configuration.micrometresPerSecond, 1e-3)
        // Of all axes together, in the controller's own millimetres a minute.
        let feed = max(distance.squareRoot() / seconds * 60, 0.01)
        let limit = configuration.patience + .seconds(2 * seconds + 1)
        try command("G1\(words) F\(decimal(feed))", patience: limit)
        switch configuration.firmware {
        case .marlin: try command("M400", patience: limit)
        case .grbl:
            let deadline = ContinuousClock.now + limit
            while true {
                let status = try status()
                if status.state == "Idle" { break }
                guard ["Run", "Jog"].contains(status.state) else {
                    if status.state == "Alarm" { throw alarm("it is in alarm") }
                    throw StageError(
                        .refused, "the motor at \(configuration.device) does not move: it says \(status.state)",
                        hint: "look at the controller: a door, a held feed")
                }
                guard ContinuousClock.now < deadline else { throw late(target, status.position) }
            }
        }
        let there = try status().position
        for (axis, place) in target where abs(there[axis] - place) > Self.tolerance { throw late(target, there) }
    }

    /// Tells the controller to stop, whatever it is doing; no answer is waited for.
    func halt() {
        let deadline = ContinuousClock.now + .milliseconds(200)
        switch configuration.firmware {
        case .grbl:
            // Feed hold keeps the position; the reset behind it forgets the rest of the way.
            try? line.write(Array("!".utf8), until: deadline)
            _ = try? line.line(until: .now + .milliseconds(150), while: { true })
            try? line.write([0x18], until: deadline)
        case .marlin:
            try? line.write(Array("M410\n".utf8), until: deadline)
        }
    }

    // MARK: Answers

    /// What is sent without being asked for, and goes by: greetings, messages, word that it is busy.
    private static let asides = [
        "Grbl", "[", "echo:", "start", "//", "Marlin", " T:", "T:", "Count", "<", "Cap:", "FIRMWARE_NAME",
    ]

    private func next(_ patience: Duration? = nil) throws(StageError) -> String {
        let deadline = ContinuousClock.now + (patience ?? configuration.patience)
        while true {
            guard let answer = try line.line(until: deadline, while: isWanted) else { throw line.silence() }
            if !answer.isEmpty { return answer }
        }
    }

    private func isOK(_ answer: String) -> Bool { answer == "ok" || answer.hasPrefix("ok ") }

    /// Lets an aside go by, and throws for all else.
    private func pass(_ answer: String) throws(StageError) {
        let device = configuration.device
        if answer.hasPrefix("ALARM:") { throw alarm("it says \(answer)") }
        if answer.lowercased().hasPrefix("error:") {
            throw StageError(
                .refused, "the motor at \(device) refuses: \(answer)",
                hint: "look up the number in the manual of its firmware, and check the limits in the configuration")
        }
        guard Self.asides.contains(where: answer.hasPrefix) else { throw nonsense(answer) }
    }

    private func nonsense(_ answer: String) -> StageError {
        StageError(
            .nonsense, "the motor at \(configuration.device) answers what no controller does: \"\(answer.prefix(40))\"",
            hint: "check that motor_baud and motor_firmware are its own")
    }

    private func alarm(_ what: String) -> StageError {
        StageError(
            .alarm, "the motor at \(configuration.device) has stopped by itself: \(what)",
            hint: "it ran against a limit or lost its place: free it, and unlock or home it")
    }

    private func late(_ target: [StageAxis: Double], _ there: StagePosition) -> StageError {
        let places = StageAxis.allCases.compactMap { axis in
            target[axis].map { "\(axis.rawValue) = \(rounded(there[axis])) um instead of \(rounded($0)) um" }
        }
        return StageError(
            .notArrived, "the motor at \(configuration.device) did not arrive: \(places.joined(separator: ", "))",
            hint: "something may be in its way, or its own limits are narrower than the configured ones")
    }

    /// `<Idle|MPos:0.000,0.000,0.000|FS:0,0>`
    private func grblStatus(_ answer: String) throws(StageError) -> Status {
        guard answer.hasSuffix(">") else { throw nonsense(answer) }
        let parts = answer.dropFirst().dropLast().split(separator: "|")
        guard let state = parts.first?.split(separator: ":").first,
            let places = parts.first(where: { $0.hasPrefix("MPos:") || $0.hasPrefix("WPos:") })
        else { throw nonsense(answer) }
        let numbers = places.dropFirst(5).split(separator: ",").compactMap { Double($0) }
        guard numbers.count >= 3, numbers.allSatisfy(\.isFinite) else { throw nonsense(answer) }
        return Status(state: String(state), position: position(numbers))
    }

    /// `X:0.00 Y:0.00 Z:0.00 E:0.00 Count X:0 Y:0 Z:0`
    private func marlinPosition(_ answer: String) throws(StageError) -> StagePosition {
        var numbers: [Double] = []
        for (word, name) in zip(answer.split(separator: " "), ["X:", "Y:", "Z:"]) {
            guard word.hasPrefix(name), let number = Double(word.dropFirst(2)), number.isFinite else {
                throw nonsense(answer)
            }
            numbers.append(number)
        }
        guard numbers.count == 3 else { throw nonsense(answer) }
        return position(numbers)
    }

    private func position(_ millimetres: [Double]) -> StagePosition {
        var position = StagePosition()
        for (axis, value) in zip(StageAxis.allCases, millimetres) {
            position[axis] = configuration.micrometres(axis, value)
        }
        return position
    }

    /// Four decimals: a tenth of a µm where a millimetre is one.
    private func decimal(_ value: Double) -> String {
        let units = Int(saturating: (abs(value) * 10_000).rounded())
        let part = String(units % 10_000)
        return
            "\(value < 0 && units > 0 ? "-" : "")\(units / 10_000).\(String(repeating: "0", count: 4 - part.count))\(part)"
    }
}
