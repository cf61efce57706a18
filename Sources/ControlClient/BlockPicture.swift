/// A picture as half blocks in 24-bit colour.
package enum BlockPicture {
    /// - Returns: what shows the picture in the box, resized to it.
    package static func encoded(_ picture: RGBPicture, in box: CellBox) -> String {
        let small = picture.resized(width: box.columns, height: box.rows * 2)
        func colour(_ x: Int, _ y: Int) -> (UInt8, UInt8, UInt8) {
            let at = (y * small.width + x) * 3
            return (small.bytes[at], small.bytes[at + 1], small.bytes[at + 2])
        }
        var text = ""
        for row in 0..<box.rows {
            text += ControlSequence.move(toColumn: box.column, row: box.row + row)
            var (foreground, background): ((UInt8, UInt8, UInt8)?, (UInt8, UInt8, UInt8)?) = (nil, nil)
            for column in 0..<box.columns {
                let (upper, lower) = (colour(column, row * 2), colour(column, row * 2 + 1))
                // Only what changes is sent: much of a slide is empty glass.
                if foreground.map({ $0 != upper }) ?? true { text += "\u{1B}[38;2;\(upper.0);\(upper.1);\(upper.2)m" }
                if background.map({ $0 != lower }) ?? true { text += "\u{1B}[48;2;\(lower.0);\(lower.1);\(lower.2)m" }
                (foreground, background) = (upper, lower)
                text += "▀"
            }
            text += ControlSequence.plain
        }
        return text
    }
}
