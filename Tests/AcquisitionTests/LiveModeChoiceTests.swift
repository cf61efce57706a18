import Acquisition
import Testing

@Suite struct LiveModeChoiceTests {
    private let steps: LiveModeChoice.Steps = [.full: 36, .map: 9, .centre: 4, .centreMap: 1]

    @Test func theFirstPictureIsTheCheapest() {
        var choice = LiveModeChoice()
        let (mode, reason) = choice.choose(among: [.full, .centre], steps)
        #expect(mode == .centre && reason != nil)
    }

    @Test func theRichestThatIsFastEnoughIsChosen() {
        var choice = LiveModeChoice()
        let start = ContinuousClock.now
        _ = choice.choose(among: [.full, .centre], steps, now: start)
        choice.ran(.centre, seconds: 0.06)
        // 36 steps of 0.015 s; but not before the present mode has lasted a while.
        #expect(choice.choose(among: [.full, .centre], steps, now: start + .seconds(1)).mode == .centre)
        let later = choice.choose(among: [.full, .centre], steps, now: start + .seconds(5))
        #expect(later.mode == .full && later.reason == nil)
    }

    @Test func aSlowLensIsLeftAtOnceAndSaid() {
        var choice = LiveModeChoice()
        let start = ContinuousClock.now
        choice.ran(.full, seconds: 0.9)
        #expect(choice.choose(among: [.full, .centre], steps, now: start).mode == .full)
        // Times are smoothed.
        for _ in 0..<20 { choice.ran(.full, seconds: 2.1) }
        let (mode, reason) = choice.choose(among: [.full, .centre], steps, now: start + .milliseconds(10))
        #expect(mode == .centre && reason?.contains("2.1 s") == true)
    }

    /// A time about the limit does not make it swing.
    @Test func itDoesNotSwing() {
        var choice = LiveModeChoice()
        var now = ContinuousClock.now
        choice.ran(.map, seconds: 0.9 * LiveModeChoice.budget)
        var changes = 0
        var last = choice.choose(among: [.map, .centreMap], steps, now: now).mode
        for round in 0..<200 {
            now += .seconds(1)
            choice.ran(last, seconds: (last == .map ? 1.05 : 0.12) * (round % 2 == 0 ? 0.95 : 1.05))
            let mode = choice.choose(among: [.map, .centreMap], steps, now: now).mode
            if mode != last { changes += 1 }
            last = mode
        }
        #expect(changes == 0 && last == .map)
    }

    @Test func whatIsWatchedDecidesWhatMayBeChosen() {
        var choice = LiveModeChoice()
        choice.ran(.map, seconds: 0.5)
        #expect(choice.choose(among: [.map, .centreMap], steps).mode == .map)
        #expect(choice.choose(among: [.full, .centre], steps).mode == .centre)
        #expect(choice.choose(among: [.full], steps).mode == .full)
    }
}
