import Quantities

/// Letters of 5 x 7 dots, enough to write numbers, names and scales on a picture.
enum DotFont {
    /// Of a letter, its gap included, in dots.
    static let advance = 6
    static let height = 8

    /// Five columns a letter from the space to the tilde, two hexadecimal digits each; the lowest bit is the top dot,
    /// the eighth lies below the line.
    private static let columns = [UInt8](
        hexadecimal: """
            000000000000005F00000007000700147F147F14242A7F2A12231308646236495620500008070300001C2241000041221C00\
            2A1C7F1C2A08083E080800807030000808080808000060600020100804023E5149453E00427F400072494949462141494D33\
            1814127F1027454545393C4A49493141211109073649494936464949291E0000140000004034000000081422411414141414\
            004122140802015909063E415D594E7C1211127C7F494949363E414141227F4141413E7F494949417F090909013E41415173\
            7F0808087F00417F41002040413F017F081422417F404040407F021C027F7F0408107F3E4141413E7F090909063E4151215E\
            7F09192946264949493203017F01033F4040403F1F2040201F3F4038403F631408146303047804036159494D43007F414141\
            0204081020004141417F04020102044040404040000307080020545478407F284444383844444428384444287F3854545418\
            00087E090218A4A49C787F0804047800447D40002040403D007F1028440000417F40007C047804787C080404783844444438\
            FC1824241818242418FC7C08040408485454542404043F44243C4040207C1C2040201C3C4030403C44281028444C9090907C\
            4464544C440008364100000077000000413608000201020402
            """)

    /// Columns of a letter, the lowest bit being the top dot; letters beyond ASCII are drawn as a question mark.
    static func glyph(_ letter: Character) -> [UInt8] {
        if letter == "µ" { return [0xFC, 0x40, 0x40, 0x20, 0x7C] }
        if letter == "×" { return [0x00, 0x28, 0x10, 0x28, 0x00] }
        if letter == "²" { return [0x00, 0x12, 0x19, 0x16, 0x00] }
        let code = letter.asciiValue.map(Int.init) ?? 0
        let at = ((32...126).contains(code) ? code : 63) - 32
        return Array(columns[5 * at..<5 * at + 5])
    }
}

extension [UInt8] {
    fileprivate init(hexadecimal text: String) {
        let digits = text.utf8.map { $0 >= 65 ? $0 - 55 : $0 - 48 }
        self = stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
