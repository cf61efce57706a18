import Grains
import SlideStore
import Testing

/// Outlines as bytes.
@Suite struct PackedOutlineTests {
    private func bits(_ outline: [Grain.Point]) -> [UInt64] { outline.flatMap { [$0.x.bitPattern, $0.y.bitPattern] } }

    private func comesBack(_ outline: [Grain.Point]) throws {
        #expect(bits(try [Grain.Point](packed: outline.packed, ofGrain: 1)) == bits(outline), "\(outline)")
    }

    /// By hand, after the format's description.
    @Test func theFormat() throws {
        let outline = [Grain.Point(x: 0.01, y: -0.01), Grain.Point(x: 0.5, y: -0.25), Grain.Point(x: 2.0, y: -0.25)]
        #expect(outline.packed == [1, 3, 2, 1, 98, 47, 0xac, 0x02, 0])
        #expect([Grain.Point]().packed == [1, 0])
        // 1/3 is no hundredth.
        let fine = [Grain.Point(x: 1.0 / 3, y: 1)]
        #expect(fine.packed == [2, 1, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xd5, 0x3f, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f])
    }

    @Test func everyBitComesBack() throws {
        var random = RandomReviewTests.Random(state: 7)
        for corners in [0, 1, 2, 3, 24, 200, 5000] {
            try comesBack(
                (0..<corners).map { _ in
                    Grain.Point(
                        x: Double(Int.random(in: -200...1_000_000, using: &random)) / 100,
                        y: Double(Int.random(in: -200...1_000_000, using: &random)) / 100)
                })
        }
        let odd: [Double] = [
            -0.0, 0.1 + 0.2, 1.0 / 3, 1e15, -1e15, 90_071_992_547_409.92, 1e300, -.greatestFiniteMagnitude,
            .leastNonzeroMagnitude,
        ]
        for value in odd {
            try comesBack([Grain.Point(x: value, y: -1e13), Grain.Point(x: -value, y: 1e13), Grain.Point(x: 1, y: 2)])
        }
    }

    @Test func spoiledBytesAreRefused() throws {
        func refused(_ bytes: [UInt8], _ words: String) {
            let error = #expect(throws: StoreError.self, "\(bytes)") {
                _ = try [Grain.Point](packed: bytes, ofGrain: 17)
            }
            #expect(error?.code == .damaged && error?.message.hasPrefix("the outline of grain 17 is not as it") == true)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
        let even = (0..<20).map { Grain.Point(x: Double($0 * $0), y: 3.25 * Double($0)) }
        let fine = (0..<20).map { Grain.Point(x: 1 / Double(3 + $0), y: 0) }
        var random = RandomReviewTests.Random(state: 3)
        for bytes in [even.packed, fine.packed] {
            for count in bytes.indices { refused(Array(bytes[..<count]), "too early") }
            refused(bytes + [0], "bytes follow")
            // Whatever else happens to them, they are an outline or an error.
            for _ in 0..<20_000 {
                var spoiled = bytes
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    spoiled[Int.random(in: spoiled.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                let outline = try? [Grain.Point](packed: spoiled, ofGrain: 1)
                #expect(outline?.allSatisfy { $0.x.isFinite && $0.y.isFinite } ?? true)
            }
        }
        refused([0, 0], "form 0")
        refused(Array("[[1,2]]".utf8), "form 91")
        let most = [UInt8](repeating: 0xff, count: 9)
        refused([1] + most + [1], "too early")
        refused([1] + most + [2], "too large")
        refused([1] + most + [0x81, 0], "too large")
        refused([1, 1] + most + [1, 0], "too large")
        refused([2, 1, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f, 0, 0, 0, 0, 0, 0, 0, 0], "is none")
    }
}
