import Foundation
import Imaging
import Simulation
import Testing

/// One small library for all tests: a preparation each of two worlds.
private enum Shared {
    static let folder: String = {
        let folder = NSTemporaryDirectory() + "grain-library-\(UUID().uuidString)"
        let description = GrainLibrary.Description(seed: 5, worlds: ["classic", "alexander"], preparations: 1)
        let isComplete = try? GrainLibrary.build(description, in: folder) { _ in true }
        precondition(isComplete == true)
        return folder
    }()
}

struct GrainLibraryTests {
    @Test func aFieldIsAFunctionOfSeedAndNumber() throws {
        let library = try GrainLibrary(folder: Shared.folder)
        let again = try GrainLibrary(folder: Shared.folder)
        let one = library.field(seed: 1, index: 4, electron: true)
        let same = again.field(seed: 1, index: 4, electron: true)
        #expect(one.optical == same.optical && one.map == same.map && one.electron == same.electron)
        #expect(one.optical == again.field(seed: 1, index: 4, electron: false).optical)
        #expect(one.optical != library.field(seed: 1, index: 5, electron: false).optical)
        #expect(one.optical != library.field(seed: 2, index: 4, electron: false).optical)
    }

    @Test func mapMicrographAndOutlinesAgree() throws {
        let library = try GrainLibrary(folder: Shared.folder)
        for index in 0..<6 {
            let field = library.field(seed: 9, index: index, electron: true)
            let onBlack = try #require(field.onBlack)
            var (grains, bright) = (0, 0)
            for pixel in 0..<1024 * 1024 {
                let isGrain = field.map.samples[pixel * 3] == 255 || field.map.samples[pixel * 3 + 2] == 255
                // A bubble hides a grain in the map and is in no micrograph.
                if isGrain { #expect(onBlack.samples[pixel] > 0 || field.electron!.samples[pixel] == 0) }
                if isGrain { grains += 1 }
                if onBlack.samples[pixel] > 0 { bright += 1 }
            }
            #expect(bright >= grains * 98 / 100)
            // Outlines that lie wholly within the field enclose their species' map.
            for grain in field.outlines {
                let (xs, ys) = (grain.outline.map { $0[0] }, grain.outline.map { $0[1] })
                guard xs.min()! > 2, ys.min()! > 2, xs.max()! < 1021, ys.max()! < 1021 else { continue }
                let (x, y) = (Int(xs.reduce(0, +) / Double(xs.count)), Int(ys.reduce(0, +) / Double(ys.count)))
                let channels = (0..<3).map { field.map.samples[(y * 1024 + x) * 3 + $0] }
                #expect(channels.contains(255), "no body in the middle of a \(grain.species)")
            }
        }
    }

    @Test func lightAndMapAreOfOnePlace() throws {
        let library = try GrainLibrary(folder: Shared.folder)
        for index in 0..<4 {
            let field = library.field(seed: 11, index: index, electron: false)
            let divided = field.optical.normalised.dividedByGlass().picture
            func departure(_ dx: Int, _ dy: Int) -> Double {
                var (sum, count) = (0.0, 0)
                for y in stride(from: 60, to: 964, by: 3) {
                    for x in stride(from: 60, to: 964, by: 3) {
                        let at = (y + dy) * 1024 + x + dx
                        guard (0..<3).contains(where: { field.map.samples[at * 3 + $0] == 255 }) else { continue }
                        for channel in 0..<3 {
                            sum += Double(abs(divided.samples[(y * 1024 + x) * 3 + channel] - 0.7))
                        }
                        count += 1
                    }
                }
                return count == 0 ? 0 : sum / Double(count)
            }
            let here = departure(0, 0)
            for (dx, dy) in [(50, 0), (-50, 0), (0, 50), (0, -50)] where here > 0 {
                #expect(here > departure(dx, dy))
            }
        }
    }

    @Test func worldsCanBeLeftOut() throws {
        let library = try GrainLibrary(folder: Shared.folder, without: ["classic"])
        for index in 0..<5 { #expect(library.field(seed: 1, index: index, electron: false).world == "alexander") }
        #expect(throws: SimulationError.self) { _ = try GrainLibrary(folder: Shared.folder, without: ["dry"]) }
        #expect(throws: SimulationError.self) {
            _ = try GrainLibrary(folder: Shared.folder, without: ["classic", "alexander"])
        }
    }

    @Test func anotherVersionAndAFileCutShortAreRefused() throws {
        let folder = NSTemporaryDirectory() + "grain-library-\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: Shared.folder, toPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let stamps = URL(fileURLWithPath: folder + "/classic-0.stamps")
        try Data(contentsOf: stamps).dropLast(1000).write(to: stamps)
        #expect {
            _ = try GrainLibrary(folder: folder)
        } throws: { ($0 as? SimulationError)?.code == .badLibrary }
        let path = folder + "/library.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("\"version\" : \(GrainLibrary.version)", with: "\"version\" : 99").write(
            toFile: path, atomically: true, encoding: .utf8)
        #expect {
            _ = try GrainLibrary(folder: folder)
        } throws: { ($0 as? SimulationError)?.message.contains("version 99") == true }
    }
}
