/// What a terminal says of itself when it is asked.
package struct TerminalAnswers: Sendable, Equatable {
    /// It knows the kitty graphics protocol.
    package var knowsKitty = false
    /// It shows sixels.
    package var knowsSixel = false
    /// Width and height of a cell in pixels; nil where it does not say.
    package var cellPx: SIMD2<Int>?
    /// It has answered the last question: nothing more will come.
    package var isComplete = false

    /// The questions; every terminal answers the last one, the primary device attributes.
    package static let questions = KittyPicture.query + "\u{1B}[16t\u{1B}[c"

    package init() {}

    /// - Parameter bytes: all that came back so far, keys that were pressed meanwhile included.
    package init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        knowsKitty = text.contains(/\u{1B}_Gi=31;OK\u{1B}\\/)
        if let size = text.firstMatch(of: /\u{1B}\[6;(\d+);(\d+)t/), let height = Int(size.1), let width = Int(size.2),
            width > 0, height > 0
        {
            cellPx = SIMD2(width, height)
        }
        if let attributes = text.firstMatch(of: /\u{1B}\[\?([\d;]*)c/) {
            isComplete = true
            knowsSixel = attributes.1.split(separator: ";").dropFirst().contains("4")
        }
    }

    /// The best way to show a picture that the terminal knows.
    package var graphics: TerminalGraphics { knowsKitty ? .kitty : knowsSixel ? .sixel : .blocks }
}
