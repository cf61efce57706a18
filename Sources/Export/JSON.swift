import Tabular

/// A JSON text (RFC 8259) that is valid by construction: keys sorted, and null for what is not finite.
enum JSON: Sendable {
    case null
    case string(String)
    case integer(Int64)
    case number(Double)
    case bool(Bool)
    case array([JSON])
    /// A list of `[x, y]`.
    case points([SIMD2<Double>])
    /// In the order of the keys, each of them once.
    case members([(key: String, value: JSON)])

    init(_ cell: Cell) {
        switch cell {
        case .nothing: self = .null
        case .text(let text): self = .string(text)
        case .integer(let value): self = .integer(value)
        case .number(let value): self = .number(value)
        case .flag(let value): self = .bool(value)
        }
    }

    static func object(_ members: [String: JSON]) -> JSON { .members(members.sorted { $0.key < $1.key }) }

    /// Objects with a key for each column and, if given, a list of points besides.
    static func array<Row>(
        _ columns: [Column<Row>], _ rows: [Row], points: (key: String, of: (Row) -> [SIMD2<Double>])? = nil
    ) -> JSON {
        // Sorted once, not for each of a hundred thousand grains.
        let columns = columns.sorted { $0.name < $1.name }
        let place = points.map { points in columns.firstIndex { $0.name > points.key } ?? columns.count }
        return .array(
            rows.map { row in
                var members = columns.map { (key: $0.name, value: JSON($0.cell(row))) }
                if let points, let place {
                    members.insert((points.key, .points(points.of(row))), at: place)
                }
                return .members(members)
            })
    }

    init(_ point: SIMD2<Double>) { self = .array([.number(point.x), .number(point.y)]) }

    /// Indented down to the entries of lists, which take a line each.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes, depth: 0)
        bytes.append(0x0A)
        return bytes
    }

    private static let spreadDepth = 2

    private func write(to bytes: inout [UInt8], depth: Int) {
        switch self {
        case .null: bytes += "null".utf8
        case .string(let text): Self.write(text, to: &bytes)
        case .integer(let value): bytes += value.description.utf8
        case .number(let value): Self.write(value, to: &bytes)
        case .bool(let value): bytes += value.description.utf8
        case .array(let values):
            Self.write("[", values, "]", to: &bytes, depth) { value, bytes in
                value.write(to: &bytes, depth: depth + 1)
            }
        case .points(let points):
            bytes.append(UInt8(ascii: "["))
            for (index, point) in points.enumerated() {
                bytes += (index > 0 ? ", [" : "[").utf8
                Self.write(point.x, to: &bytes)
                bytes += ", ".utf8
                Self.write(point.y, to: &bytes)
                bytes.append(UInt8(ascii: "]"))
            }
            bytes.append(UInt8(ascii: "]"))
        case .members(let members):
            Self.write("{", members, "}", to: &bytes, depth) { member, bytes in
                Self.write(member.key, to: &bytes)
                bytes += ": ".utf8
                member.value.write(to: &bytes, depth: depth + 1)
            }
        }
    }

    private static func write<Element>(
        _ opening: String, _ elements: [Element], _ closing: String, to bytes: inout [UInt8], _ depth: Int,
        _ body: (Element, inout [UInt8]) -> Void
    ) {
        let isSpread = depth < spreadDepth && !elements.isEmpty
        bytes += opening.utf8
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            if isSpread {
                bytes += ("\n" + String(repeating: " ", count: 2 * depth + 2)).utf8
            } else if index > 0 {
                bytes.append(UInt8(ascii: " "))
            }
            body(element, &bytes)
        }
        if isSpread { bytes += ("\n" + String(repeating: " ", count: 2 * depth)).utf8 }
        bytes += closing.utf8
    }

    private static func write(_ number: Double, to bytes: inout [UInt8]) {
        bytes += (number.isFinite ? number.description : "null").utf8
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20, 0x7F: bytes += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
