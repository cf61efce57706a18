internal import ArgumentParser
internal import Camera
internal import Foundation

/// Captures from a camera without a daemon and describes what came.
struct ProbeCamera: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "camera-probe",
        abstract: "Capture from a V4L2 device and print mode, timestamps and mean colours as JSON.")

    @Argument(help: "/dev/video0, or a path under /dev/v4l.")
    var device: String

    @Option(help: "FourCC of the wire format: BA81, YUYV, MJPG, ...")
    var format: String?

    @Option(help: "WIDTHxHEIGHT.")
    var size: String?

    @Option(help: "Triggered captures to make.")
    var frames = 1

    @Option(name: .customLong("set"), help: "NAME=VALUE of a control to set first; may be repeated.")
    var settings: [String] = []

    @Option(help: "Seconds to wait for the device at the start and after an error.")
    var patience = 10.0

    @Option(name: [.customShort("o"), .long], help: "Folder for the frames as PNG; made if it is not there.")
    var output: String?

    func run() async throws {
        var configuration = CameraConfiguration()
        configuration.fourcc = format
        if let size {
            let sides = size.split(separator: "x").map { Int($0) }
            guard sides.count == 2, let width = sides[0], let height = sides[1], width > 0, height > 0 else {
                throw ValidationError("--size must be WIDTHxHEIGHT, not \"\(size)\"")
            }
            configuration.width = width
            configuration.height = height
        }
        let values = try settings.map { text in
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let value = Int64(parts[1]) else {
                throw ValidationError("--set must be NAME=VALUE, not \"\(text)\"")
            }
            return (name: String(parts[0]), value: value)
        }
        guard frames > 0, patience >= 0 else {
            throw ValidationError("--frames must be at least 1 and --patience not negative")
        }
        do {
            if let output { try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true) }
            let report = try await CameraProbe.run(
                device: device, configuration: configuration, settings: values, frames: frames,
                patience: .seconds(patience), output: output)
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
            if report.captures.allSatisfy({ $0.frame == nil }) { throw ExitCode(1) }
        } catch let error as CameraError {
            throw fail(error.message, hint: error.hint)
        }
    }
}
