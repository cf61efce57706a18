internal import ArgumentParser
internal import Simulation

/// How a simulated slide is scanned.
struct SlideLayoutOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Fields in a row and in a column.", valueName: "columns x rows")) var slide: String?
    @Option(help: "Part of a field's side that it shares with its neighbour, 0 to 0.9.") var overlap = 0.15
    @Option(help: ArgumentHelp("Fields that are captured a second time.", valueName: "n")) var capturedTwice = 0
    @Option(help: ArgumentHelp("How far the camera is turned against the stage.", valueName: "degrees"))
    var rotation: Float = 0

    /// - Parameter usual: where `--slide` is not given.
    /// - Throws: `ValidationError`.
    func layout(usual: String) throws -> SimulatedSlide.Layout {
        let sides = (slide ?? usual).split(separator: "x").compactMap { Int($0) }
        guard sides.count == 2, sides.allSatisfy({ (1...50).contains($0) }) else {
            throw ValidationError("--slide must be two numbers of 1 to 50, as in 5x5")
        }
        guard (0...0.9).contains(overlap), (0...sides[0] * sides[1]).contains(capturedTwice),
            (-45...45).contains(rotation)
        else {
            throw ValidationError(
                "--overlap must lie in 0 to 0.9, --captured-twice in 0 to the number of fields, --rotation in -45 to 45"
            )
        }
        var layout = SimulatedSlide.Layout()
        (layout.columns, layout.rows, layout.overlap) = (sides[0], sides[1], overlap)
        layout.capturedTwice = capturedTwice
        layout.rotationDegrees = rotation
        return layout
    }
}
