/// What a terminal is told (ECMA-48 and xterm's ctlseqs).
enum ControlSequence {
    static let plain = "\u{1B}[0m"
    static let bold = "\u{1B}[1m"
    static let dim = "\u{1B}[2m"
    static let yellow = "\u{1B}[33m"
    static let red = "\u{1B}[31m"
    /// Black on amber: what a picture that was not observed is marked with.
    static let mark = "\u{1B}[1;38;2;32;22;0;48;2;255;207;92m"
    static let label = "\u{1B}[1;38;2;255;255;255;48;2;10;12;14m"
    static let clearScreen = "\u{1B}[2J"
    static let clearLine = "\u{1B}[K"
    static let hideCursor = "\u{1B}[?25l"
    static let showCursor = "\u{1B}[?25h"
    static let enterAlternateScreen = "\u{1B}[?1049h"
    static let leaveAlternateScreen = "\u{1B}[?1049l"
    /// What follows appears at once when it is complete; terminals that do not know it ignore it.
    static let beginUpdate = "\u{1B}[?2026h"
    static let endUpdate = "\u{1B}[?2026l"

    /// Columns and rows from 0.
    static func move(toColumn column: Int, row: Int) -> String { "\u{1B}[\(row + 1);\(column + 1)H" }
}
