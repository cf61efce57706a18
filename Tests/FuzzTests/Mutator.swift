import Foundation

/// Files gone wrong in the ways that disks, programs and people make them, and in the ways that somebody who looks for
/// a fault would: reproducible from a seed.
struct Mutator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(max(1, count))) }

    /// One of the files, changed in one to four places.
    mutating func mutant(of corpus: [[UInt8]]) -> [UInt8] {
        var bytes = corpus[below(corpus.count)]
        for _ in 0...below(4) { change(&bytes, corpus) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8], _ corpus: [[UInt8]]) {
        guard !bytes.isEmpty else {
            bytes = [UInt8(truncatingIfNeeded: next())]
            return
        }
        // Headers decide more than what follows them.
        let at = below(3) == 0 ? below(bytes.count) : below(min(bytes.count, 512))
        switch below(10) {
        case 0: bytes[at] ^= 1 << UInt8(below(8))
        case 1: bytes[at] = [0, 0xFF, 0x7F, 0x80, 0x20, 0x0A, 0x22, 0x2D][below(8)]
        case 2: bytes.removeSubrange(at...)
        case 3: bytes.removeSubrange(at..<min(bytes.count, at + 1 + below(64)))
        case 4:
            let end = min(bytes.count, at + 1 + below(64))
            bytes.insert(contentsOf: bytes[at..<end], at: at)
        case 5: bytes.insert(contentsOf: (0...below(16)).map { _ in UInt8(truncatingIfNeeded: next()) }, at: at)
        case 6:
            // A length or an offset.
            let value = [0, 1, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x8000_0000, UInt64.max, 1 << 40, UInt64(bytes.count)][
                below(8)]
            let size = [1, 2, 4, 8][below(4)]
            for k in 0..<size where at + k < bytes.count {
                bytes[at + k] = UInt8(truncatingIfNeeded: value >> UInt64(8 * (below(2) == 0 ? k : size - 1 - k)))
            }
        case 7: replaceNumber(&bytes)
        case 8:
            let other = corpus[below(corpus.count)]
            let from = below(other.count)
            bytes.replaceSubrange(at..<min(bytes.count, at + 32), with: other[from..<min(other.count, from + 32)])
        default:
            // A word of text, where there is one.
            let words = ["null", "true", "[]", "{}", "\"\"", "NaN", "-", ",", "\u{FEFF}", "ä", "\\u0000"]
            bytes.replaceSubrange(at..<min(bytes.count, at + 4), with: Array(words[below(words.count)].utf8))
        }
    }

    /// A number written in digits becomes another.
    private mutating func replaceNumber(_ bytes: inout [UInt8]) {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let start = below(bytes.count)
        guard let first = (start..<bytes.count).first(where: { digits.contains(bytes[$0]) }) else { return }
        let last = (first..<bytes.count).first { !digits.contains(bytes[$0]) && bytes[$0] != 0x2E } ?? bytes.count
        let numbers = [
            "0", "-1", "1e308", "1e-324", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
            "18446744073709551615", "4294967296", "2147483648", "1e400", "0.1e-400", "00", "1e20", "65537", "NaN",
        ]
        bytes.replaceSubrange(first..<last, with: Array(numbers[below(numbers.count)].utf8))
    }
}
