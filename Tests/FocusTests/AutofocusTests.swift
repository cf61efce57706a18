import Focus
import Testing

@Suite struct AutofocusTests {
    /// A bell on a floor, as sharpness is about the focus.
    private func bell(at focus: Double, width: Double = 6, floor: Double = 0.2) -> (Double) -> Double {
        { z in floor + 1 / (1 + (z - focus) * (z - focus) / (width * width)) }
    }

    @Test(arguments: [-40.0, -17.3, 0, 3.9, 12.25, 40])
    func theTopIsFoundFromAnywhere(start: Double) async throws {
        let found = try await Autofocus(range: -50...50).run(from: start, measure: bell(at: 5.7))
        #expect(abs(found.heightMicrometres - 5.7) < 0.15)
        #expect(found.curve.count < 30)
        #expect(!found.isAtLimit)
    }

    @Test func noHeightIsMeasuredTwice() async throws {
        let found = try await Autofocus(range: -50...50).run(from: -20, measure: bell(at: 11))
        let heights = found.curve.map(\.heightMicrometres)
        #expect(Set(heights).count == heights.count)
    }

    @Test func flatGroundIsCrossed() async throws {
        // Nothing is to be seen further than ten micrometres from the focus.
        let found = try await Autofocus(range: -60...60).run(from: -50) { z in
            1 + max(0, 1 - abs(z - 22) / 10)
        }
        #expect(abs(found.heightMicrometres - 22) < 0.3)
    }

    @Test func aFocusBeyondTheRangeIsSaid() async throws {
        let found = try await Autofocus(range: -10...10).run(from: 0, measure: bell(at: 14))
        #expect(found.isAtLimit && found.heightMicrometres == 10)
    }

    @Test func emptyGlassIsRefusedWithASentence() async throws {
        let error = await #expect(throws: FocusError.self) {
            try await Autofocus(range: -20...20).run(from: 0) { _ in 1 }
        }
        #expect(error?.code == .nothingToSee)
    }

    @Test func nothingBeyondTheRangeIsGoneTo() async throws {
        let found = try await Autofocus(range: -3...30).run(from: 1, measure: bell(at: 0))
        #expect(found.curve.allSatisfy { (-3...30).contains($0.heightMicrometres) })
        #expect(abs(found.heightMicrometres) < 0.2)
    }
}
