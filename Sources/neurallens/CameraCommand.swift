import ArgumentParser
import ControlClient

struct CameraCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "camera", abstract: "Look at the camera and set its controls.",
        subcommands: [Show.self, Modes.self, Controls.self, Set.self])

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
