internal import Imaging

extension PictureRows {
    /// How sharp a part of a picture is, 0...1: the share of the differences between neighbouring pixels that a blur
    /// over nine pixels takes away, in the direction in which it takes away less. What is blurred already loses little.
    /// Brightness and contrast do not matter (Crété et al., Proc. SPIE 6492 (2007) 64920I).
    /// - Parameters:
    ///   - columns, rows: of the part; what lies outside the picture is left out.
    /// - Returns: nil for a part of fewer than 12 pixels a side, or of one grey level.
    func focus(columns: Range<Int>, rows: Range<Int>) -> Double? {
        let columns = columns.clamped(to: 0..<width), rows = rows.clamped(to: 0..<height)
        guard columns.count >= 12, rows.count >= 12 else { return nil }
        var grey = [Float](repeating: 0, count: columns.count * rows.count)
        var line = [Float](repeating: 0, count: columns.count * 3)
        for (j, y) in rows.enumerated() {
            line.withUnsafeMutableBufferPointer { read(row: y, columns: columns, into: $0.baseAddress!) }
            for i in 0..<columns.count { grey[j * columns.count + i] = line[3 * i] + line[3 * i + 1] + line[3 * i + 2] }
        }
        let across = Self.lostDifferences(
            grey, lines: rows.count, lineStep: columns.count, length: columns.count, step: 1)
        let down = Self.lostDifferences(
            grey, lines: columns.count, lineStep: 1, length: rows.count, step: columns.count)
        guard let across, let down else { return nil }
        return min(across, down)
    }

    /// Along each line: the sum of what blurring takes from the differences, by the sum of the differences.
    private static func lostDifferences(
        _ grey: [Float], lines: Int, lineStep: Int, length: Int, step: Int
    ) -> Double? {
        let reach = 4
        var differences = 0.0, lost = 0.0
        var blurred = [Float](repeating: 0, count: length)
        for line in 0..<lines {
            func value(_ i: Int) -> Float { grey[line * lineStep + max(0, min(length - 1, i)) * step] }
            var sum = (-reach...reach).reduce(Float(0)) { $0 + value($1) }
            for i in 0..<length {
                blurred[i] = sum / Float(2 * reach + 1)
                sum += value(i + reach + 1) - value(i - reach)
            }
            for i in 1..<length {
                let difference = abs(value(i) - value(i - 1))
                differences += Double(difference)
                lost += Double(max(0, difference - abs(blurred[i] - blurred[i - 1])))
            }
        }
        return differences > 0 && differences.isFinite ? lost / differences : nil
    }
}
