internal import ArgumentParser
internal import Foundation
internal import Simulation

/// A motor to try a daemon with.
struct SimulateMotor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stand in for a stage's controller on a pseudo-terminal, until it is interrupted.",
        discussion: """
            Name the link as `motor` in the daemon's configuration. With --cut-after the line is cut once, and comes back a \
            second later, as when a plug is pulled.
            """)

    @Option(help: "Where the pseudo-terminal is found: a symbolic link, made anew.")
    var link: String

    @Option(help: "grbl or marlin.")
    var firmware = SimulatedController.Firmware.grbl

    @Option(help: ArgumentHelp("That a drive loses when it turns round.", valueName: "um"))
    var backlash = 3.0

    @Option(help: ArgumentHelp("Speed.", valueName: "um/s"))
    var speed = 20_000.0

    @Option(help: ArgumentHelp("Cut the line after so many moves.", valueName: "moves"))
    var cutAfter: Int?

    func validate() throws {
        guard (0...1000).contains(backlash), (1...1e6).contains(speed), cutAfter ?? 1 >= 1 else {
            throw ValidationError("--backlash must lie in 0 to 1000, --speed in 1 to 1000000, --cut-after from 1 on")
        }
    }

    func run() async throws {
        var settings = SimulatedController.Settings(link: link)
        settings.firmware = firmware
        settings.backlashMicrometres = backlash
        settings.micrometresPerSecond = speed
        let controller = SimulatedController(settings)
        if let cutAfter { controller.fail(.cut, afterMoves: cutAfter) }
        print("a \(firmware.rawValue) controller at \(link)")
        var isWhole = cutAfter == nil
        while !Task.isCancelled {
            try await Task.sleep(for: .milliseconds(200))
            if !isWhole, let cutAfter, controller.moves >= cutAfter, controller.isCut {
                try await Task.sleep(for: .seconds(1))
                controller.mend()
                isWhole = true
            }
        }
    }
}

extension SimulatedController.Firmware: ExpressibleByArgument {}
