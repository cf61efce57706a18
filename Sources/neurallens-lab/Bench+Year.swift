import ArgumentParser
import Foundation
import SlideStore

extension Bench {
    struct YearCost: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "year",
            abstract:
                "A store of many slides with small pictures: size, daily backup, deleting a month, start, slide list.")

        @Option(help: "Folder on the disk to be measured.") var folder = NSTemporaryDirectory()
        @Option(help: "Slides.") var slides = 365
        @Option(help: "Captures a slide.") var fields = 60
        @Option(help: "Grains a capture.") var grains = 20
        @Option(help: "Bytes of each of a capture's three pictures.") var pictureBytes = 2000
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let found = try await YearBenchmark.run(
                in: URL(fileURLWithPath: folder), slides: slides, fields: fields, grains: grains,
                pictureBytes: pictureBytes)
            func size(_ bytes: Int64) -> String { String(format: "%.1f MB", Double(bytes) / 1e6) }
            func time(_ seconds: Double) -> String { String(format: "%.3f s", seconds) }
            let rows: [(String, String, Double)] = [
                ("catalogue", size(found.catalogueBytes), Double(found.catalogueBytes)),
                ("files of slides", size(found.slideFilesBytes), Double(found.slideFilesBytes)),
                ("storing a capture", time(found.captureSeconds), found.captureSeconds),
                ("start", time(found.startSeconds), found.startSeconds),
                ("slide list", time(found.slideListSeconds), found.slideListSeconds),
                ("daily backup", time(found.backupSeconds), found.backupSeconds),
                ("daily backup, read", size(found.backupBytesRead), Double(found.backupBytesRead)),
                ("daily backup, fetched at most", size(found.backupBytesFetched), Double(found.backupBytesFetched)),
                ("archiving a slide", time(found.archiveSeconds), found.archiveSeconds),
                ("restoring it", time(found.restoreSeconds), found.restoreSeconds),
                ("deleting a month", time(found.deleteMonthSeconds), found.deleteMonthSeconds),
                ("deleting a month, given back", size(found.deleteMonthBytes), Double(found.deleteMonthBytes)),
            ]
            if json {
                let figures = Dictionary(uniqueKeysWithValues: rows.map { ($0.0, $0.2) })
                let data = try JSONSerialization.data(withJSONObject: figures, options: [.sortedKeys, .prettyPrinted])
                print(String(decoding: data, as: UTF8.self))
            } else {
                print("\(slides) slides of \(fields) captures of \(grains) grains, pictures of \(pictureBytes) bytes")
                for (name, text, _) in rows {
                    print("  " + name.padding(toLength: 32, withPad: " ", startingAt: 0) + text)
                }
            }
        }
    }
}
