internal import ControlAPI
package import Foundation
internal import Grains
internal import Imaging
internal import Logging
internal import Quantities
internal import SlideStore

/// Measures what a slide of many fields costs: each field is stored as the camera's queue stores it, gets the grains that
/// were drawn in place of a lens's, and is surveyed by the daemon's own survey; then the slide is asked as clients ask.
package struct SlideBenchmark: Sendable {
    package enum Layout: String, Sendable, CaseIterable {
        /// No two fields show the same.
        case apart
        /// A serpentine of fields that share 15 % of a side with their neighbours.
        case overlapping
        /// As `apart`, each captured twice in a row, a few pixels beside itself.
        case twice
    }

    package let layout: Layout
    package let fields: Int
    package let width: Int
    package let height: Int
    /// Processor time of each capture, from the stored input to the surveyed field, drawing not counted.
    package private(set) var captureProcessorSeconds: [Double] = []
    /// Time until the field is surveyed.
    package private(set) var captureSeconds: [Double] = []
    /// Time of each answer on the full slide.
    package private(set) var countsSeconds = 0.0
    package private(set) var fieldsSeconds = 0.0
    package private(set) var mapSeconds = 0.0
    /// From the start of a daemon on the full slide until it is ready, and until counts hold a further field.
    package private(set) var readySeconds = 0.0
    package private(set) var nextCountsSeconds = 0.0
    /// Of the file, in bytes.
    package private(set) var fileBytes = 0
    /// True grains that a field shows and its border rule lets count; grains counted; doubles found.
    package private(set) var trueGrains = 0
    package private(set) var countedGrains = 0
    package private(set) var doubles = 0
    package private(set) var placedFields = 0

    private let slide: DrawnSlide
    private let store: SlideStore

    /// - Parameters:
    ///   - folder: on the disk to be measured; what is made in it is removed at the end.
    ///   - isMapped: whether the map is drawn.
    ///   - progress: called with the number of fields surveyed.
    package static func run(
        in folder: URL, _ layout: Layout, fields: Int, width: Int, height: Int, isMapped: Bool,
        progress: (Int) -> Void
    ) async throws -> SlideBenchmark {
        let place = folder.appendingPathComponent("slide-benchmark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let configuration = MicroscopeConfiguration(
            camera: "simulated:1", lensFolder: nil, nmPerPixel: nil, stateDirectory: place.path, threads: 1)
        var logger = Logger(label: "benchmark", factory: { _ in SwiftLogNoOpLogHandler() })
        logger.logLevel = .critical

        var microscope = try await Microscope(configuration: configuration, logger: logger)
        try await microscope.start()
        // The field of view of the shipped lens's camera, 230 µm wide.
        var result = SlideBenchmark(
            layout: layout, fields: fields, width: width, height: height,
            slide: DrawnSlide(width: width, height: height, nmPerPixel: 180 * 1280 / Double(width)),
            store: microscope.store)
        let owner = try await result.store.createSlide(name: "benchmark", note: "", by: .current)
        var countable: Set<Int> = []
        for number in 0..<fields {
            try await result.capture(number, of: owner, microscope, &countable)
            progress(number + 1)
        }
        result.trueGrains = countable.count

        let clock = ContinuousClock()
        var start = clock.now
        let counts = try await microscope.counts(ofSlide: owner.name, untilPrecision: nil)
        result.countsSeconds = start.duration(to: clock.now).seconds
        (result.countedGrains, result.doubles) = (counts.total, counts.doubles)
        start = clock.now
        let places = try await microscope.placements(ofSlide: owner.name)
        result.fieldsSeconds = start.duration(to: clock.now).seconds
        result.placedFields = places.fields.count(where: \.isPlaced)
        if isMapped {
            start = clock.now
            _ = try await microscope.map(ofSlide: owner.name)
            result.mapSeconds = start.duration(to: clock.now).seconds
        }
        await microscope.stop(patience: .seconds(10))
        let attributes = try FileManager.default.attributesOfItem(atPath: place.path + "/slides.sqlite")
        result.fileBytes = (attributes[.size] as? Int) ?? 0

        start = clock.now
        microscope = try await Microscope(configuration: configuration, logger: logger)
        try await microscope.start()
        result.readySeconds = start.duration(to: clock.now).seconds
        var restarted = SlideBenchmark(
            layout: layout, fields: fields, width: width, height: height, slide: result.slide, store: microscope.store)
        try await restarted.capture(fields, of: owner, microscope, &countable)
        start = clock.now
        _ = try await microscope.counts(ofSlide: owner.name, untilPrecision: nil)
        result.nextCountsSeconds = restarted.captureSeconds[0] + start.duration(to: clock.now).seconds
        await microscope.stop(patience: .seconds(10))
        return result
    }

    private init(layout: Layout, fields: Int, width: Int, height: Int, slide: DrawnSlide, store: SlideStore) {
        self.layout = layout
        self.fields = fields
        self.width = width
        self.height = height
        self.slide = slide
        self.store = store
    }

    /// Upper left corner in µm.
    private func corner(_ number: Int) -> SIMD2<Double> {
        let size = slide.sizeMicrometres
        let place = layout == .twice ? number / 2 : number
        let columns = max(1, Int(saturating: Double(fields).squareRoot().rounded(.up)))
        let row = place / columns
        let column = row % 2 == 0 ? place % columns : columns - 1 - place % columns
        let pace = layout == .overlapping ? 0.85 : 1.25
        let aside = layout == .twice && number % 2 == 1 ? SIMD2(0.7, -0.4) : .zero
        return SIMD2(Double(column), Double(row)) * size * pace + aside
    }

    private mutating func capture(
        _ number: Int, of owner: Slide, _ microscope: Microscope, _ countable: inout Set<Int>
    ) async throws {
        let field = slide.field(at: corner(number), capture: number)
        countable.formUnion(field.grains.filter { $0.grain.rejection == nil }.map(\.id))
        let png = try PNG.encode(field.picture)
        let input = CaptureInput(
            png: png, width: width, height: height,
            scale: FieldScale(nmPerPixel: slide.nmPerPixel, origin: "benchmark"), source: "benchmark", origin: "",
            wireFormat: "PNG", bitDepth: 8, sequence: UInt32(number), controls: [:],
            frames: .init(sequenceGaps: 0, errorFlagged: 0, discardedBeforeTrigger: 0), capturedAt: Date(),
            exposedAtMonotonicNanoseconds: 0)
        let results = CaptureResults(
            pictures: [], grains: field.grains.map(\.grain),
            lens: LensIdentity(name: "benchmark", sha256: String(repeating: "0", count: 64)),
            engineVersion: Microscope.version,
            settings: [[String: Setting].borderRule: .text(BorderRule.twoEdges.rawValue)], stageSeconds: [:])
        let (start, before) = (ContinuousClock.now, Self.processorSeconds)
        let id = try await store.storeInput(input, slide: owner.id, by: .current).id
        let done = try await store.finish(id, with: results)
        await microscope.hear(.ended(done))
        await microscope.survey.settled(owner.id)
        captureProcessorSeconds.append(Self.processorSeconds - before)
        captureSeconds.append(start.duration(to: .now).seconds)
    }

    private static var processorSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
