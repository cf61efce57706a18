internal import ArgumentParser
internal import Foundation
internal import Simulation

/// Draws fields as the simulated microscope sees them, with their truth.
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make pictures of simulated slides, with truth.json.",
        discussion: """
            The camera view is what a 1280 x 1024 colour camera of 180 nm a pixel gives, the same fields in the same \
            order as the daemon's camera `simulated:SEED`. The pair view is 1024 x 1024 pixels of 83 nm: the optical \
            picture, the electron micrograph, the same on black, and the sample map, in a folder each.
            """)

    enum View: String, ExpressibleByArgument, CaseIterable { case pair, camera }

    @Option(help: "How many fields; with --slide all of it by itself.")
    var fields: Int?

    @Option(help: "Equal seeds give equal fields, bit for bit.")
    var seed: UInt64

    @Option(name: [.customShort("o"), .long], help: "Folder to write into; made if it is not there.")
    var output: String

    @Option(help: "pair or camera.")
    var view = View.camera

    @Option(help: "Index of the first field.")
    var first = 0

    @Option(help: "Mean count of grains in a square millimetre.")
    var grainsPerMm2: Float?

    @Option(help: "Share of grains laid against another grain, 0 to 1.")
    var touching: Float?

    @Option(help: "Mean count of debris, fibres, bubbles and foreign pollen in a square millimetre.")
    var othersPerMm2: Float?

    @Flag(help: "Another density in every field, from sparse to crowded, with many other objects: to train on.")
    var varied = false

    @Option(
        help: ArgumentHelp(
            "What kind of slides: \(World.all.map(\.name).joined(separator: ", ")). Every field is a slide of its own.",
            valueName: "name"))
    var world = World.classic.name

    @OptionGroup(title: "One slide") var scan: SlideLayoutOptions

    @Flag(help: "Also write the camera's mosaic, one byte a pixel (V4L2 format BA81).")
    var raw = false

    func validate() throws {
        if scan.slide != nil {
            guard fields == nil, first == 0, view == .camera, !varied, !raw, world == World.classic.name else {
                throw ValidationError(
                    "--slide is of the camera's view and knows its fields: leave out --fields, --first, "
                        + "--view, --varied, --raw and --world")
            }
            _ = try scan.layout(usual: "")
        } else {
            guard let fields, fields > 0, first >= 0, first <= Int.max - fields else {
                throw ValidationError("--fields must be at least 1 and --first not negative")
            }
        }
        if let touching, !(0...1).contains(touching) { throw ValidationError("--touching must lie in 0 to 1") }
        if let grainsPerMm2, !(0...5000).contains(grainsPerMm2) {
            throw ValidationError("--grains-per-mm2 must lie in 0 to 5000")
        }
        if let othersPerMm2, !(0...5000).contains(othersPerMm2) {
            throw ValidationError("--others-per-mm2 must lie in 0 to 5000")
        }
        if varied && (grainsPerMm2 != nil || othersPerMm2 != nil || touching != nil) {
            throw ValidationError("--varied chooses the density itself: leave out the others")
        }
    }

    func run() throws {
        var density = FieldDensity()
        if let grainsPerMm2 { density.grainsPerSquareMillimetre = grainsPerMm2 }
        if let othersPerMm2 { density.othersPerSquareMillimetre = othersPerMm2 }
        if let touching { density.touchingShare = touching }
        let line = ProgressLine()
        let written: Truth
        do {
            if scan.slide != nil {
                let slide = SimulatedSlide(seed: seed, layout: try scan.layout(usual: ""), density: density)
                written = try slide.write(to: output) { line.show("\($0) of \(slide.captures.count) fields") }
            } else {
                var set = DataSet(
                    seed: seed, view: view == .pair ? .pair : .camera, fields: first..<first + (fields ?? 1))
                set.writesMosaic = raw
                set.world = try World(named: world)
                set.density = varied ? nil : density
                written = try set.write(to: output) { line.show("\($0) of \(fields ?? 1) fields") }
            }
        } catch let error as SimulationError {
            line.end()
            throw fail(error.message, hint: error.hint)
        }
        line.end()
        print("\(output): \(written.fields.count) fields")
    }
}
