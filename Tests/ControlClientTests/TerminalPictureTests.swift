import ControlClient
import FoundationEssentials
import Testing

@Suite struct TerminalPictureTests {
    /// Smooth in red and green, with a patch of blue.
    private func picture(_ width: Int, _ height: Int) -> RGBPicture {
        var bytes: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                bytes += [
                    UInt8(x * 255 / max(1, width - 1)), UInt8(y * 255 / max(1, height - 1)), x < width / 3 ? 200 : 20,
                ]
            }
        }
        return RGBPicture(width: width, height: height, bytes: bytes)
    }

    @Test func resizingTakesMeans() {
        let checks = RGBPicture(width: 2, height: 2, bytes: [0, 0, 0, 100, 100, 100, 100, 100, 100, 0, 0, 0])
        #expect(checks.resized(width: 1, height: 1).bytes == [50, 50, 50])
        #expect(checks.resized(width: 4, height: 2).bytes.prefix(6) == [0, 0, 0, 0, 0, 0])
        #expect(picture(37, 11).resized(width: 5, height: 23).bytes.count == 5 * 23 * 3)
    }

    @Test func boxKeepsProportions() {
        let size = TerminalSize(columns: 80, rows: 24, cellWidthPx: 10, cellHeightPx: 20)
        let box = CellBox(column: 0, row: 1, columns: 80, rows: 20).fitted(width: 1280, height: 1024, size: size)
        #expect(box.rows == 20)
        #expect(box.columns == 50)
        #expect(box.column == 15)
        let tall = CellBox(column: 2, row: 1, columns: 10, rows: 20).fitted(width: 1280, height: 1024, size: size)
        #expect(tall == CellBox(column: 2, row: 9, columns: 10, rows: 4))
    }

    /// A terminal that understands nothing but sixels.
    private func decoded(_ text: String) throws -> RGBPicture {
        let match = try #require(text.wholeMatch(of: /\u{1B}P7;1;q"1;1;(\d+);(\d+)(.*)\u{1B}\\/))
        let (width, height) = (try #require(Int(match.1)), try #require(Int(match.2)))
        var palette: [Int: [Int]] = [:]
        var pixels = [UInt8](repeating: 0, count: width * height * 3)
        var rest = Substring(match.3)
        var (column, band, colour) = (0, 0, 0)
        func number() -> Int {
            let digits = rest.prefix { $0.isNumber }
            rest = rest.dropFirst(digits.count)
            return Int(digits) ?? -1
        }
        func draw(_ character: Character, times: Int) throws {
            let bits = Int(try #require(character.asciiValue)) - 63
            let parts = try #require(palette[colour])
            for _ in 0..<times {
                for bit in 0..<6 where bits >> bit & 1 == 1 {
                    let at = ((band * 6 + bit) * width + column) * 3
                    for channel in 0..<3 { pixels[at + channel] = UInt8(parts[channel] * 255 / 100) }
                }
                column += 1
            }
        }
        while let character = rest.popFirst() {
            switch character {
            case "#":
                colour = number()
                guard rest.first == ";" else { continue }
                var values: [Int] = []
                while rest.first == ";" {
                    rest = rest.dropFirst()
                    values.append(number())
                }
                #expect(values.first == 2)
                palette[colour] = Array(values.dropFirst())
            case "$": column = 0
            case "-": (column, band) = (0, band + 1)
            case "!":
                let times = number()
                let repeated = rest.popFirst()
                try draw(try #require(repeated), times: times)
            default: try draw(character, times: 1)
            }
        }
        return RGBPicture(width: width, height: height, bytes: pixels)
    }

    @Test(arguments: [(40, 30), (7, 6), (1, 1), (100, 13)])
    func sixelsShowThePicture(width: Int, height: Int) throws {
        let original = picture(width, height)
        let shown = try decoded(SixelPicture.encoded(original))
        #expect(shown.width == width && shown.height == height)
        let differences = zip(original.bytes, shown.bytes).map { abs(Int($0) - Int($1)) }
        #expect(differences.reduce(0, +) / differences.count <= 8)
        #expect(differences.max() ?? 0 <= 48)
    }

    @Test func kittyCarriesThePicture() throws {
        let original = picture(60, 40)
        let box = CellBox(column: 3, row: 2, columns: 20, rows: 8)
        let text = KittyPicture.encoded(original, in: box, id: 2)
        #expect(text.hasPrefix("\u{1B}[3;4H\u{1B}_Ga=T,f=24,s=60,v=40,i=2,p=1,c=20,r=8,"))
        let chunks = text.matches(of: /\u{1B}_G([^;]*);([^\u{1B}]*)\u{1B}\\/)
        #expect(chunks.dropLast().allSatisfy { $0.1.hasSuffix("m=1") && $0.2.count == 4096 })
        #expect(chunks.last?.1.hasSuffix("m=0") == true)
        let data = try #require(Data(base64Encoded: chunks.map { String($0.2) }.joined()))
        #expect(Array(data) == original.bytes)
    }

    @Test func blocksPutTwoPixelsIntoACell() {
        let picture = RGBPicture(width: 2, height: 2, bytes: [1, 2, 3, 1, 2, 3, 9, 9, 9, 8, 8, 8])
        let text = BlockPicture.encoded(picture, in: CellBox(column: 0, row: 4, columns: 2, rows: 1))
        #expect(
            text == "\u{1B}[5;1H\u{1B}[38;2;1;2;3m\u{1B}[48;2;9;9;9m▀\u{1B}[48;2;8;8;8m▀\u{1B}[0m")
    }

    @Test func answers() {
        let kitty = TerminalAnswers(Array("q\u{1B}_Gi=31;OK\u{1B}\\\u{1B}[6;21;11t\u{1B}[?62;c".utf8))
        #expect(kitty.graphics == .kitty && kitty.isComplete)
        #expect(kitty.cellPx == SIMD2(11, 21))
        let foot = TerminalAnswers(Array("\u{1B}[6;0;0t\u{1B}[?62;4;22c".utf8))
        #expect(foot.graphics == .sixel && foot.cellPx == nil)
        #expect(TerminalAnswers(Array("\u{1B}[?64;1;2c".utf8)).graphics == .blocks)
        #expect(TerminalAnswers(Array("\u{1B}[?4;1c".utf8)).graphics == .blocks)
        #expect(!TerminalAnswers(Array("\u{1B}[?62".utf8)).isComplete)
        #expect(TerminalAnswers(Array("\u{1B}_Gi=31;ENOTSUPPORTED\u{1B}\\\u{1B}[?1;0c".utf8)).graphics == .blocks)
    }
}
