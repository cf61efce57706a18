/// How a terminal is made to show a picture.
package enum TerminalGraphics: String, Sendable, CaseIterable {
    /// The kitty graphics protocol: all colours, scaled by the terminal.
    case kitty
    /// DEC's sixels: up to 255 colours.
    case sixel
    /// Half blocks in 24-bit colour: one pixel a column, two a row.
    case blocks
    /// No picture.
    case none
}
