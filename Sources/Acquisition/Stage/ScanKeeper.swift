internal import ControlAPI
internal import Foundation
internal import Logging
internal import Quantities
internal import SlideStore
internal import Stage

/// Scans by motor: one place after the other, each captured once. One scan runs at a time; where the motor fails it stops and
/// the scan rests, and goes on from the first place that is missing when somebody says so. No scan goes on by itself when the
/// daemon starts: whatever stands on the stage by then, a person looks first.
actor ScanKeeper {
    private let store: SlideStore
    private let captures: CaptureQueue
    private let motor: Motor
    private let logger: Logger
    private var running: (id: Scan.ID, task: Task<Void, Never>)?

    /// How far the stage may stand from where the scan left it.
    private static let tolerance = 100.0

    init(store: SlideStore, captures: CaptureQueue, motor: Motor, logger: Logger) {
        self.store = store
        self.captures = captures
        self.motor = motor
        self.logger = logger
    }

    /// Scans that ran when the daemon ended rest.
    func takeUp() async throws(StoreError) {
        for scan in try await store.scans() where scan.state == .running {
            try await store.setScan(
                scan.id, .paused, reason: "the daemon was started again; look at the stage, and resume the scan",
                by: .current)
        }
    }

    func stop() async {
        running?.task.cancel()
        if running != nil { await motor.stage?.stop() }
        await running?.task.value
    }

    func scans() async throws(Problem) -> [ScanReport] {
        do { return try await store.scans().map { ScanReport($0) } } catch { throw Problem(error) }
    }

    func scan(_ id: Scan.ID) async throws(Problem) -> ScanReport {
        do { return ScanReport(try await store.scan(id)) } catch { throw Problem(error) }
    }

    /// - Parameter field: sides of a field in µm.
    func start(
        _ request: ScanRequest, field: (width: Double, height: Double), by peer: Peer
    ) async throws(Problem) -> ScanReport {
        let stage = try motor.required([.x, .y])
        try requireNone()
        func steps(_ from: Double, _ to: Double, _ side: Double) -> (count: Int, step: Double) {
            let step = side * (1 - request.overlap)
            let left = to - from - side
            return (left <= 0 ? 1 : 1 + Int(saturating: (left / step - 1e-9).rounded(.up)), step)
        }
        let (columns, stepX) = steps(request.fromXUm, request.toXUm, field.width)
        let (rows, stepY) = steps(request.fromYUm, request.toYUm, field.height)
        let product = columns.multipliedReportingOverflow(by: rows)
        let fields = product.overflow ? Int.max : product.partialValue
        if let fault = Quantity.captures.fault(fields) { throw Problem(.invalidScan, fault) }
        let wish = Scan.Wish(
            xMicrometres: request.fromXUm, yMicrometres: request.fromYUm, stepXMicrometres: stepX,
            stepYMicrometres: stepY,
            columns: columns, rows: rows)
        // All of it is within the limits, or nothing moves.
        do throws(StageError) {
            try stage.check([.x: wish.xMicrometres, .y: wish.yMicrometres])
            try stage.check([
                .x: wish.xMicrometres + Double(columns - 1) * stepX, .y: wish.yMicrometres + Double(rows - 1) * stepY,
            ])
        } catch {
            throw Problem(.scanRefused, error.message, hint: error.hint)
        }
        let scan: Scan
        do {
            let slide = try await store.slide(named: request.slide)
            scan = try await store.createScan(ofSlide: slide.id, wish, by: Agent(peer))
        } catch {
            throw Problem(error)
        }
        logger.notice("scan begun", metadata: ["scan": "\(scan.id)", "fields": "\(fields)", "peer": "\(peer)"])
        run(scan.id)
        return ScanReport(scan)
    }

    /// Goes on from the first place that is missing.
    func resume(_ id: Scan.ID, _ request: ScanResumption, by peer: Peer) async throws(Problem) -> ScanReport {
        let stage = try motor.required([.x, .y])
        try requireNone()
        do {
            let scan = try await store.scan(id)
            if request.anywhere != true { try await requireKnownPlace(scan, stage) }
            let resumed = try await store.setScan(id, .running, reason: nil, by: Agent(peer))
            logger.notice("scan resumed", metadata: ["scan": "\(id)", "peer": "\(peer)"])
            run(id)
            return ScanReport(resumed)
        } catch let error as StoreError {
            throw Self.refusal(error)
        } catch {
            throw error as? Problem ?? Problem(.internalError, "\(error)", hint: "report it")
        }
    }

    /// Ends a scan for good; what it captured stays.
    func cancel(_ id: Scan.ID, by peer: Peer) async throws(Problem) -> ScanReport {
        try await end(id, .cancelled, reason: "cancelled by \(peer)", by: peer)
    }

    /// Lets a scan rest, the motor stopped.
    func pause(_ id: Scan.ID, by peer: Peer) async throws(Problem) -> ScanReport {
        try await end(id, .paused, reason: "stopped by \(peer)", by: peer)
    }

    private func end(
        _ id: Scan.ID, _ state: Scan.State, reason: String, by peer: Peer
    ) async throws(Problem) -> ScanReport {
        do {
            let ended = try await store.setScan(id, state, reason: reason, by: Agent(peer))
            await halt(id)
            return ScanReport(ended)
        } catch {
            throw Self.refusal(error)
        }
    }

    private static func refusal(_ error: StoreError) -> Problem {
        error.code == .alreadyFinished ? Problem(.scanRefused, error.message, hint: error.hint) : Problem(error)
    }

    private func halt(_ id: Scan.ID) async {
        guard let running, running.id == id else { return }
        running.task.cancel()
        await motor.stage?.stop()
        await running.task.value
    }

    private func requireNone() throws(Problem) {
        guard let running else { return }
        throw Problem(
            .scanRefused, "scan \(running.id) is under way", hint: "wait for its end, or stop it: neurallens scan stop")
    }

    /// A controller that was started anew believes to stand at its zero: places would be wrong without a word.
    private func requireKnownPlace(_ scan: Scan, _ stage: GCodeStage) async throws(Problem) {
        guard let last = scan.taken.last.map(scan.wish.place), let next = scan.next else { return }
        let here: StagePosition
        do { here = try await stage.position() } catch { throw Problem(error) }
        func isBetween(_ value: Double, _ a: Double, _ b: Double) -> Bool {
            (min(a, b) - Self.tolerance...max(a, b) + Self.tolerance).contains(value)
        }
        guard isBetween(here.x, last.xMicrometres, next.xMicrometres),
            isBetween(here.y, last.yMicrometres, next.yMicrometres)
        else {
            func whole(_ value: Double) -> Int { Int(saturating: value.rounded()) }
            throw Problem(
                .scanRefused,
                "the motor says that it stands at \(whole(here.x)), \(whole(here.y)) um, and scan \(scan.id) left it about "
                    + "\(whole(last.xMicrometres)), \(whole(last.yMicrometres)) um: its controller may have lost its place",
                hint: "home it or bring it to its zero; if its places are right, resume with --anywhere")
        }
    }

    private func run(_ id: Scan.ID) {
        let task = Task { await take(id) }
        running = (id, task)
    }

    private func take(_ id: Scan.ID) async {
        defer { running = nil }
        do {
            while !Task.isCancelled {
                let scan = try await store.scan(id)
                guard scan.state == .running, let place = scan.next else { return }
                _ = try await captures.scanned(place, of: scan)
            }
        } catch {
            guard !Task.isCancelled else { return }
            let problem = (error as? StoreError).map { Problem($0) } ?? error as? Problem
            let sentence = problem.map { "\($0.detail); \($0.hint)" } ?? "\(error)"
            logger.error("scan rests", metadata: ["scan": "\(id)", "reason": "\(sentence)"])
            do {
                try await persistently(for: .seconds(30)) { () throws(StoreError) in
                    try await store.setScan(id, .paused, reason: sentence, by: .current)
                }
            } catch {
                logger.error("scan's rest not noted", metadata: ["scan": "\(id)", "error": "\(error)"])
            }
        }
    }
}

extension ScanReport {
    init(_ scan: Scan) {
        let next = scan.next
        self.init(
            id: scan.id, slide: scan.slide.name, state: State(rawValue: scan.state.rawValue) ?? .paused,
            columns: scan.wish.columns, rows: scan.wish.rows, taken: scan.taken.count,
            fromXUm: scan.wish.xMicrometres, fromYUm: scan.wish.yMicrometres, stepXUm: scan.wish.stepXMicrometres,
            stepYUm: scan.wish.stepYMicrometres, nextXUm: next?.xMicrometres, nextYUm: next?.yMicrometres,
            createdAt: Microscope.iso8601(scan.createdAt), reason: scan.reason)
    }
}
