package import Foundation

/// Measures what storing one capture costs, PNG compression included, as the daemon does it.
package struct StoreBenchmark: Sendable {
    /// One stored capture.
    package struct Sample: Sendable {
        /// Compressing all pictures.
        package let encodingSeconds: Double
        /// Committing the input.
        package let inputSeconds: Double
        /// Committing pictures, grains and state.
        package let resultsSeconds: Double
        /// PNG bytes of all pictures.
        package let pictureBytes: Int

        package var totalSeconds: Double { encodingSeconds + inputSeconds + resultsSeconds }
    }

    /// Stores captures one after the other in a new database, which is removed at the end.
    /// - Parameters:
    ///   - folder: on the disk to be measured.
    ///   - repeats: captures to store.
    ///   - encode: compresses the pictures of one capture.
    package static func run(
        in folder: URL, repeats: Int, encode: @Sendable () throws -> (CaptureInput, CaptureResults)
    ) async throws -> [Sample] {
        let place = folder.appendingPathComponent("store-benchmark-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let store = try SlideStore(at: place.appendingPathComponent("slides.sqlite").path)
        let slide = try await store.createSlide(name: "benchmark", note: "", by: .current)
        var samples: [Sample] = []
        let clock = ContinuousClock()
        for _ in 0..<repeats {
            let start = clock.now
            let (input, results) = try encode()
            let encoded = clock.now
            let capture = try await store.storeInput(input, slide: slide.id, by: .current)
            let stored = clock.now
            try await store.beginAnalysis(capture.id)
            try await store.finish(capture.id, with: results)
            let finished = clock.now
            samples.append(
                Sample(
                    encodingSeconds: (encoded - start).seconds, inputSeconds: (stored - encoded).seconds,
                    resultsSeconds: (finished - stored).seconds,
                    pictureBytes: results.pictures.reduce(input.png.count) { $0 + $1.png.count }))
        }
        try store.close()
        return samples
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
