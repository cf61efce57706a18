import Foundation
import Testing

/// Actors and the cooperative pool never block: what waits or computes for long runs on threads of its own.
@Suite struct ThreadTests {
    private static let acquisition = ModuleBoundaryTests.sources.appendingPathComponent("Acquisition")

    /// Lines of code of the acquisition, by file.
    private func lines() throws -> [(file: String, line: String)] {
        try FileManager.default.subpathsOfDirectory(atPath: Self.acquisition.path).filter { $0.hasSuffix(".swift") }
            .flatMap { file in
                try String(contentsOf: Self.acquisition.appendingPathComponent(file), encoding: .utf8)
                    .split(separator: "\n").filter { !$0.drop(while: \.isWhitespace).hasPrefix("//") }
                    .map { (file, String($0)) }
            }
    }

    /// Reads that block (`SlideStore.waitFor...`) are made by what runs on a thread: the survey's work, and pictures that
    /// are drawn for a client.
    @Test func readsThatBlockAreMadeOnThreads() throws {
        let onThreads: Set = [
            "Survey/SurveyedSlide.swift", "SlideBook/SlideBook+Places.swift", "Teaching/LessonPictures.swift",
            "Teaching/SlideBook+DataSets.swift",
        ]
        let blocking = try lines().filter { $0.line.contains(".waitFor") }
        #expect(!blocking.isEmpty)
        for (file, line) in blocking { #expect(onThreads.contains(file), "\(file) blocks:\(line)") }
    }

    @Test func nothingElseBlocks() throws {
        let words = [
            "DispatchSemaphore", "DispatchGroup", "NSLock", "NSCondition", "Thread.sleep", "usleep(", ".sync {",
        ]
        for (file, line) in try lines() {
            #expect(!words.contains { line.contains($0) }, "\(file) blocks:\(line)")
        }
    }

    /// Who waits for a change waits for its signal. What sleeps for a fixed time is listed: the live view's frames, the
    /// program's watch over clock and disk.
    @Test func nobodyPolls() throws {
        let clocked: Set = ["Live/LiveView.swift", "Microscope.swift"]
        for (file, line) in try lines() where line.contains("Task.sleep(for: .") {
            #expect(clocked.contains(file), "\(file) polls:\(line)")
        }
    }
}
