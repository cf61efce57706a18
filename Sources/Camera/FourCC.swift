import Quantities

/// A V4L2 pixel format code: four characters, the first in the lowest byte, as in `v4l2_fourcc`.
package struct FourCC: Sendable, Hashable, CustomStringConvertible {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// From one to four ASCII characters; shorter codes end in spaces ("Y16" is "Y16 ").
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard (1...4).contains(bytes.count), bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else { return nil }
        rawValue = (bytes + Array(repeating: 0x20, count: 4 - bytes.count)).enumerated()
            .reduce(0) { $0 | UInt32($1.element) << UInt32(8 * $1.offset) }
    }

    /// Without trailing spaces; a big-endian format, which sets the highest bit, ends in "-BE".
    package var description: String {
        let isBigEndian = rawValue >> 31 == 1
        var bytes = (0..<4).map { UInt8(truncatingIfNeeded: (rawValue & 0x7FFF_FFFF) >> UInt32(8 * $0)) }
        while bytes.last == 0x20 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self) + (isBigEndian ? "-BE" : "")
    }
}
