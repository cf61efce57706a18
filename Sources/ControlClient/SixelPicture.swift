/// A picture as DEC sixels (VT330/VT340 programmer reference manual, chapter 14).
package enum SixelPicture {
    /// Terminals keep 256 colours at most; one is left for the text.
    private static let colours = 255

    /// - Returns: what shows the picture in the box, resized to its pixels.
    static func encoded(_ picture: RGBPicture, in box: CellBox, size: TerminalSize) -> String {
        // A sixel is six rows high: none may reach below the box.
        let height = max(6, box.rows * size.cellHeightPx / 6 * 6)
        let fitting = picture.resized(width: box.columns * size.cellWidthPx, height: height)
        return ControlSequence.move(toColumn: box.column, row: box.row) + encoded(fitting)
    }

    package static func encoded(_ picture: RGBPicture) -> String {
        let palette = Palette(of: picture, limit: colours)
        let pixels = stride(from: 0, to: picture.bytes.count, by: 3).map { palette.index(picture.bytes, at: $0) }
        var output: [UInt8] = Array("\u{1B}P7;1;q\"1;1;\(picture.width);\(picture.height)".utf8)
        for (index, colour) in palette.colours.enumerated() {
            let percent = (0..<3).map { (Int(colour[$0]) * 100 + 127) / 255 }
            output += Array("#\(index);2;\(percent[0]);\(percent[1]);\(percent[2])".utf8)
        }
        for top in stride(from: 0, to: picture.height, by: 6) {
            append(band: top..<min(top + 6, picture.height), of: pixels, width: picture.width, to: &output)
            output.append(UInt8(ascii: "-"))
        }
        return String(decoding: output, as: UTF8.self) + "\u{1B}\\"
    }

    /// Six rows: for every colour in them, the sixels that have it, over each other.
    private static func append(band: Range<Int>, of pixels: [UInt8], width: Int, to output: inout [UInt8]) {
        var sixels: [UInt8: [UInt8]] = [:]
        for (bit, row) in band.enumerated() {
            for column in 0..<width {
                sixels[pixels[row * width + column], default: [UInt8](repeating: 0, count: width)][column] |= 1 << bit
            }
        }
        for (count, colour) in sixels.keys.sorted().enumerated() {
            if count > 0 { output.append(UInt8(ascii: "$")) }
            output += Array("#\(colour)".utf8)
            appendRuns(sixels[colour] ?? [], to: &output)
        }
    }

    private static func appendRuns(_ sixels: [UInt8], to output: inout [UInt8]) {
        var start = 0
        while start < sixels.count {
            var end = start + 1
            while end < sixels.count, sixels[end] == sixels[start] { end += 1 }
            // Nothing need be said of what follows the colour's last pixel.
            if end == sixels.count, sixels[start] == 0 { return }
            let character = sixels[start] + 63
            let count = end - start
            if count > 3 {
                output += Array("!\(count)".utf8) + [character]
            } else {
                output += [UInt8](repeating: character, count: count)
            }
            start = end
        }
    }
}
