package import Camera
package import ControlAPI
internal import Imaging
internal import Quantities

/// What a frame says of exposure and focus, from the sensor's own samples.
package struct LiveStatistics: Sendable, Equatable {
    package var histogram = LiveState.Histogram(red: [], green: [], blue: [])
    /// Shares of samples at the ends of the range.
    package var clippedLow = 0.0
    package var clippedHigh = 0.0
    /// Nil for a picture without light.
    package var focus: Double?

    private static let bins = 64

    package init(_ frame: Frame) {
        let picture = frame.pixels.picture
        let shift = frame.bitDepth - 6
        let maximum = UInt16(truncatingIfNeeded: (1 << frame.bitDepth) - 1)
        // Channel of the samples at even and odd places of even and odd rows; a grey picture is all three.
        let channels: [[Int]] =
            switch frame.pixels {
            case .mosaic(_, let pattern): (0..<2).map { y in (0..<2).map { pattern.channel(x: $0, y: y) } }
            case .grey: [[1, 1], [1, 1]]
            case .rgb: []
            }
        var counts = [[Int]](repeating: [Int](repeating: 0, count: Self.bins), count: 3)
        var low = 0, high = 0
        let rowLength = picture.width * picture.channels
        picture.samples.withUnsafeBufferPointer { samples in
            for y in 0..<picture.height {
                let row = samples[(y * rowLength)..<((y + 1) * rowLength)]
                let phases = channels.isEmpty ? [0, 1, 2] : channels[y & 1]
                for (phase, channel) in phases.enumerated() {
                    counts[channel].withUnsafeMutableBufferPointer { bins in
                        var index = row.startIndex + phase
                        while index < row.endIndex {
                            let sample = row[index]
                            bins[min(Self.bins - 1, Int(sample) >> shift)] += 1
                            if sample == 0 { low += 1 } else if sample >= maximum { high += 1 }
                            index += phases.count
                        }
                    }
                }
            }
        }
        if case .grey = frame.pixels { counts = [counts[1], counts[1], counts[1]] }
        histogram = LiveState.Histogram(red: counts[0], green: counts[1], blue: counts[2])
        clippedLow = Double(low) / Double(picture.samples.count)
        clippedHigh = Double(high) / Double(picture.samples.count)
        focus = Self.sharpness(picture)
    }

    /// Vollath's F4 (J. Microsc. 151 (1988) 133) over cells of 2 x 2 pixels in the middle half of the field, over the
    /// squared mean, in thousandths. Noise of neighbouring pixels is independent and cancels, brightness divides out.
    /// Taken from differences: as products, the mean light times what lies at the ends of a line would outweigh it.
    private static func sharpness(_ picture: Picture<UInt16>) -> Double? {
        let (columns, rows) = (picture.width / 2, picture.height / 2)
        let across = (columns / 4)..<(columns - columns / 4), down = (rows / 4)..<(rows - rows / 4)
        guard across.count >= 8, down.count >= 1 else { return nil }
        let (width, channels) = (picture.width, picture.channels)
        var sum = 0.0, near = 0.0, far = 0.0
        var line = [Double](repeating: 0, count: across.count)
        picture.samples.withUnsafeBufferPointer { samples in
            for row in down {
                for (i, column) in across.enumerated() {
                    let at = (2 * row * width + 2 * column) * channels
                    var cell = 0
                    for offset in 0..<(2 * channels) {
                        cell += Int(samples[at + offset]) + Int(samples[at + width * channels + offset])
                    }
                    line[i] = Double(cell)
                }
                for i in 0..<(line.count - 2) {
                    sum += line[i]
                    near += (line[i + 1] - line[i]) * (line[i + 1] - line[i])
                    far += (line[i + 2] - line[i]) * (line[i + 2] - line[i])
                }
            }
        }
        let count = Double((across.count - 2) * down.count)
        let mean = sum / count
        guard mean > 0 else { return nil }
        return max(0, (far - near) / 2 / count / (mean * mean) * 1000)
    }
}
