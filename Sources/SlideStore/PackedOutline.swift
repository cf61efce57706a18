import Grains
import Quantities

/// Outlines as bytes, as `grains.outline` holds them.
///
/// | bytes | |
/// |---|---|
/// | 1 | form: 1 or 2 |
/// | varint | number of corners |
/// | form 1 | of each corner x, then y: the difference from the corner before, of the first from (0, 0), in hundredths of a pixel, as a zigzag varint |
/// | form 2 | of each corner x, then y, in pixels, as an IEEE 754 double, little-endian |
///
/// Varints hold seven bits a byte, the lowest first, and all bytes but the last have the eighth set; zigzag counts differences
/// of 0, -1, 1, -2, ... as 0, 1, 2, 3, ... What the program stores is rounded to hundredths of a pixel and has form 1;
/// form 2 is for whatever else a file of an earlier version may say. Both give back every bit of what went in.
extension [Grain.Point] {
    private static let hundredths: UInt8 = 1
    private static let doubles: UInt8 = 2
    /// Hundredths of a pixel that doubles tell apart.
    private static let mostUnits: Int64 = 1 << 53

    /// Coordinates must be finite.
    package var packed: [UInt8] {
        let coordinates = flatMap { [$0.x, $0.y] }
        let units = coordinates.compactMap { value -> Int64? in
            let unit = Int64(exactly: (value * 100).rounded())
            guard let unit, (-Self.mostUnits...Self.mostUnits).contains(unit),
                (Double(unit) / 100).bitPattern == value.bitPattern
            else { return nil }
            return unit
        }
        let isOfHundredths = units.count == coordinates.count
        var bytes = [isOfHundredths ? Self.hundredths : Self.doubles]
        bytes.append(varint: UInt64(count))
        if isOfHundredths {
            for index in units.indices {
                let difference = units[index] - (index < 2 ? 0 : units[index - 2])
                bytes.append(varint: UInt64(bitPattern: difference << 1 ^ difference >> 63))
            }
        } else {
            for value in coordinates {
                for shift in stride(from: 0, to: 64, by: 8) {
                    bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(shift)))
                }
            }
        }
        return bytes
    }

    /// - Parameter grain: whose outline it is, for the error.
    /// - Throws: `damaged` for bytes that `packed` does not make.
    package init(packed bytes: [UInt8], ofGrain grain: StoredGrain.ID) throws(StoreError) {
        do throws(Spoiled) {
            var reader = PackedReader(bytes: bytes)
            try self.init(&reader)
        } catch {
            throw StoreError(
                .damaged, "the outline of grain \(grain) is not as it was stored: \(error.how)",
                hint: "restore the file from a backup; counts do not need outlines")
        }
    }

    private init(_ reader: inout PackedReader) throws(Spoiled) {
        let form = try reader.byte()
        guard form == Self.hundredths || form == Self.doubles else { throw Spoiled(how: "it has the form \(form)") }
        let count = try reader.varint()
        guard count <= UInt64(reader.left / (form == Self.hundredths ? 2 : 16)) else { throw Spoiled.short }
        self = []
        reserveCapacity(Int(count))
        var (x, y): (Int64, Int64) = (0, 0)
        for _ in 0..<count {
            if form == Self.hundredths {
                x = try Self.moved(x, &reader)
                y = try Self.moved(y, &reader)
                append(Grain.Point(x: Double(x) / 100, y: Double(y) / 100))
            } else {
                append(Grain.Point(x: try reader.double(), y: try reader.double()))
            }
        }
        guard reader.left == 0 else { throw Spoiled(how: "bytes follow its last corner: \(reader.left)") }
    }

    /// A coordinate in hundredths of a pixel and the next difference.
    private static func moved(_ coordinate: Int64, _ reader: inout PackedReader) throws(Spoiled) -> Int64 {
        let bits = try reader.varint()
        let (sum, isTooLarge) = coordinate.addingReportingOverflow(Int64(bits >> 1) ^ -Int64(bits & 1))
        guard !isTooLarge, (-mostUnits...mostUnits).contains(sum) else { throw Spoiled.large }
        return sum
    }
}

private struct Spoiled: Error {
    static let short = Spoiled(how: "it ends too early")
    static let large = Spoiled(how: "one of its numbers is too large")

    let how: String
}

private struct PackedReader {
    private let bytes: [UInt8]
    private var at = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var left: Int { bytes.count - at }

    mutating func byte() throws(Spoiled) -> UInt8 {
        guard at < bytes.count else { throw Spoiled.short }
        defer { at += 1 }
        return bytes[at]
    }

    mutating func varint() throws(Spoiled) -> UInt64 {
        var value: UInt64 = 0
        for shift: UInt64 in stride(from: 0, to: 64, by: 7) {
            let byte = try byte()
            let bits = UInt64(byte & 0x7f)
            guard (bits << shift) >> shift == bits else { throw Spoiled.large }
            value |= bits << shift
            if byte < 0x80 { return value }
        }
        throw Spoiled.large
    }

    mutating func double() throws(Spoiled) -> Double {
        var bits: UInt64 = 0
        for shift: UInt64 in stride(from: 0, to: 64, by: 8) { bits |= UInt64(try byte()) << shift }
        let value = Double(bitPattern: bits)
        guard value.isFinite else { throw Spoiled(how: "one of its numbers is none") }
        return value
    }
}

extension [UInt8] {
    fileprivate mutating func append(varint value: UInt64) {
        var value = value
        while value >= 0x80 {
            append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        append(UInt8(value))
    }
}
