import ControlAPI
import ControlClient
import Testing

@Suite struct LiveScreenTests {
    private func screen() -> LiveScreen {
        var screen = LiveScreen()
        screen.live = LiveState(
            state: .running, previewPerSecond: 24.66, lensPerSecond: 0.461, frameAgeSeconds: 0.041,
            lensAgeSeconds: 2.31,
            droppedFrames: 3, focus: 0.5, clippedHigh: 0.0131, lensMode: .map,
            lensModeReason: "the full lens takes 2.2 s a field",
            counts: [GrainCount(key: "iva", species: "Iva xanthiifolia", grains: 13)], unidentified: 2,
            doubts: ["it is dark: its glass has 20 % of full scale, where 60 to 90 % is usual"])
        screen.focusCourse = [0.25, 0.5, 1, 0.5]
        return screen
    }

    @Test func saysWhatItKnows() {
        let lines = screen().lines.map(\.text)
        #expect(lines.contains("camera    24.7 /s, 41 ms old, 3 dropped"))
        #expect(lines.contains("lens      map and outlines only, 0.46 /s, 2.3 s old"))
        #expect(lines.contains("          the full lens takes 2.2 s a field"))
        #expect(lines.contains("focus     0.500 ▁▃█▃ 50 % of best"))
        #expect(lines.contains("clipped   dark 0.0 %, bright 1.3 %"))
        #expect(lines.contains("live field, not stored"))
        #expect(lines.contains("  iva                   13"))
        #expect(lines.contains("  unidentified           2"))
        #expect(lines.contains("  doubtful: it is dark: its glass has 20 %"))
        #expect(lines.contains("  of full scale, where 60 to 90 % is usual"))
    }

    @Test(arguments: [
        ([1, 0.2, 0.2, 0.2, 0.3, 0.4, 0.5], "sharper: go on"), ([0.9, 1, 0.9, 0.8, 0.7, 0.6], "less sharp: turn back"),
        ([0.5, 0.6, 0.7, 1, 1, 1], "in focus"),
    ])
    func saysWhichWayToTurnTheFocus(course: [Double], advice: String) {
        var screen = screen()
        screen.focusCourse = course
        #expect(screen.lines.map(\.text).contains { $0.hasPrefix("focus ") && $0.hasSuffix(advice) })
    }

    @Test func saysWhereCountsAreOfTheMiddleOnly() {
        var screen = screen()
        screen.live?.lensCovers = [0.25, 0.25, 0.75, 0.75]
        #expect(screen.lines.map(\.text).contains("middle of the live field, not stored"))
    }

    @Test func saysThatPicturesAreDrawn() {
        var screen = screen()
        screen.view = .lens(.magnified)
        screen.isSynthesised = true
        #expect(screen.title.text == "NeuralLens live: 1500x, SYNTHESISED: drawn by the lens, not observed")
        screen.loss = "connection lost, trying again: no daemon listens"
        #expect(screen.lines.first == LiveScreen.Line("connection lost, trying again: no daemon listens", .error))
    }

    @Test func pictureStandsBesideTextWhereThereIsRoom() {
        let layout = screen().layout(TerminalSize(columns: 120, rows: 40), hasPicture: true)
        #expect(layout.picture == CellBox(column: 0, row: 1, columns: 75, rows: 38))
        #expect(layout.text == CellBox(column: 76, row: 1, columns: 44, rows: 38))
    }

    @Test func pictureStandsAboveTextOnANarrowTerminal() {
        let screen = screen()
        let layout = screen.layout(TerminalSize(columns: 60, rows: 40), hasPicture: true)
        #expect(layout.text.rows == screen.lines.count)
        #expect(layout.picture == CellBox(column: 0, row: 1, columns: 60, rows: 38 - screen.lines.count))
    }

    @Test(arguments: [(80, 12), (20, 5), (1, 1), (200, 3)])
    func smallTerminalsShowText(columns: Int, rows: Int) {
        let size = TerminalSize(columns: columns, rows: rows)
        let layout = screen().layout(size, hasPicture: true)
        #expect(layout.picture == nil)
        #expect(layout.text.rows == max(0, rows - 2))
        #expect(screen().layout(size, hasPicture: false).picture == nil)
    }

    @Test func courseOfTheFocus() {
        #expect(LiveScreen.course([]) == "")
        #expect(LiveScreen.course([1, 1, 1.01]) == "▁▁▂")
        #expect(LiveScreen.course((0..<100).map(Double.init)).count == 12)
    }
}
