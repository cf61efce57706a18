package import ControlAPI
internal import Dispatch
internal import Foundation
internal import Grains
internal import Imaging
internal import Lens
internal import Logging
internal import Mosaic
internal import Quantities
internal import SlideStore
internal import Synchronization

/// A slide is a place: where its fields lie, which grains they show twice, and what is dirt on the sensor.
extension Microscope {
    private static let placedSlidesKept = 4

    /// Places the slide's fields unless more of them are still to be analysed. A slide that cannot be placed is counted
    /// field by field, which the log says.
    func placeIfLast(_ slide: Slide) async {
        guard await !analysis.isPending(slide: slide.id) else { return }
        var backoff = Backoff(first: .milliseconds(100))
        for isLast in [false, false, true] {
            do {
                _ = try await placed(slide)
                return
            } catch {
                // The store may have failed in passing.
                guard isLast || !(error.isKind(.storeFailed) || error.isKind(.storeFull)) else {
                    try? await Task.sleep(for: backoff.pause())
                    continue
                }
                return logger.error("slide not placed", metadata: ["slide": "\(slide.name)", "error": "\(error)"])
            }
        }
    }

    /// The slide with all fields analysed so far placed, as the store has it now. One placing runs at a time; it ends
    /// where nobody waits for it any more.
    @discardableResult
    func placed(_ slide: Slide) async throws(Problem) -> PlacedSlide {
        let previous = lastPlacing
        let task = Task { () -> Result<PlacedSlide, Problem> in
            _ = await previous?.value
            guard !Task.isCancelled else { return .failure(Problem(CancellationError())) }
            do throws(Problem) {
                return .success(try await self.place(slide))
            } catch {
                return .failure(error)
            }
        }
        lastPlacing = task
        let placed = await withTaskCancellationHandler {
            await value(of: task)
        } onCancel: {
            task.cancel()
        }
        guard let placed else { throw Problem(CancellationError()) }
        return try placed.get()
    }

    /// Waits for what is being placed, which may turn grains into doubles.
    /// - Parameter patience: nil waits as long as it takes.
    /// - Returns: whether it has ended.
    @discardableResult
    func placingEnded(within patience: Duration? = nil) async throws(Problem) -> Bool {
        guard let lastPlacing else { return true }
        if await value(of: lastPlacing, until: patience.map { .now + $0 }) != nil { return true }
        guard patience != nil, !Task.isCancelled else { throw Problem(CancellationError()) }
        return false
    }

    private func place(_ slide: Slide) async throws(Problem) -> PlacedSlide {
        let captures = try await found { () throws(StoreError) in try await store.captures(ofSlide: slide.id) }
            .filter { $0.state == .done && $0.scale != nil }
        let known = placedSlides.first { $0.slide == slide.id } ?? PlacedSlide(slide: slide.id)
        if known.covers(captures) { return known }
        let stored = store
        let placed = try await computed(on: placingThread) { (isWanted) throws(Problem) in
            var placed = known
            try placed.place(captures, while: isWanted) { (capture) throws(Problem) in
                try Self.input(of: capture.id, in: stored)
            }
            return placed
        }
        placedSlides.removeAll { $0.slide == slide.id }
        placedSlides.append(placed)
        if placedSlides.count > Self.placedSlidesKept { placedSlides.removeFirst() }
        try await found { () throws(StoreError) in
            try await store.setPlacements(placed.placements, ofSlide: slide.id, by: .current)
        }
        try await judge(placed)
        return placed
    }

    /// Tells doubles and dirt among the grains of a run: the one in force, unless another is named.
    func judge(_ placed: PlacedSlide, run: Run.ID? = nil) async throws(Problem) {
        let inForce = try await found { () throws(StoreError) in try await store.runInForce(ofSlide: placed.slide)?.id }
        guard let run = run ?? inForce else { return }
        let grains = try await grains(ofRun: run)
        let (verdicts, turned) = try await computed(on: placingThread) { (isWanted) throws(Problem) in
            let found = (placed.verdicts(grains), placed.turnedRepeats(grains, while: isWanted))
            guard isWanted() else { throw Problem(CancellationError()) }
            return found
        }
        try await found { () throws(StoreError) in
            try await store.setSlideVerdicts(verdicts, ofRun: run, by: .current)
            if run == inForce { try await store.setDoubts(.turned, turned, ofSlide: placed.slide) }
        }
    }

    /// All grains of a run.
    func grains(ofRun run: Run.ID) async throws(Problem) -> [StoredGrain] {
        var grains: [StoredGrain] = []
        while true {
            let after = grains.last?.id ?? 0
            let page = try await found { () throws(StoreError) in try await store.grains(ofRun: run, after: after) }
            if page.isEmpty { return grains }
            grains += page
        }
    }

    /// A capture's stored input as 8-bit RGB. Blocks the calling thread, which is not one of the cooperative pool's.
    private static func input(of capture: Capture.ID, in store: SlideStore) throws(Problem) -> Picture<UInt8> {
        let png = try waiting { try await store.picture(ofCapture: capture, kind: PictureRecord.input).png }
        do throws(ImagingError) {
            return try PNG.decode(png, name: "the input of capture \(capture)").rgb.eightBit
        } catch {
            throw Problem(.storeFailed, error.message, hint: error.hint)
        }
    }

    /// Waits, on a thread that is not one of the cooperative pool's, for what the store gives asynchronously.
    private static func waiting<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) throws(Problem) -> Value {
        let box = Box<Value>()
        Task {
            do {
                box.finish(.success(try await body()))
            } catch {
                box.finish(
                    .failure(
                        (error as? StoreError).map { Problem($0) }
                            ?? Problem(.internalError, "\(error)", hint: "report it")))
            }
        }
        return try box.wait().get()
    }

    // MARK: What clients ask

    package func placements(ofSlide name: String) async throws(Problem) -> SlidePlacements {
        let slide = try await found { () throws(StoreError) in try await store.slide(named: name) }
        let placed = try await placed(slide)
        let (captures, summary) = try await found { () throws(StoreError) in
            (try await store.captures(ofSlide: slide.id), try await store.summary(ofSlide: slide.id))
        }
        let fields = Dictionary(
            uniqueKeysWithValues: zip(placed.captures.map(\.id), placed.placement?.fields ?? []))
        var remarks = (placed.placement?.contradictions ?? []).map { contradiction in
            "the stated position of capture \(placed.captures[contradiction.field].id) is "
                + "\(Int(saturating: contradiction.distanceMicrometres.rounded())) um from where its picture belongs"
        }
        let unplaced = captures.count { fields[$0.id]?.positionMicrometres == nil }
        if unplaced > 0, captures.count > 1 {
            remarks.append(
                "\(unplaced) of \(captures.count) fields are not placed: grains that they share are not known")
        }
        for capture in captures where !capture.unusable.isEmpty {
            remarks.append("capture \(capture.id): \(capture.unusable.joined(separator: ", and ")), so it is left out")
        }
        // Seen in many fields, each time at the same pixels.
        var dirt: [Grain.Box] = []
        if let run = summary.run {
            for grain in try await grains(ofRun: run) where grain.standing.reason == "dirt" {
                let centre = grain.grain.centroidPixels
                let isKnown = dirt.contains {
                    ($0.x0...$0.x1).contains(centre.x) && ($0.y0...$0.y1).contains(centre.y)
                }
                if !isKnown { dirt.append(grain.grain.boundingBoxPixels) }
            }
        }
        return SlidePlacements(
            slide: slide.name,
            fields: captures.map { capture in
                guard let field = fields[capture.id] else {
                    return FieldPlacement(
                        capture: capture.id,
                        reason: capture.scale == nil ? "its scale is unknown" : "it is not analysed")
                }
                let position = field.positionMicrometres
                return FieldPlacement(
                    capture: capture.id, xUm: position?.x, yUm: position?.y,
                    how: field.means.map { $0 == .stage ? .stage : .registered },
                    reason: position == nil ? field.reason?.rawValue : nil, group: field.group,
                    confidence: field.confidence, repeats: field.repeats.map { placed.captures[$0].id })
            },
            doubles: summary.counts.reduce(0) { $0 + ($1.byStatus[.double] ?? 0) }, dirt: dirt.count, remarks: remarks)
    }

    package func map(ofSlide name: String) async throws(Problem) -> [UInt8] {
        let slide = try await found { () throws(StoreError) in try await store.slide(named: name) }
        return try await map(of: slide)
    }

    /// The slide's map as a PNG file.
    /// - Parameter longestSide: about, in pixels; as the map says where it is left out.
    func map(of slide: Slide, longestSide: Int? = nil) async throws(Problem) -> [UInt8] {
        let placed = try await placed(slide)
        guard let placement = placed.placement, !placed.captures.isEmpty else {
            throw Problem(
                .mapRefused, "the slide \"\(slide.name)\" has no analysed field with a known scale",
                hint: "capture a field first, or calibrate the objective with `neurallens camera calibrate`")
        }
        let run = try await found { () throws(StoreError) in try await store.runInForce(ofSlide: slide.id) }
        let grains = if let run { try await self.grains(ofRun: run.id) } else { [StoredGrain]() }
        let numbers = Dictionary(uniqueKeysWithValues: placed.captures.enumerated().map { ($1.id, $0) })
        let marks = grains.compactMap { grain -> SlideMap.Mark? in
            guard grain.standing.status.isCounted, let field = numbers[grain.capture] else { return nil }
            return SlideMap.Mark(
                field: field, species: grain.standing.species, outlinePixels: grain.grain.outlinePixels,
                number: Int(grain.id), isDoubtful: grain.standing.status == .doubtful)
        }
        var map = SlideMap()
        if let longestSide { map.longestSidePixels = longestSide }
        for species in await species(ofLens: run?.lens.sha256) { map.colours[species.key] = species.eightBitColour }
        let stored = store
        let drawing = map
        return try await computed(on: exportThread) { (isWanted) throws(Problem) in
            let picture = try drawing.draw(placement, descriptions: placed.descriptions, marks: marks) {
                (number) throws(Problem) in
                guard isWanted() else { throw Problem(CancellationError()) }
                return try Self.input(of: placed.captures[number].id, in: stored)
            }
            do throws(ImagingError) {
                return try PNG.encode(
                    picture, nmPerPixel: nil,
                    text: ["Title": "Map of the slide \(slide.name)", "Software": "NeuralLens \(Self.version)"])
            } catch {
                throw Problem(.internalError, error.message, hint: error.hint)
            }
        }
    }

    /// What a client waits for, on a thread; ends early where it has left.
    func computed<Success: Sendable>(
        on thread: WorkThread,
        _ body: @escaping @Sendable (_ isWanted: @Sendable () -> Bool) throws(Problem) -> Success
    ) async throws(Problem) -> Success {
        let result: Result<Success, Problem>
        do throws(CancellationError) {
            result = try await thread.run { isWanted in Result { () throws(Problem) in try body(isWanted) } }
        } catch {
            throw Problem(error)
        }
        return try result.get()
    }
}

/// A result on its way from a task to a thread.
private final class Box<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, Problem>?>(nil)
    private let isDone = DispatchSemaphore(value: 0)

    func finish(_ value: Result<Value, Problem>) {
        result.withLock { $0 = value }
        isDone.signal()
    }

    func wait() -> Result<Value, Problem> {
        isDone.wait()
        return result.withLock { $0! }
    }
}
