internal import Foundation

/// The text of a file that a person saved with whatever program: UTF-8 or UTF-16, with a mark before it or without, or
/// the one-byte set of Windows.
enum LabelText {
    static func decode(_ bytes: [UInt8]) -> String {
        // Some programs write a mark of their own before the one of the encoding.
        String(String.UnicodeScalarView(text(bytes).unicodeScalars.drop { $0 == "\u{FEFF}" }))
    }

    private static func text(_ bytes: [UInt8]) -> String {
        let data = Data(bytes)
        func text(_ encoding: String.Encoding, without mark: Int) -> String? {
            String(data: data.dropFirst(mark), encoding: encoding)
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return String(decoding: bytes.dropFirst(3), as: UTF8.self) }
        if bytes.starts(with: [0xFF, 0xFE]) { return text(.utf16LittleEndian, without: 2) ?? "" }
        if bytes.starts(with: [0xFE, 0xFF]) { return text(.utf16BigEndian, without: 2) ?? "" }
        // Latin letters in UTF-16 have a zero beside each.
        if bytes.count >= 4, bytes[1] == 0, bytes[3] == 0 { return text(.utf16LittleEndian, without: 0) ?? "" }
        if bytes.count >= 4, bytes[0] == 0, bytes[2] == 0 { return text(.utf16BigEndian, without: 0) ?? "" }
        if let utf8 = String(validating: bytes, as: UTF8.self) { return utf8 }
        return text(.windowsCP1252, without: 0) ?? String(decoding: bytes, as: UTF8.self)
    }
}
