import Imaging

/// A mask in the run lengths of COCO: numbers of pixels outside and inside by turns, down one column after the other.
struct RunLengthMask {
    let width: Int
    let height: Int
    private let runs: [Int]

    /// Part of an object's area that may lie beside its largest piece, as programs that draw masks leave it.
    static let specks = 0.05
    /// Larger is no mask of one grain, in pixels.
    private static let largest = 1 << 24

    /// - Parameter segmentation: `size`, which is height and width, and `counts`, as numbers or as text.
    /// - Returns: nil where the runs do not fill the size, or the size is beyond any picture.
    init?(_ segmentation: [String: Any]) {
        let limit = Int(PNG.maximumPixels)
        guard let size = (segmentation["size"] as? [Any]).flatMap(LabelFile.numbers)?.map({ Int(exactly: $0) ?? 0 }),
            size.count == 2, size.allSatisfy({ (1...limit).contains($0) }), size[0] * size[1] <= limit
        else { return nil }
        (height, width) = (size[0], size[1])
        let counts =
            (segmentation["counts"] as? String).flatMap(Self.runs)
            ?? (segmentation["counts"] as? [Any]).flatMap(LabelFile.numbers)?.map { Int(exactly: $0) ?? -1 }
        guard let counts, counts.allSatisfy({ (0...limit).contains($0) }), counts.reduce(0, +) == width * height else {
            return nil
        }
        runs = counts
    }

    /// COCO's text: five bits a character above "0", low ones first, a sixth where more follow, the last one with the
    /// sign; from the fourth run on the difference from the last but one.
    private static func runs(_ text: String) -> [Int]? {
        var runs: [Int] = []
        var run = 0, shift = 0
        for byte in text.utf8 {
            guard (48..<112).contains(byte), shift < 40 else { return nil }
            let bits = Int(byte) - 48
            run |= (bits & 0x1F) << shift
            shift += 5
            guard bits & 0x20 == 0 else { continue }
            if bits & 0x10 != 0 { run |= -1 << shift }
            if runs.count > 2 { run += runs[runs.count - 2] }
            guard (0...Int(PNG.maximumPixels)).contains(run) else { return nil }
            runs.append(run)
            (run, shift) = (0, 0)
        }
        return shift == 0 ? runs : nil
    }

    /// Along the edges of the pixels of its one piece, without holes; nil for a mask that is empty, in pieces, or larger
    /// than any grain.
    var outline: [SIMD2<Double>]? {
        var spans: [Range<Int>] = [], end = 0
        for (index, run) in runs.enumerated() {
            if index % 2 == 1, run > 0 { spans.append(end..<end + run) }
            end += run
        }
        guard let first = spans.first, let last = spans.last else { return nil }
        let columns = first.lowerBound / height...(last.upperBound - 1) / height
        var top = height, bottom = 0
        for span in spans {
            let isInOne = span.lowerBound / height == (span.upperBound - 1) / height
            top = min(top, isInOne ? span.lowerBound % height : 0)
            bottom = max(bottom, isInOne ? (span.upperBound - 1) % height : height - 1)
        }
        guard columns.count * (bottom - top + 1) <= Self.largest else { return nil }
        var samples = [UInt8](repeating: 0, count: columns.count * (bottom - top + 1))
        for pixel in spans.joined() {
            samples[(pixel % height - top) * columns.count + pixel / height - columns.lowerBound] = 255
        }
        let mask = Picture(width: columns.count, height: bottom - top + 1, channels: 1, samples: samples)
        let (regions, count) = mask.connectedComponents()
        var areas = [Int](repeating: 0, count: count + 1)
        for region in regions { areas[Int(region)] += 1 }
        let piece = areas.indices.dropFirst().max { areas[$0] < areas[$1] }!
        let whole = areas.dropFirst().reduce(0, +)
        guard Double(whole - areas[piece]) <= Self.specks * Double(whole) else { return nil }
        let corner = SIMD2(Double(columns.lowerBound), Double(top)) - 0.5
        return Self.edge(of: Int32(piece), in: regions, width: mask.width, height: mask.height).map { corner + $0 }
    }

    /// Corners between pixels, clockwise around a region from its first pixel on.
    private static func edge(of region: Int32, in regions: [Int32], width: Int, height: Int) -> [SIMD2<Double>] {
        func isInside(_ x: Int, _ y: Int) -> Bool {
            x >= 0 && y >= 0 && x < width && y < height && regions[y * width + x] == region
        }
        let first = regions.firstIndex(of: region)!
        let start = (first % width, first / width)
        var (x, y) = start, (dx, dy) = (1, 0), corners: [SIMD2<Double>] = []
        repeat {
            (x, y) = (x + dx, y + dy)
            // The pixels ahead on the left and on the right; the region keeps to the right.
            let left = isInside(x + (dx + dy - 1) / 2, y + (dy - dx - 1) / 2)
            let right = isInside(x + (dx - dy - 1) / 2, y + (dy + dx - 1) / 2)
            guard left || !right else { continue }
            corners.append(SIMD2(Double(x), Double(y)))
            (dx, dy) = left ? (dy, -dx) : (-dy, dx)
        } while (x, y) != start || (dx, dy) != (1, 0)
        return corners
    }
}
