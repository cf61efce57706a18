internal import ArgumentParser
internal import Foundation
internal import Grains
internal import Simulation

/// Compares counted grains with a simulation's truth.
struct Score: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare grains with the truth of simulated fields: precision, recall and F1 a species.",
        discussion: """
            The files of grains are what `neurallens --json grains` or `apply` wrote, one a field, in the order of the \
            fields in truth.json. A true grain is found where an outline of the same species overlaps its own by at \
            least the given share (intersection over union). Other objects of the truth are not grains: where one \
            was counted as a species, it lowers that species' precision.
            """)

    @Argument(help: "truth.json of `simulate`.")
    var truth: String

    @Argument(help: "Files of grains, one a field.")
    var grains: [String]

    @Option(help: "Least overlap of outlines, 0...1.")
    var overlap = 0.5

    @Flag(help: "Print JSON.")
    var json = false

    private struct CountedGrains: Decodable {
        struct Entry: Decodable {
            let species: String
            let outline_px: [[Double]]
        }
        let grains: [Entry]
    }

    func run() throws {
        let truth = try JSONDecoder().decode(Truth.self, from: try read(truth))
        guard grains.count <= truth.fields.count else {
            throw ValidationError(
                "there are \(grains.count) files of grains and \(truth.fields.count) fields in \(self.truth)")
        }
        var agreement = Agreement(minimumOverlap: overlap)
        var unidentified = 0
        for (field, path) in zip(truth.fields, grains) {
            let counted = try JSONDecoder().decode(CountedGrains.self, from: try read(path)).grains
            unidentified += counted.count { $0.species == Grain.unidentified }
            agreement.add(
                actual: field.grains.map { outline($0.species, $0.outline) },
                counted: counted.filter { $0.species != Grain.unidentified }.map { outline($0.species, $0.outline_px) })
        }
        let keys = agreement.species.keys.sorted()
        if json {
            let report = Dictionary(
                uniqueKeysWithValues: keys.map { key in
                    let tally = agreement.species[key]!
                    return (
                        key,
                        [
                            "true": Double(tally.actual), "counted": Double(tally.counted),
                            "matched": Double(tally.matched),
                            "precision": tally.precision, "recall": tally.recall, "f1": tally.f1,
                        ]
                    )
                })
            let data = try JSONSerialization.data(withJSONObject: report, options: [.prettyPrinted, .sortedKeys])
            print(String(decoding: data, as: UTF8.self))
            return
        }
        print(row("species", ["true", "counted", "matched", "precision", "recall", "F1"]))
        for key in keys {
            let tally = agreement.species[key]!
            print(
                row(
                    key,
                    ["\(tally.actual)", "\(tally.counted)", "\(tally.matched)"]
                        + [tally.precision, tally.recall, tally.f1].map { String(format: "%.3f", $0) }))
        }
        let others = truth.fields.prefix(grains.count).reduce(0) { $0 + $1.others.count }
        print("other objects: \(others) in truth, \(unidentified) counted as unidentified")
    }

    private func row(_ name: String, _ columns: [String]) -> String {
        name.padding(toLength: 14, withPad: " ", startingAt: 0)
            + columns.map { String(repeating: " ", count: max(1, 10 - $0.count)) + $0 }.joined()
    }

    private func read(_ path: String) throws -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw ValidationError("\(path) cannot be read: \(error.localizedDescription)")
        }
    }

    private func outline(_ species: String, _ polygon: [[Double]]) -> Agreement.Outline {
        Agreement.Outline(
            species: species, polygon: polygon.filter { $0.count == 2 }.map { Grain.Point(x: $0[0], y: $0[1]) })
    }
}
