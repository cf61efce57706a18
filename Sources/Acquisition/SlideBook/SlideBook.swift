internal import ControlAPI
internal import Grains
internal import Lens
internal import SlideStore

/// What clients read of slides: counts, places, grains, pictures, reports.
///
/// It owns nothing and waits for nobody: no request stands behind another, and none behind the instrument. Figures that
/// stand beside each other come from one transaction, and so are of one moment.
package struct SlideBook: Sendable {
    let store: SlideStore
    let lens: LensInUse
    /// Lenses that clients brought, and those that were in use once.
    let lenses: LensLibrary
    let knownLenses: KnownLenses
    let timings: TimingBook
    private let exportThread = WorkThread("neurallens.export")
    private let statisticsThread = WorkThread("neurallens.statistics")

    init(store: SlideStore, lens: LensInUse, lenses: LensLibrary, knownLenses: KnownLenses, timings: TimingBook) {
        self.store = store
        self.lens = lens
        self.lenses = lenses
        self.knownLenses = knownLenses
        self.timings = timings
    }

    /// Figures, in a moment.
    func computed<Success: Sendable>(_ body: @escaping @Sendable () -> Success) async -> Success {
        await statisticsThread.run(body)
    }

    /// The same for what may take longer, and ends early where the client has left.
    func computed<Success: Sendable>(
        _ body: @escaping @Sendable (_ isWanted: @Sendable () -> Bool) throws(Problem) -> Success
    ) async throws(Problem) -> Success {
        try await statisticsThread.computed(body)
    }

    /// Pictures and files.
    func drawn<Success: Sendable>(
        _ body: @escaping @Sendable (_ isWanted: @Sendable () -> Bool) throws(Problem) -> Success
    ) async throws(Problem) -> Success {
        try await exportThread.computed(body)
    }
}

extension WorkThread {
    /// What a client waits for; ends early where it has left.
    func computed<Success: Sendable>(
        _ body: @escaping @Sendable (_ isWanted: @Sendable () -> Bool) throws(Problem) -> Success
    ) async throws(Problem) -> Success {
        let result: Result<Success, Problem>
        do throws(CancellationError) {
            result = try await run { isWanted in Result { () throws(Problem) in try body(isWanted) } }
        } catch {
            throw Problem(error)
        }
        return try result.get()
    }
}
