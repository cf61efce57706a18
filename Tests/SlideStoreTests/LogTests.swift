import Foundation
import SlideStore
import Testing

/// The log beside the catalogue.
@Suite struct LogTests {
    /// Readers that overlap each other leave no moment at which nobody reads the log.
    @Test func constantReadersDoNotKeepItGrowing() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")]])
        let readers = (0..<4).map { _ in
            Task { while !Task.isCancelled { _ = try await store.slides() } }
        }
        var longest = 0
        let note = String(repeating: "0123456789abcdef", count: 1 << 15)
        for number in 0..<600 {
            try await store.setNote("\(number) \(note)", ofSlide: slide, by: visitor)
            let size = try FileManager.default.attributesOfItem(atPath: folder.database + "-wal")[.size] as? NSNumber
            longest = max(longest, size?.intValue ?? 0)
        }
        for reader in readers { reader.cancel() }
        for reader in readers { _ = await reader.result }
        // Of 300 MB at least that were written.
        #expect(longest < 192 << 20, "\(longest)")
    }
}
