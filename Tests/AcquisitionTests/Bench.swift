import Acquisition
import ControlAPI
import Foundation
import Imaging
import Logging
import Simulation

/// A microscope in a folder of its own, with the small lens of `Tests/Fixtures` and pictures of the simulated one.
final class Bench {
    static let peer = Peer(uid: 1000, gid: 1000, pid: 42)
    static let lensFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/lenses/small").path

    let folder: URL
    var configuration: MicroscopeConfiguration

    /// Two fields of seed 11, drawn once for all tests.
    private static let drawn = Result {
        let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent(
            "acquisition-fields-\(getpid())")
        try DataSet(seed: 11, view: .camera, fields: 0..<2).write(to: folder.path)
        return folder
    }

    /// - Parameter fields: fields that the folder camera gives, 0...2.
    init(fields: Int = 1) throws {
        folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("acquisition-\(UUID().uuidString)")
        let pictures = folder.appendingPathComponent("pictures")
        try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: true)
        configuration = MicroscopeConfiguration(
            camera: "folder:\(pictures.path)", lensFolder: Self.lensFolder, nmPerPixel: 180,
            stateDirectory: folder.path, threads: 2)
        for name in (0..<fields).map({ "00000\($0).png" }) + ["truth.json"] {
            try FileManager.default.copyItem(at: Self.drawn.get().appendingPathComponent(name), to: picture(name))
        }
    }

    /// A microscope whose folder camera gives the six fields of a slide, 3 x 2 that share a quarter with their neighbours,
    /// and then the first again.
    init(scan: Void) throws {
        folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("acquisition-\(UUID().uuidString)")
        let pictures = folder.appendingPathComponent("pictures")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: Self.scanned.get(), to: pictures)
        configuration = MicroscopeConfiguration(
            camera: "folder:\(pictures.path)", lensFolder: Self.lensFolder, nmPerPixel: 180,
            stateDirectory: folder.path, threads: 2)
    }

    /// Drawn once for all tests.
    private static let scanned = Result {
        var layout = SimulatedSlide.Layout()
        (layout.columns, layout.rows, layout.overlap) = (3, 2, 0.25)
        let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("acquisition-scan-\(getpid())")
        try SimulatedSlide(seed: 3, layout: layout).write(to: folder.path)
        return folder
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func picture(_ name: String) -> URL { folder.appendingPathComponent("pictures/\(name)") }

    func truth() throws -> Truth { try JSONDecoder().decode(Truth.self, from: Data(contentsOf: picture("truth.json"))) }

    func open() async throws -> Microscope {
        let microscope = try await Microscope(configuration: configuration, logger: Self.logger)
        try await microscope.start()
        return microscope
    }

    /// A slide with one field counted.
    func counted(fields: Int = 1) async throws -> Microscope {
        let microscope = try await open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Self.peer)
        _ = try await microscope.captured(fields, slide: "s")
        return microscope
    }

    static var logger: Logger {
        var logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        logger.logLevel = .critical
        return logger
    }
}

extension Microscope {
    /// Captures and waits for the end of the job, and until the slide is surveyed.
    func captured(_ count: Int = 1, slide: String) async throws -> CaptureJob {
        try await captured(CaptureRequest(slide: slide, count: count))
    }

    @discardableResult
    func captured(_ request: CaptureRequest) async throws -> CaptureJob {
        var job = try await startCaptures(request, by: Bench.peer)
        while !job.state.isFinal { job = try await self.job(job.id, after: job.revision, timeout: .seconds(60)) }
        try await surveyed(slide: request.slide, timeout: .seconds(60))
        return job
    }
}
