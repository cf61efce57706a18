/// The strict subset of JSON (RFC 8259) that safetensors headers use: objects, arrays, strings and whole numbers.
/// Anything else, duplicate keys, nesting beyond 8 and trailing text are refused.
struct JSONReader {
    struct Failure: Error, Equatable {
        let message: String
        /// Bytes from the start of the text.
        let offset: Int
    }

    private let text: UnsafeRawBufferPointer
    private var offset = 0

    private init(_ text: UnsafeRawBufferPointer) { self.text = text }

    static func read(_ text: UnsafeRawBufferPointer) throws(Failure) -> JSONValue {
        var reader = JSONReader(text)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.offset == text.count else { throw reader.failure("text after the end") }
        return value
    }

    private func failure(_ message: String) -> Failure { Failure(message: message, offset: offset) }

    private var next: UInt8? { offset < text.count ? text[offset] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { offset += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func value(depth: Int) throws(Failure) -> JSONValue {
        guard depth < 8 else { throw failure("nested too deeply") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return .object(try members(depth: depth))
        case UInt8(ascii: "["): return .array(try elements(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case .some(0x30...0x39): return .integer(try integer())
        case nil: throw failure("unexpected end")
        default: throw failure("unexpected character")
        }
    }

    private mutating func members(depth: Int) throws(Failure) -> [(key: String, value: JSONValue)] {
        var members: [(key: String, value: JSONValue)] = []
        var keys: Set<String> = []
        offset += 1
        skipSpace()
        if take("}") { return members }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("a key was expected") }
            let key = try string()
            guard keys.insert(key).inserted else { throw failure("key \(JSONValue.quoted(key)) twice") }
            skipSpace()
            guard take(":") else { throw failure("':' was expected") }
            members.append((key, try value(depth: depth + 1)))
            skipSpace()
            if take("}") { return members }
            guard take(",") else { throw failure("',' or '}' was expected") }
        }
    }

    private mutating func elements(depth: Int) throws(Failure) -> [JSONValue] {
        var elements: [JSONValue] = []
        offset += 1
        skipSpace()
        if take("]") { return elements }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return elements }
            guard take(",") else { throw failure("',' or ']' was expected") }
        }
    }

    private mutating func integer() throws(Failure) -> Int {
        let start = offset
        var number = 0
        while let byte = next, (0x30...0x39).contains(byte) {
            let (tens, tooMany) = number.multipliedReportingOverflow(by: 10)
            let (sum, tooLarge) = tens.addingReportingOverflow(Int(byte - 0x30))
            guard !tooMany && !tooLarge else { throw failure("number too large") }
            number = sum
            offset += 1
        }
        guard offset == start + 1 || text[start] != 0x30 else { throw failure("number with a leading zero") }
        if let byte = next, byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            throw failure("a whole number was expected")
        }
        return number
    }

    private mutating func string() throws(Failure) -> String {
        offset += 1
        var bytes: [UInt8] = []
        while let byte = next {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: bytes, as: UTF8.self) else { throw failure("text is not UTF-8") }
                return string
            case UInt8(ascii: "\\"): bytes.append(contentsOf: String(try escape()).utf8)
            case 0..<0x20: throw failure("control character in a string")
            default: bytes.append(byte)
            }
        }
        throw failure("string without end")
    }

    private mutating func escape() throws(Failure) -> Character {
        guard let byte = next else { throw failure("string without end") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Character(Unicode.Scalar(byte))
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let first = try codeUnit()
            guard UTF16.isLeadSurrogate(first) else { return try character([first]) }
            guard take("\\"), take("u") else { throw failure("half a surrogate pair") }
            return try character([first, try codeUnit()])
        default: throw failure("unknown escape")
        }
    }

    private func character(_ units: [UInt16]) throws(Failure) -> Character {
        guard let string = String(validating: units, as: UTF16.self), let character = string.first else {
            throw failure("half a surrogate pair")
        }
        return character
    }

    private mutating func codeUnit() throws(Failure) -> UInt16 {
        guard offset + 4 <= text.count else { throw failure("string without end") }
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(text[offset])).hexDigitValue else {
                throw failure("four hexadecimal digits were expected")
            }
            unit = unit << 4 | UInt16(digit)
            offset += 1
        }
        return unit
    }
}
