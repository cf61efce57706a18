import ControlAPI
import ControlClient
import Foundation
import Testing

/// A database that is fetched in pieces over the socket.
@Suite struct BackupTests {
    private func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }

    @Test func whatIsThereIsNotFetchedAgain() async throws {
        try await withServer { served throws in
            let (client, instrument) = (served.client, served.instrument)
            let path = NSTemporaryDirectory() + "/backup-\(UUID().uuidString).part"
            defer { try? FileManager.default.removeItem(atPath: path) }
            func fetch() async throws -> [Int64] {
                try await blocking {
                    var fetched: [Int64] = []
                    _ = try Backup(from: client, to: path).run(
                        onProgress: { fetched.append($0.fetched) }, onTrouble: { _ in })
                    return fetched
                }
            }
            func content() -> [UInt8] { Array(FileManager.default.contents(atPath: path) ?? Data()) }

            let database = bytes(40_500, seed: 1)
            await instrument.hold(database)
            #expect(try await fetch().last == 40_500)
            #expect(content() == database)
            #expect(await instrument.blocksFetched == Array(0..<41))
            #expect(await instrument.endedSnapshots.count == 1)

            // Later one piece is another, and the end is gone: what is left is truncated.
            var later = Array(database.prefix(39_200))
            later[20_001] ^= 1
            await instrument.hold(later)
            #expect(try await fetch().last == 1000)
            #expect(content() == later)
            #expect(await instrument.blocksFetched == [20])

            // A daemon that is restarted half-way: the pieces that are there are kept.
            try FileManager.default.removeItem(atPath: path)
            await instrument.hold(database, forgettingAfter: 25)
            _ = try await fetch()
            #expect(content() == database)
            let asked = await instrument.blocksFetched
            #expect(Set(asked) == Set(0..<41) && asked.count <= 42, "\(asked)")
        }
    }

    @Test func twoAtOnceDoNotWriteOneFile() async throws {
        try await withServer { served throws in
            let client = served.client
            await served.instrument.hold(bytes(5000, seed: 2))
            let path = NSTemporaryDirectory() + "/backup-\(UUID().uuidString).part"
            defer { try? FileManager.default.removeItem(atPath: path) }
            let refused = try await blocking {
                var refused: ControlClientError?
                _ = try Backup(from: client, to: path).run(
                    onProgress: { _ in
                        do throws(ControlClientError) {
                            _ = try Backup(from: client, to: path).run(onProgress: { _ in }, onTrouble: { _ in })
                        } catch { refused = error }
                    }, onTrouble: { _ in })
                return refused
            }
            #expect(refused?.code == .cannotWrite && refused?.message.contains("another backup") == true)
        }
    }

    @Test func exclusionsArriveWithWhoAndWhy() async throws {
        try await withServer { served throws in
            let client = served.client
            let report = try await blocking {
                try client.exclude(capture: 7, .init(reason: "stage moved", reviewer: "M. Palyno"))
            }
            #expect(report.exclusion?.reason == "stage moved" && report.exclusion?.by == "M. Palyno")
            #expect(try await blocking { try client.include(capture: 7) }.exclusion == nil)
            await #expect(throws: ControlClientError.self) {
                try await blocking { try client.exclude(capture: 7, .init(reason: "  ")) }
            }
        }
    }
}
