internal import Acquisition
internal import ArgumentParser
internal import Foundation

extension Bench {
    struct SlideCost: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "slide", abstract: "A slide of many fields: captures, counts, places, map, a start on it.",
            discussion: """
                Fields of 230 µm are drawn in place of captured ones, with the grains that a lens would find: no lens \
                runs. All else is the daemon's own: each field is stored, surveyed and judged, and what clients ask is \
                asked. Processor time is that of storing and surveying a field; drawing is not counted.
                """)

        @Option(help: "Captures.") var fields = 600
        @Option(help: "apart, overlapping (by 15 %) or twice (each field twice); default: one after the other.")
        var layout: SlideBenchmark.Layout?
        @Option(help: "Pixels of a field.", transform: Size.init) var size = Size(width: 640, height: 512)
        @Flag(help: "Do not draw the map.") var withoutMap = false
        @Option(help: "Folder on the disk to be measured.") var folder = NSTemporaryDirectory()
        @Flag(help: "Print JSON.") var json = false

        struct Size {
            var width: Int
            var height: Int

            init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

            init(_ text: String) throws {
                let sides = text.split(separator: "x").compactMap { Int($0) }
                guard sides.count == 2, sides.allSatisfy({ (128...4096).contains($0) }) else {
                    throw ValidationError("--size must be two numbers of 128 to 4096, as in 640x512")
                }
                self.init(width: sides[0], height: sides[1])
            }
        }

        func validate() throws {
            guard (2...100_000).contains(fields) else { throw ValidationError("--fields must lie in 2 to 100000") }
        }

        private struct Row: Encodable {
            var layout: String
            var fields: Int
            var width: Int
            var height: Int
            var processor_seconds_first_50: Double
            var processor_seconds_last_50: Double
            var ratio: Double
            var seconds_until_surveyed_median: Double
            var counts_seconds: Double
            var slide_fields_seconds: Double
            var slide_map_seconds: Double?
            var ready_seconds: Double
            var next_counts_seconds: Double
            var true_grains: Int
            var counted_grains: Int
            var doubles: Int
            var placed_fields: Int
            var file_bytes: Int
            var peak_rss_bytes: Int
        }

        func run() async throws {
            var rows: [Row] = []
            for layout in layout.map({ [$0] }) ?? SlideBenchmark.Layout.allCases {
                let line = ProgressLine()
                let result = try await SlideBenchmark.run(
                    in: URL(fileURLWithPath: folder), layout, fields: fields, width: size.width, height: size.height,
                    isMapped: !withoutMap
                ) { line.show("\(layout.rawValue): \($0) of \(fields) fields") }
                line.end()
                rows.append(row(result))
                if !json { show(rows[rows.count - 1]) }
            }
            guard json else { return }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            print(String(decoding: try encoder.encode(rows), as: UTF8.self))
        }

        private func row(_ result: SlideBenchmark) -> Row {
            func mean(_ values: some Collection<Double>) -> Double { values.reduce(0, +) / Double(values.count) }
            let first = mean(result.captureProcessorSeconds.prefix(50))
            let last = mean(result.captureProcessorSeconds.suffix(50))
            var usage = rusage()
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return Row(
                layout: result.layout.rawValue, fields: result.fields, width: result.width, height: result.height,
                processor_seconds_first_50: first, processor_seconds_last_50: last, ratio: last / first,
                seconds_until_surveyed_median: result.captureSeconds.sorted()[result.captureSeconds.count / 2],
                counts_seconds: result.countsSeconds, slide_fields_seconds: result.fieldsSeconds,
                slide_map_seconds: withoutMap ? nil : result.mapSeconds, ready_seconds: result.readySeconds,
                next_counts_seconds: result.nextCountsSeconds, true_grains: result.trueGrains,
                counted_grains: result.countedGrains, doubles: result.doubles, placed_fields: result.placedFields,
                file_bytes: result.fileBytes, peak_rss_bytes: Int(usage.ru_maxrss) * 1024)
        }

        private func show(_ row: Row) {
            func seconds(_ value: Double) -> String { String(format: "%.3f s", value) }
            print("\(row.layout): \(row.fields) fields of \(row.width) x \(row.height) pixels")
            print(
                "  processor time a capture: \(seconds(row.processor_seconds_first_50)) the first 50, "
                    + "\(seconds(row.processor_seconds_last_50)) the last 50, "
                    + String(format: "%.2f times", row.ratio)
                    + "; surveyed after \(seconds(row.seconds_until_surveyed_median)) (median)")
            print(
                "  counts \(seconds(row.counts_seconds)), slide fields \(seconds(row.slide_fields_seconds)), slide map "
                    + (row.slide_map_seconds.map { seconds($0) } ?? "not drawn"))
            print(
                "  started again: ready after \(seconds(row.ready_seconds)), counts with a further field after "
                    + seconds(row.next_counts_seconds))
            print(
                "  \(row.true_grains) grains: \(row.counted_grains) counted, \(row.doubles) doubles found, "
                    + "\(row.placed_fields) fields placed; file \(row.file_bytes / 1_000_000) MB, peak memory "
                    + "\(row.peak_rss_bytes / 1_000_000) MB")
        }
    }
}

extension SlideBenchmark.Layout: ExpressibleByArgument {}
