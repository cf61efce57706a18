internal import Foundation

extension UUID {
    /// A random one (RFC 9562, version 4).
    ///
    /// `UUID()` is all zeros, each time, where the process has no descriptor left to open /dev/urandom with; the kernel's
    /// generator, asked by itself, needs none.
    fileprivate static func random() -> UUID {
        var generator = SystemRandomNumberGenerator()
        let (high, low) = (generator.next(), generator.next())
        func byte(_ number: UInt64, _ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: number >> (8 * UInt64(index))) }
        return UUID(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3), byte(high, 4), byte(high, 5),
                byte(high, 6) & 0x0f | 0x40, byte(high, 7), byte(low, 0) & 0x3f | 0x80, byte(low, 1), byte(low, 2),
                byte(low, 3), byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
            ))
    }
}

/// A random identifier, as jobs and snapshots have: a UUID in lower case.
package func randomIdentifier() -> String { UUID.random().uuidString.lowercased() }
