import Foundation
import Grains
import Quantities

/// Outlines as formats before 15 held them: corners as JSON, `[[x,y],...]`.
extension [Grain.Point] {
    init(outlineText text: String) throws(StoreError) {
        if let plain = Self.plain(text) {
            self = plain
            return
        }
        let corners: [[Double]] = try jsonValue(text)
        self = corners.filter { $0.count == 2 }.map { Grain.Point(x: $0[0], y: $0[1]) }
    }

    /// As those formats were written: without spaces, and with two decimals at most. A large store has gigabytes of it, which a
    /// decoder of any JSON would take minutes for. Nil for all else. Whole hundredths divided by 100 are the double nearest
    /// to the decimal, as it is read everywhere.
    private static func plain(_ text: String) -> [Grain.Point]? {
        var bytes = [UInt8](text.utf8)[...]
        func take(_ character: Character) -> Bool {
            bytes.first == character.asciiValue && bytes.popFirst() != nil
        }
        func number() -> Double? {
            let isNegative = take("-")
            var (units, digits, decimals): (Int64, Int, Int?) = (0, 0, nil)
            while let byte = bytes.first {
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"):
                    units = units * 10 + Int64(byte - UInt8(ascii: "0"))
                    digits += 1
                    decimals = decimals.map { $0 + 1 }
                case UInt8(ascii: ".") where decimals == nil && digits > 0: decimals = 0
                default:
                    guard (1...13).contains(digits), decimals != 0, decimals ?? 0 <= 2, !(isNegative && units == 0)
                    else { return nil }
                    for _ in (decimals ?? 0)..<2 { units *= 10 }
                    return Double(isNegative ? -units : units) / 100
                }
                guard digits <= 13 else { return nil }
                bytes.removeFirst()
            }
            return nil
        }
        guard take("[") else { return nil }
        var outline: [Grain.Point] = []
        repeat {
            guard take("["), let x = number(), take(","), let y = number(), take("]") else { return nil }
            outline.append(Grain.Point(x: x, y: y))
        } while take(",")
        return take("]") && bytes.isEmpty ? outline : nil
    }
}
