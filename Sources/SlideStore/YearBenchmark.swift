package import Foundation
import Grains
import Quantities

/// Measures what a store of many slides costs those who look after it, with small pictures.
package struct YearBenchmark: Sendable {
    /// The catalogue, the slides' files.
    package var catalogueBytes: Int64 = 0
    package var slideFilesBytes: Int64 = 0
    /// Storing one analysed capture, on average.
    package var captureSeconds = 0.0
    /// Opening the closed store.
    package var startSeconds = 0.0
    /// All slides with their counts.
    package var slideListSeconds = 0.0
    /// Finding which slides' files a copy of yesterday lacks; reading them and the catalogue, after a day of one slide.
    package var backupSeconds = 0.0
    package var backupBytesRead: Int64 = 0
    package var backupBytesFetched: Int64 = 0
    /// Slides of a month deleted, and by how much the store shrank.
    package var deleteMonthSeconds = 0.0
    package var deleteMonthBytes: Int64 = 0
    /// One slide to the archive and back.
    package var archiveSeconds = 0.0
    package var restoreSeconds = 0.0

    /// Fills a new store, which is removed at the end.
    /// - Parameters:
    ///   - folder: on the disk to be measured.
    ///   - fields: captures a slide.
    ///   - grains: a capture.
    ///   - pictureBytes: of each of a capture's three pictures.
    package static func run(
        in folder: URL, slides: Int, fields: Int, grains: Int, pictureBytes: Int
    ) async throws -> YearBenchmark {
        let place = folder.appendingPathComponent("year-benchmark-\(UUID().uuidString)")
        let archive = place.appendingPathComponent("archive").path
        try FileManager.default.createDirectory(atPath: archive, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let path = place.appendingPathComponent("slides.sqlite").path
        var found = YearBenchmark()
        let clock = ContinuousClock()
        func timed(_ body: () async throws -> Void) async rethrows -> Double {
            let start = clock.now
            try await body()
            return (clock.now - start).seconds
        }

        var store = try SlideStore(at: path)
        var number = 0
        func fill(_ name: String) async throws {
            let slide = try await store.createSlide(name: name, note: "", by: .current).id
            for _ in 0..<fields {
                number += 1
                let capture = try await store.storeInput(Self.input(number, pictureBytes), slide: slide, by: .current)
                    .id
                try await store.finish(capture, with: Self.results(number, grains: grains, pictureBytes))
            }
        }
        for day in 1..<max(2, slides) { try await fill("day \(day)") }
        let yesterday = try store.slideFileStates()
        let last = try await timed { try await fill("day \(slides)") }
        found.captureSeconds = last / Double(max(1, fields))

        found.backupSeconds = try await timed {
            let snapshot = try await store.snapshot()
            let today = try store.slideFileStates()
            found.backupBytesRead =
                snapshot.bytes + today.reduce(0) { $0 + min($1.bytes, Int64(SlideStore.SlideFileState.headBytes)) }
            // Of the catalogue the pieces whose hash is another are fetched: here, all are counted.
            found.backupBytesFetched = snapshot.bytes
            for number in 0..<snapshot.blocks { _ = try snapshot.hash(ofBlock: number) }
            for state in today where !yesterday.contains(state) {
                let held = try store.snapshot(ofSlide: state.slide, in: snapshot.id)
                for number in 0..<held.blocks { _ = try held.hash(ofBlock: number) }
                found.backupBytesRead += held.bytes
                found.backupBytesFetched += held.bytes
                held.release()
            }
            snapshot.release()
        }
        try store.close()
        found.startSeconds = try await timed { store = try SlideStore(at: path) }
        found.catalogueBytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64 ?? 0
        found.slideFilesBytes = store.slideFiles.bytes()
        found.slideListSeconds = try await timed { _ = try await store.slides() }
        found.archiveSeconds = try await timed { try store.archive(slide: 1, to: archive, by: .current) { _ in true } }
        found.restoreSeconds = try await timed {
            try store.restore(slide: 1, from: archive, by: .current) { _ in true }
        }
        let before = try await store.totals().bytes
        found.deleteMonthSeconds = try await timed {
            for slide in 1...min(30, slides) { try store.delete(slide: Int64(slide), archive: nil, by: .current) }
        }
        found.deleteMonthBytes = try await before - store.totals().bytes
        try store.close()
        return found
    }

    /// Unlike those of any other number: pictures that are the same are stored once.
    private static func bytes(_ count: Int, _ number: Int) -> [UInt8] {
        let name = Array("\(number) ".utf8)
        return (0..<count).map { name[$0 % name.count] }
    }

    private static func input(_ number: Int, _ count: Int) -> CaptureInput {
        CaptureInput(
            png: bytes(count, number), width: 1280, height: 1024,
            scale: FieldScale(nmPerPixel: 180, origin: "benchmark"),
            source: "benchmark", origin: "\(number)", wireFormat: "simulated BA81", bitDepth: 8, sequence: 0,
            controls: [:],
            frames: .init(sequenceGaps: 0, errorFlagged: 0, discardedBeforeTrigger: 0), capturedAt: Date(),
            exposedAtMonotonicNanoseconds: 0)
    }

    private static func results(_ number: Int, grains: Int, _ count: Int) -> CaptureResults {
        CaptureResults(
            pictures: [PictureRecord.classes, PictureRecord.magnified].enumerated().map { index, kind in
                PictureRecord(
                    kind: kind, png: bytes(count, 3_000_000 + 2 * number + index), width: 2776, height: 2221,
                    nmPerPixel: 83,
                    isSynthesised: true)
            }, grains: (0..<grains).map(CountBenchmark.grain),
            lens: LensIdentity(name: "benchmark", sha256: String(repeating: "0", count: 64)),
            engineVersion: "benchmark",
            settings: [:], stageSeconds: [:])
    }
}
