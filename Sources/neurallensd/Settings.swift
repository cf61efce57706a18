internal import Acquisition
internal import ArgumentParser
internal import Configuration
internal import ControlServer
internal import Foundation
internal import Quantities

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

    @Option(help: "Folder that slides are archived in, often on another disk. (default: none)")
    var archive: String?

    @Option(help: "Days after which the pictures of a slide are removed; its counts stay. (default: never)")
    var keepPicturesDays: Double?

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
    /// - Throws: `ValidationError`.
    init(options: SettingOptions, file: String?, environment: [String: String]) throws {
        do {
            self = try Self(options, file, environment)
        } catch let error as ConfigurationError {
            throw ValidationError(error.description)
        }
    }

    private init(_ options: SettingOptions, _ file: String?, _ environment: [String: String]) throws {
        let configuration = try Self.configuration(file ?? environment["NEURALLENS_CONFIG"])
        func variable(_ key: String) -> String? {
            environment["NEURALLENS_" + key.uppercased()].flatMap { $0.isEmpty ? nil : $0 }
        }
        func text(_ option: String?, _ key: String) throws -> String? {
            try option ?? variable(key) ?? configuration?.text(key)
        }
        func number(_ option: Double?, _ key: String) throws -> Double? {
            if let option { return option }
            guard let value = variable(key) else { return try configuration?.number(key) }
            guard let number = Double(value) else {
                throw ValidationError("NEURALLENS_\(key.uppercased()) must be a number, not \"\(value)\"")
            }
            return number
        }
        func flag(_ option: Bool, _ key: String) throws -> Bool {
            if option { return true }
            guard let value = variable(key) else { return try configuration?.flag(key) ?? false }
            guard let flag = Bool(value) else {
                throw ValidationError("NEURALLENS_\(key.uppercased()) must be true or false, not \"\(value)\"")
            }
            return flag
        }
        let nmPerPixel = try number(options.nmPerPixel, "nm_per_pixel")
        if let fault = Quantity.scale.fault(nmPerPixel, name: "nm_per_pixel") {
            throw ValidationError("\(fault.detail); \(fault.hint)")
        }
        let archive = try text(options.archive, "archive")
        if let archive, !archive.isEmpty, !archive.hasPrefix("/") {
            throw ValidationError("archive must be a path that begins with /, not \"\(archive)\"")
        }
        let days = try number(options.keepPicturesDays, "keep_pictures_days")
        if let days, !(1...100_000).contains(days) || days != days.rounded() {
            throw ValidationError("keep_pictures_days is \(days), and must be a whole number of days, 1 to 100000")
        }
        microscope = MicroscopeConfiguration(
            camera: try text(options.camera, "camera") ?? "simulated",
            lensFolder: try text(options.lens, "lens") ?? Self.installedLens,
            nmPerPixel: nmPerPixel,
            stateDirectory: try text(options.stateDir, "state_dir") ?? environment["STATE_DIRECTORY"]
                ?? "/var/lib/neurallens",
            threads: ProcessInfo.processInfo.activeProcessorCount, archiveFolder: archive,
            keepPicturesDays: days.map { Int($0) }, motor: try configuration?.motor())
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
    }

    /// The lens that was installed beside this program, if it was.
    private static var installedLens: String? {
        guard let programs = ProgramFolder.url else { return nil }
        let folder = programs.deletingLastPathComponent()
            .appendingPathComponent("share/neurallens/lenses/iva-galanthus").path
        return FileManager.default.fileExists(atPath: folder + "/lens.json") ? folder : nil
    }

    /// - Parameter path: nil for the default file, which need not be there.
    private static func configuration(_ path: String?) throws -> ConfigurationFile? {
        guard path != nil || FileManager.default.fileExists(atPath: defaultFile) else { return nil }
        return try ConfigurationFile(path: path ?? defaultFile)
    }
}
