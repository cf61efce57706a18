internal import Acquisition
internal import ArgumentParser
internal import ControlServer
internal import Foundation
internal import Quantities
internal import TOMLKit

/// Options as they may be written on the command line; the same names, with underscores, are the keys of the
/// configuration file, and upper-case with `NEURALLENS_` before them the environment variables.
struct SettingOptions: ParsableArguments {
    @Option(help: "simulated[:SEED], folder:DIR, or a V4L2 device such as /dev/video0.")
    var camera: String?

    @Option(help: "Folder of the lens.")
    var lens: String?

    @Option(name: .customLong("nm-per-pixel"), help: "Scale of the camera's own pixels in the object plane.")
    var nmPerPixel: Double?

    @Option(help: "Folder of the database.")
    var stateDir: String?

    @Option(help: "Path of the control socket.")
    var socket: String?

    @Option(help: "Serve the page at this address too: 127.0.0.1:PORT. (default: off)")
    var http: String?

    @Flag(help: "Let --http name an address that other machines reach. The page is not encrypted.")
    var httpAllowRemote = false

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?
}

/// What the daemon runs with: options win over the environment, over the file, over the defaults.
struct Settings {
    static let defaultFile = "/etc/neurallens/neurallensd.toml"

    var microscope: MicroscopeConfiguration
    var socketPath: String
    /// Where the page is served over TCP; nil: nowhere.
    var page: PageAddress?
    var logLevel: String

    /// - Parameter file: named on the command line, and then it must exist; nil looks for the default file.
    init(options: SettingOptions, file: String?, environment: [String: String]) throws {
        let path = file ?? environment["NEURALLENS_CONFIG"]
        let table = try Self.table(path ?? Self.defaultFile, mustExist: path != nil)
        func text(_ option: String?, _ key: String) throws -> String? {
            if let option { return option }
            if let value = environment["NEURALLENS_" + key.uppercased()], !value.isEmpty { return value }
            guard let value = table?[key] else { return nil }
            guard let string = value.string else {
                throw ValidationError("\(key) in \(path ?? Self.defaultFile) must be a string in quotes")
            }
            return string
        }
        func number(_ option: Double?, _ key: String) throws -> Double? {
            if let option { return option }
            if let value = environment["NEURALLENS_" + key.uppercased()], !value.isEmpty {
                guard let number = Double(value) else {
                    throw ValidationError("NEURALLENS_\(key.uppercased()) must be a number, not \"\(value)\"")
                }
                return number
            }
            guard let value = table?[key] else { return nil }
            guard let number = value.double ?? value.int.map(Double.init) else {
                throw ValidationError("\(key) in \(path ?? Self.defaultFile) must be a number")
            }
            return number
        }
        func flag(_ option: Bool, _ key: String) throws -> Bool {
            if option { return true }
            if let value = environment["NEURALLENS_" + key.uppercased()], !value.isEmpty {
                guard let flag = Bool(value) else {
                    throw ValidationError("NEURALLENS_\(key.uppercased()) must be true or false, not \"\(value)\"")
                }
                return flag
            }
            guard let value = table?[key] else { return false }
            guard let flag = value.bool else {
                throw ValidationError("\(key) in \(path ?? Self.defaultFile) must be true or false")
            }
            return flag
        }
        let nmPerPixel = try number(options.nmPerPixel, "nm_per_pixel")
        if let fault = Quantity.scale.fault(nmPerPixel, name: "nm_per_pixel") {
            throw ValidationError("\(fault.detail); \(fault.hint)")
        }
        microscope = MicroscopeConfiguration(
            camera: try text(options.camera, "camera") ?? "simulated",
            lensFolder: try text(options.lens, "lens") ?? Self.installedLens,
            nmPerPixel: nmPerPixel,
            stateDirectory: try text(options.stateDir, "state_dir") ?? environment["STATE_DIRECTORY"]
                ?? "/var/lib/neurallens",
            threads: ProcessInfo.processInfo.activeProcessorCount)
        socketPath = try text(options.socket, "socket") ?? "/run/neurallens/control.sock"
        let isRemoteAllowed = try flag(options.httpAllowRemote, "http_allow_remote")
        if let address = try text(options.http, "http"), !address.isEmpty {
            do {
                page = try PageAddress(parsing: address, allowingRemote: isRemoteAllowed)
            } catch {
                throw ValidationError("\(error)")
            }
        }
        logLevel = try text(options.logLevel, "log_level") ?? "info"
        let known = ["camera", "lens", "nm_per_pixel", "state_dir", "socket", "http", "http_allow_remote", "log_level"]
        if let unknown = table?.keys.first(where: { !known.contains($0) }) {
            throw ValidationError(
                "\(path ?? Self.defaultFile) has the unknown key \(unknown); known are \(known.joined(separator: ", "))"
            )
        }
    }

    /// The lens that was installed beside this program, if it was.
    private static var installedLens: String? {
        guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            return nil
        }
        let folder = URL(fileURLWithPath: program).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("share/neurallens/lenses/iva-galanthus").path
        return FileManager.default.fileExists(atPath: folder + "/lens.json") ? folder : nil
    }

    private static func table(_ path: String, mustExist: Bool) throws -> TOMLTable? {
        guard mustExist || FileManager.default.fileExists(atPath: path) else { return nil }
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw ValidationError("\(path) cannot be read: \(error.localizedDescription)")
        }
        do {
            return try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw ValidationError(
                "\(path), line \(error.source.begin.line): \(error.description)")
        }
    }
}
