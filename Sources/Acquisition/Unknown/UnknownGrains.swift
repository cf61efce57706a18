internal import ControlAPI
internal import Foundation
internal import Grains
internal import Imaging
internal import Lens
internal import Logging
internal import SlideStore
internal import Statistics

/// Grains that nobody identified, grouped by likeness: what the labelling network sees within their outlines, their size and
/// their shape.
///
/// The network looks at a slide's fields when the groups are asked for, one field after the other, and rests while fields are
/// captured. What it saw is kept in memory for the slides asked for last, so that a name given to a group costs nothing.
actor UnknownGrains {
    /// Slides that are remembered.
    private static let kept = 4

    /// Of one slide, as one lens sees it.
    private struct Seen {
        var lens: String
        var features: [StoredGrain.ID: [Float]] = [:]
        /// Why fields could not be looked at.
        var refusals: [Capture.ID: String] = [:]
    }

    private let store: SlideStore
    private let book: SlideBook
    private let turret: LensTurret
    private let work: CaptureWork
    /// Where the lens computes.
    private let thread: WorkThread
    private let logger: Logger
    private var seen: [Slide.ID: Seen] = [:]
    /// The latest asked for last.
    private var order: [Slide.ID] = []
    private var looking: [Slide.ID: Task<Void, Never>] = [:]
    private let news = Signal()
    private var isStopping = false

    init(book: SlideBook, turret: LensTurret, work: CaptureWork, logger: Logger) {
        store = book.store
        self.book = book
        self.turret = turret
        self.work = work
        self.logger = logger
        thread = WorkThread("neurallens.unknown")
    }

    /// Ends what is looked at; it is looked at again when it is asked for.
    func stop() {
        isStopping = true
        for task in looking.values { task.cancel() }
    }

    /// - Parameters:
    ///   - threshold: within `GrainGroups.thresholds`.
    ///   - timeout: how long to wait for fields that are not looked at yet.
    func groups(
        ofSlide name: String, threshold: Double, timeout: Duration
    ) async throws(Problem) -> GrainGroups {
        guard !isStopping else { throw Problem(.shuttingDown, "no groups are made", hint: "ask again later") }
        let slide = try await asProblems { () throws(StoreError) in try await store.slide(named: name) }
        let lens = try await turret.lens(forSlide: slide.id).lens
        var unknown = try await unknown(ofSlide: slide.id)
        var remarks: [String] = []
        if unknown.count > GrainGroups.grainsLimit {
            remarks.append(
                "Of \(unknown.count) unidentified grains the \(GrainGroups.grainsLimit) of the latest fields are grouped."
            )
            unknown = Array(unknown.suffix(GrainGroups.grainsLimit))
        }
        if seen[slide.id]?.lens != lens.digest { seen[slide.id] = Seen(lens: lens.digest) }
        order.removeAll { $0 == slide.id }
        order.append(slide.id)
        while order.count > Self.kept, let oldest = order.first(where: { looking[$0] == nil && $0 != slide.id }) {
            order.removeAll { $0 == oldest }
            seen[oldest] = nil
        }
        if !open(unknown, slide.id).isEmpty, looking[slide.id] == nil {
            looking[slide.id] = Task {
                await self.look(at: unknown, ofSlide: slide.id, lens)
                self.looking[slide.id] = nil
                self.news.fire()
            }
        }
        let end = ContinuousClock.now + timeout
        while looking[slide.id] != nil, !open(unknown, slide.id).isEmpty, ContinuousClock.now < end {
            let version = news.version
            await news.wait(since: version, until: end)
        }
        let fields = Set(unknown.map(\.capture)).count
        let left = open(unknown, slide.id).count
        let refusals =
            seen[slide.id]?.refusals.filter { refusal in unknown.contains { $0.capture == refusal.key } } ?? [:]
        remarks += refusals.sorted { $0.key < $1.key }.prefix(5).map {
            "Capture \($0.key) is left out: \($0.value)."
        }
        var result = GrainGroups(
            slide: slide.name, fields: fields, fieldsDone: fields - left, grains: unknown.count, threshold: threshold,
            method:
                "average linkage on the cosine distance of what the labelling network of \(lens.manifest.name) sees within "
                + "the outlines, with size and shape", groups: [], remarks: remarks)
        guard left == 0, let features = seen[slide.id]?.features else { return result }
        let grains = unknown.filter { features[$0.id] != nil }
        result.groups = try await book.computed { (_) throws(Problem) in
            GrainLikeness(grains, features: grains.map { features[$0.id]! }).groups(threshold: Float(threshold))
        }
        return result
    }

    private func unknown(ofSlide slide: Slide.ID) async throws(Problem) -> [StoredGrain] {
        try await asProblems { () throws(StoreError) in try await store.unidentified(ofSlide: slide) }
    }

    /// Fields of which something is not looked at yet.
    private func open(_ grains: [StoredGrain], _ slide: Slide.ID) -> Set<Capture.ID> {
        guard let seen = seen[slide] else { return Set(grains.map(\.capture)) }
        return Set(grains.filter { seen.features[$0.id] == nil && seen.refusals[$0.capture] == nil }.map(\.capture))
    }

    private func look(at unknown: [StoredGrain], ofSlide slide: Slide.ID, _ lens: NeuralLens) async {
        let captures = open(unknown, slide).sorted()
        for id in captures {
            while work.isUnderWay, !Task.isCancelled {
                let version = work.changes.version
                if work.isUnderWay { await work.changes.wait(since: version) }
            }
            guard !Task.isCancelled else { return }
            let grains = unknown.filter { $0.capture == id }
            do throws(Problem) {
                let found = try await self.features(of: grains, inField: id, lens)
                guard seen[slide]?.lens == lens.digest else { return }
                for (grain, features) in zip(grains, found) { seen[slide]?.features[grain.id] = features }
            } catch {
                guard !Task.isCancelled else { return }
                seen[slide]?.refusals[id] = error.detail
            }
            news.fire()
        }
    }

    private func features(
        of grains: [StoredGrain], inField id: Capture.ID, _ lens: NeuralLens
    ) async throws(Problem) -> [[Float]] {
        let (capture, field) = try await asProblems { () throws(StoreError) in
            let capture = try await store.capture(id)
            return (capture, try await store.field(of: capture))
        }
        let outlines = grains.map { $0.grain.outlinePixels.map { SIMD2($0.x, $0.y) } }
        let nmPerPixel = capture.scale?.nmPerPixel
        let result: Result<[[Float]], Problem>
        do {
            result = try await thread.run { isWanted in
                do {
                    let rows = PictureRows(try field.content(name: "capture \(id)"))
                    let cells = try lens.fineCells(of: rows, nmPerPixel: nmPerPixel, while: isWanted)
                    return .success(outlines.map { cells.mean(within: $0) })
                } catch let error as ImagingError {
                    return .failure(Problem(.storeFailed, error.message, hint: error.hint))
                } catch let error as LensError {
                    return .failure(Problem(.lensFailed, error.message, hint: error.hint))
                } catch {
                    return .failure(Problem(.internalError, "\(error)", hint: "please report this"))
                }
            }
        } catch {
            throw Problem(error)
        }
        return try result.get()
    }
}
