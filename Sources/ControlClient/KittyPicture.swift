import FoundationEssentials

/// A picture in the kitty graphics protocol (sw.kovidgoyal.net/kitty/graphics-protocol).
package enum KittyPicture {
    /// Of base64 that one escape sequence may carry.
    private static let chunk = 4096

    /// - Parameter id: of the picture in the terminal's memory, above 0.
    /// - Returns: what shows the picture in the box, below the text: the terminal scales it.
    package static func encoded(_ picture: RGBPicture, in box: CellBox, id: Int) -> String {
        let data = Array(Data(picture.bytes).base64EncodedString().utf8)
        var text = ControlSequence.move(toColumn: box.column, row: box.row)
        var start = 0
        while start < data.count {
            let end = min(start + chunk, data.count)
            let keys =
                start == 0
                ? "a=T,f=24,s=\(picture.width),v=\(picture.height),i=\(id),p=1,c=\(box.columns),r=\(box.rows),C=1,z=-1,q=2,"
                : ""
            text += "\u{1B}_G\(keys)m=\(end < data.count ? 1 : 0);"
            text += String(decoding: data[start..<end], as: UTF8.self) + "\u{1B}\\"
            start = end
        }
        return text
    }

    /// Takes a picture off the screen and out of the terminal's memory.
    static func removal(id: Int) -> String { "\u{1B}_Ga=d,d=I,i=\(id),q=2\u{1B}\\" }

    /// Asks whether the terminal knows the protocol: shows nothing.
    static let query = "\u{1B}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\"
}
