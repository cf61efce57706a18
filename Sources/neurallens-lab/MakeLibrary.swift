internal import ArgumentParser
internal import Foundation
internal import Imaging
internal import Simulation

/// Renders a library of grains, from which training draws fresh fields.
struct MakeLibrary: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "library", abstract: "Render a library of grains to train on.",
        discussion: """
            A library holds grains and other bodies of many preparations of each world. `train --fresh LIBRARY` lays \
            them out anew at every step, so that no field is ever seen twice. A library that was interrupted goes on \
            where it stopped. `--show N` writes pictures of N fields of a finished one, to look at.
            """)

    @Option(help: "Equal seeds give equal libraries.")
    var seed: UInt64 = 1

    @Option(help: "Preparations of each world, 36 bodies each.")
    var preparations = 24

    @Option(
        name: .customLong("world"), parsing: .singleValue,
        help: "A world to hold; may be repeated. All by default.")
    var worlds: [String] = []

    @Option(name: [.customShort("o"), .long], help: "Folder of the library; made if it is not there.")
    var output: String

    @Option(help: "Write pictures of this many fields into the folder fields/ of the library instead.")
    var show: Int?

    func validate() throws {
        guard (1...10_000).contains(preparations) else {
            throw ValidationError("--preparations must lie in 1 to 10000")
        }
        if let show, !(1...1000).contains(show) { throw ValidationError("--show must lie in 1 to 1000") }
    }

    func run() throws {
        do {
            if let show { try draw(show) } else { try render() }
        } catch let error as SimulationError {
            throw fail(error.message, hint: error.hint)
        }
    }

    private func render() throws {
        let names = worlds.isEmpty ? World.all.map(\.name) : worlds
        let line = ProgressLine()
        defer { line.end() }
        let description = GrainLibrary.Description(seed: seed, worlds: names, preparations: preparations)
        _ = try GrainLibrary.build(description, in: output) {
            line.show("\($0) of \(names.count * preparations) preparations")
            return true
        }
        line.end()
        print("\(output): \(names.count * preparations) preparations of \(names.joined(separator: ", "))")
    }

    private func draw(_ count: Int) throws {
        let library = try GrainLibrary(folder: output)
        let folder = output + "/fields"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for index in 0..<count {
            let field = library.field(seed: seed, index: index, electron: true)
            for (kind, picture) in [("optical", field.optical), ("map", field.map), ("sem", field.electron!)] {
                let name = "\(folder)/\(index)-\(field.world)-\(kind).png"
                try Data(try PNG.encode(picture, nmPerPixel: FreshField.nmPerPixel))
                    .write(to: URL(fileURLWithPath: name))
            }
        }
        print("\(folder): \(count) fields")
    }
}
