package import Foundation
import Imaging

/// Rendered grains and other bodies of many preparations, from which fields are laid out anew in milliseconds: to train
/// on, so that no field is ever seen twice.
///
/// A folder: `library.json`, and `WORLD-NUMBER.json` and `.stamps` a preparation. Decided by its seed and worlds alone.
package struct GrainLibrary: Sendable {
    /// Of the format and of what is drawn: another number draws other bodies.
    package static let version = 2

    package struct Description: Sendable, Codable, Equatable {
        package var version = GrainLibrary.version
        package var seed: UInt64
        package var worlds: [String]
        /// A world.
        package var preparations: Int

        package init(seed: UInt64, worlds: [String], preparations: Int) {
            self.seed = seed
            self.worlds = worlds
            self.preparations = preparations
        }
    }

    package let folder: String
    package let description: Description
    private let preparations: [StampFile]

    /// Bodies a preparation.
    static let grainsASpecies = 10
    static let others = 26

    /// What names the library: equal names give equal fields.
    package var digest: String {
        "grain library \(description.version), seed \(description.seed), \(description.preparations) preparations of "
            + description.worlds.joined(separator: ", ")
    }

    /// Opens a complete library.
    /// - without: worlds that are left out.
    /// - Throws: `.badLibrary`, `.noWorld`.
    package init(folder: String, without: [String] = []) throws(SimulationError) {
        var description = try Self.read(Description.self, folder + "/library.json")
        guard description.version == Self.version else {
            throw SimulationError(
                .badLibrary,
                "\(folder) is a library of grains of version \(description.version), and this program draws version "
                    + "\(Self.version)",
                hint: "make it anew with neurallens-lab library")
        }
        for name in without {
            _ = try World(named: name)
            guard description.worlds.contains(name) else {
                throw SimulationError(
                    .noWorld, "\(folder) holds no world \"\(name)\" to leave out",
                    hint: "it holds \(description.worlds.joined(separator: ", "))")
            }
        }
        description.worlds.removeAll { without.contains($0) }
        guard !description.worlds.isEmpty else {
            throw SimulationError(.badLibrary, "every world of \(folder) is left out", hint: "keep one at least")
        }
        self.folder = folder
        self.description = description
        var preparations: [StampFile] = []
        // Worlds take turns, so that a library that is cut short holds them all.
        for number in 0..<description.preparations {
            for name in description.worlds {
                preparations.append(try StampFile(folder: folder, world: try World(named: name), number: number))
            }
        }
        self.preparations = preparations
    }

    static func read<Value: Decodable>(_ type: Value.Type, _ path: String) throws(SimulationError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw SimulationError(
                .badLibrary, "\(path) cannot be read: \(error.localizedDescription)",
                hint: "name a folder that neurallens-lab library has finished")
        }
    }

    /// Renders what is missing of a library; one that was interrupted goes on.
    /// - Parameter progress: called with the preparations that are there; returns false to stop.
    /// - Returns: whether the library is complete.
    package static func build(
        _ description: Description, in folder: String, progress: (Int) -> Bool
    ) throws(SimulationError) -> Bool {
        func failure(_ path: String, _ error: any Error) -> SimulationError {
            SimulationError(
                .cannotWrite, "\(path) cannot be written: \(error.localizedDescription)",
                hint: "check that the folder can be written to and that the disk has room")
        }
        let worlds = try description.worlds.map { name throws(SimulationError) in try World(named: name) }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw failure(folder, error)
        }
        let path = folder + "/library.json"
        if FileManager.default.fileExists(atPath: path) {
            let found = try read(Description.self, path)
            guard found.version == version, found.seed == description.seed else {
                throw SimulationError(
                    .badLibrary, "\(folder) holds a library of another seed or version", hint: "name another folder")
            }
        }
        var count = 0
        for number in 0..<description.preparations {
            for world in worlds {
                if !StampFile.exists(folder: folder, world: world, number: number) {
                    do {
                        try StampFile.write(world: world, number: number, seed: description.seed, to: folder)
                    } catch {
                        throw failure("\(folder)/\(world.name)-\(number)", error)
                    }
                }
                count += 1
                if !progress(count) { return false }
            }
        }
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            try encoder.encode(description).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw failure(path, error)
        }
        return true
    }

    // MARK: Fields

    /// Field `index` of a seed: one preparation, bodies from its stamps, light, sensor, map and micrograph.
    /// - electron: whether a micrograph is wanted, which costs half a second.
    package func field(seed: UInt64, index: Int, electron: Bool) -> FreshField {
        var random = RandomStream(seed, UInt64(index), 30)
        let preparation = preparations[Int(random.next() % UInt64(preparations.count))]
        return FreshField(preparation, seed: seed, index: index, electron: electron, &random)
    }
}
