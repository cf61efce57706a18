/// Colours that stand for those of a picture, by median cut (Heckbert 1982) over 6 bits a channel.
struct Palette {
    /// Red, green and blue.
    let colours: [SIMD3<UInt8>]
    /// Of each of the 262144 reduced colours.
    private let nearest: [UInt8]

    /// - Parameter limit: colours at most, 1...256.
    init(of picture: RGBPicture, limit: Int) {
        var counts = [Int](repeating: 0, count: 1 << 18)
        for at in stride(from: 0, to: picture.bytes.count, by: 3) { counts[Self.reduced(picture.bytes, at)] += 1 }
        var boxes = [counts.indices.filter { counts[$0] > 0 }]
        while boxes.count < limit {
            // The box whose colours differ most, weighted by how much of the picture they are.
            let candidates = boxes.indices.filter { boxes[$0].count > 1 }
            let worth = { (index: Int) in
                let (_, extent) = Self.widest(boxes[index])
                return Double(extent) * Double(boxes[index].reduce(0) { $0 + counts[$1] }).squareRoot()
            }
            guard let chosen = candidates.map({ ($0, worth($0)) }).max(by: { $0.1 < $1.1 })?.0 else { break }
            let (channel, _) = Self.widest(boxes[chosen])
            let sorted = boxes[chosen].sorted { Self.part($0, channel) < Self.part($1, channel) }
            let half = sorted.reduce(0) { $0 + counts[$1] } / 2
            var (sum, cut) = (0, 0)
            while cut < sorted.count - 1, sum + counts[sorted[cut]] <= half {
                sum += counts[sorted[cut]]
                cut += 1
            }
            cut = max(1, cut)
            boxes[chosen] = Array(sorted[..<cut])
            boxes.append(Array(sorted[cut...]))
        }
        var nearest = [UInt8](repeating: 0, count: 1 << 18)
        colours = boxes.enumerated().map { index, box in
            for colour in box { nearest[colour] = UInt8(index) }
            let total = max(1, box.reduce(0) { $0 + counts[$1] })
            let mean = (0..<3).map { channel in
                box.reduce(0) { $0 + (Self.part($1, channel) * 4 + 2) * counts[$1] } / total
            }
            return SIMD3(UInt8(mean[0]), UInt8(mean[1]), UInt8(mean[2]))
        }
        self.nearest = nearest
    }

    /// - Parameter at: where in the picture's bytes a pixel begins.
    func index(_ bytes: [UInt8], at: Int) -> UInt8 { nearest[Self.reduced(bytes, at)] }

    private static func reduced(_ bytes: [UInt8], _ at: Int) -> Int {
        Int(bytes[at] >> 2) << 12 | Int(bytes[at + 1] >> 2) << 6 | Int(bytes[at + 2] >> 2)
    }

    private static func part(_ colour: Int, _ channel: Int) -> Int { colour >> (12 - 6 * channel) & 63 }

    /// The channel in which colours lie furthest apart, and how far.
    private static func widest(_ colours: [Int]) -> (channel: Int, extent: Int) {
        var (low, high) = (SIMD3<Int>(repeating: 63), SIMD3<Int>(repeating: 0))
        for colour in colours {
            let parts = SIMD3(part(colour, 0), part(colour, 1), part(colour, 2))
            low = pointwiseMin(low, parts)
            high = pointwiseMax(high, parts)
        }
        let extents = high &- low
        let channel = (0..<3).max { extents[$0] < extents[$1] } ?? 0
        return (channel, extents[channel])
    }
}
