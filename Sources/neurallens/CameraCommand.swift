import ArgumentParser
import ControlAPI
import ControlClient

struct CameraCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "camera",
        abstract: "Look at the camera, set its mode and controls, calibrate it, and even out its light.",
        subcommands: [
            Show.self, Modes.self, Mode.self, Controls.self, Set.self, Calibrate.self, Objectives.self, Objective.self,
            FlatField.self, FlatFields.self,
        ])

    struct Show: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "Show the source of frames and its state.")

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let camera = try client.camera()
            try show(camera, Presentation.camera(camera))
        }
    }

    struct Modes: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "List the formats and sizes the camera offers.")

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let modes = try client.cameraModes()
            try show(modes, Presentation.modes(modes))
        }
    }

    struct Mode: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set format, size and rate of the camera's frames.",
            discussion: """
                The camera keeps the mode, also after it was unplugged and after a restart of the daemon, until another is \
                set. A calibration holds for frames of the size that it was made with: at another size the scale is not \
                known until the objective is calibrated there too.
                """)

        @Argument(
            help: ArgumentHelp(
                "One that neurallens camera modes lists, as in BA81:1280x1024 or BA81:1280x1024@15.",
                valueName: "fourcc:widthxheight[@rate]"))
        var mode: String?

        @Flag(help: "Let the program choose again: the best format that the camera offers, as large as it goes.")
        var automatic = false

        @OptionGroup var options: GlobalOptions

        private var choice: CameraModeChoice? {
            automatic ? .automatic : mode.flatMap { CameraModeChoice(parsing: $0) }
        }

        func validate() throws {
            guard automatic == (mode == nil) else { throw ValidationError("Give a mode or --automatic.") }
            guard let choice else {
                throw ValidationError("A mode is written FOURCC:WIDTHxHEIGHT[@RATE], not \"\(visible(mode ?? ""))\".")
            }
            if let fault = choice.fault { throw ValidationError("\(visible(fault.description)).") }
        }

        func run(_ client: ControlClient) throws(ControlClientError) {
            let camera = try client.setCameraMode(choice ?? .automatic)
            try show(camera, Presentation.camera(camera))
        }
    }

    struct Controls: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "List the camera's controls.")

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let controls = try client.cameraControls()
            try show(controls, Presentation.controls(controls))
        }
    }

    struct Set: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set a control of the camera.",
            discussion: "VALUE is a number, on or off, or the label of a menu's item.")

        @Argument(help: ArgumentHelp("Control and value.", valueName: "name=value"))
        var assignment: Assignment

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let control = try client.setCameraControl(assignment.name, to: assignment.value)
            try show(control, Presentation.controls([control]))
        }
    }

    struct Calibrate: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Record the scale of an objective and put it in use.",
            discussion: """
                Give the scale in one of three ways: the sensor's pixel pitch and the magnification; the distance of a \
                stage micrometer's lines, which the camera must show now; or nm per pixel. Earlier calibrations and \
                captures stay as they are.
                """)

        @Option(help: ArgumentHelp("Name of the objective, as in 20x.", valueName: "name"))
        var objective: String

        @Option(
            name: .customLong("pixel-pitch-um"), parsing: .unconditional,
            help: ArgumentHelp("Distance of the sensor's pixels, with --magnification.", valueName: "pitch"))
        var pixelPitchUm: Double?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("Between slide and sensor, adapter included.", valueName: "factor"))
        var magnification: Double?

        @Option(help: ArgumentHelp("Sensor pixels to a picture's pixel, along one side.", valueName: "n"))
        var binning: Int?

        @Option(
            name: .customLong("stage-micrometer-um"), parsing: .unconditional,
            help: ArgumentHelp("Distance of the lines of the stage micrometer in view.", valueName: "division"))
        var stageMicrometerUm: Double?

        @Option(
            name: .customLong("nm-per-pixel"), parsing: .unconditional,
            help: ArgumentHelp("Scale of the camera's own pixels in the object plane.", valueName: "scale"))
        var nmPerPixel: Double?

        @Option(help: ArgumentHelp("A remark kept with the calibration.", valueName: "text"))
        var note: String?

        @OptionGroup var options: GlobalOptions

        private var request: CalibrationRequest {
            CalibrationRequest(
                objective: objective, pixelPitchUm: pixelPitchUm, magnification: magnification, binning: binning,
                stageMicrometerDivisionUm: stageMicrometerUm, nmPerPixel: nmPerPixel, note: note)
        }

        func validate() throws {
            if let fault = request.fault { throw ValidationError("\(visible(fault.description)).") }
        }

        func run(_ client: ControlClient) throws(ControlClientError) {
            let calibration = try client.calibrate(request)
            try show(calibration, Presentation.calibration(calibration))
        }
    }

    struct FlatField: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the empty glass under the objective, by which new captures are divided.",
            discussion: """
                Move to a place of the slide where nothing lies first. The mean of several frames holds the light's fall-off and tint and \
                the dust on camera and optics; fields are stored as the camera gave them and divided by it when they are analysed, \
                also later again. It is of the objective in use and of frames of this size. A capture says so when its light does not \
                fit any more.
                """)

        @Option(help: ArgumentHelp("Frames that it is the mean of, 1 to 256.", valueName: "count"))
        var frames = FlatFieldRequest.usualFrames

        @Flag(help: "Divide fields by none from now on.")
        var none = false

        @OptionGroup var options: GlobalOptions

        private var request: FlatFieldRequest { FlatFieldRequest(frames: none ? 0 : frames) }

        func validate() throws {
            guard none || frames > 0 else { throw ValidationError("--frames is 1 to 256; --none divides by none.") }
            if let fault = request.fault { throw ValidationError("\(visible(fault.description)).") }
        }

        func run(_ client: ControlClient) throws(ControlClientError) {
            let flat = try client.takeFlatField(request)
            try show(flat, Presentation.flatField(flat))
        }
    }

    struct FlatFields: ClientCommand {
        static let configuration = CommandConfiguration(abstract: "List the flat fields, and which is in use.")

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let flats = try client.flatFields()
            try show(flats, Presentation.flatFields(flats))
        }
    }

    struct Objectives: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the calibrated objectives with their scales.")

        @Flag(help: "List earlier calibrations too.")
        var history = false

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            var calibrations = try client.calibrations()
            if !history {
                var latest: [String: Int64] = [:]
                for calibration in calibrations { latest[calibration.objective] = calibration.id }
                calibrations = calibrations.filter { latest[$0.objective] == $0.id }
            }
            try show(calibrations, Presentation.calibrations(calibrations))
        }
    }

    struct Objective: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put an objective in use: captures get its scale from here on.")

        @Argument(help: "Name of the objective; see neurallens camera objectives.")
        var name: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let calibration = try client.use(objective: name)
            try show(calibration, Presentation.calibration(calibration))
        }
    }

    struct Assignment: ExpressibleByArgument {
        let name: String
        let value: String

        init?(argument: String) {
            let sides = argument.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else { return nil }
            name = String(sides[0])
            value = String(sides[1])
        }
    }
}
