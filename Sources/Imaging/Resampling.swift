import Glibc

/// How a picture is brought to another size: area average when both sides shrink, Lanczos-4 otherwise.
///
/// Pixel centres correspond as `(x + 0.5) * width / newWidth - 0.5`; beyond the edge its pixels are repeated. Lanczos
/// may overshoot the input's range. What a pixel becomes does not depend on what else is made with it, so that a large
/// picture can be made part by part.
package struct Resampling: Sendable {
    /// Of the new picture, in pixels.
    package let width: Int
    package let height: Int
    private let columns: Axis
    private let rows: Axis

    /// Which old pixels a new one is made of, along one axis.
    fileprivate struct Axis: Sendable {
        /// Old pixels a new one; a multiple of 4.
        let taps: Int
        /// `taps` a new pixel.
        let places: [Int32]
        let weights: [Float]

        init(from length: Int, to newLength: Int, byArea: Bool) {
            let scale = Double(length) / Double(newLength)
            let needed = length == newLength ? 1 : byArea ? Int(scale.rounded(.up)) + 1 : 8
            taps = (needed + 3) / 4 * 4
            var places: [Int32] = []
            var weights: [Float] = []
            places.reserveCapacity(newLength * taps)
            weights.reserveCapacity(newLength * taps)
            for pixel in 0..<newLength {
                let (first, shares): (Int, [Double]) =
                    length == newLength
                    ? (pixel, [1])
                    : byArea
                        ? Self.area(from: Double(pixel) * scale, to: Double(pixel + 1) * scale)
                        : Self.lanczos(at: (Double(pixel) + 0.5) * scale - 0.5)
                let sum = shares.reduce(0, +)
                for tap in 0..<taps {
                    places.append(Int32(min(length - 1, max(0, first + min(tap, shares.count - 1)))))
                    weights.append(tap < shares.count ? Float(shares[tap] / sum) : 0)
                }
            }
            self.places = places
            self.weights = weights
        }

        private static func area(from low: Double, to high: Double) -> (Int, [Double]) {
            let first = Int(low + 1e-9)
            let last = max(first, Int((high - 1e-9).rounded(.up)) - 1)
            return (first, (first...last).map { min(high, Double($0 + 1)) - max(low, Double($0)) })
        }

        private static func lanczos(at place: Double) -> (Int, [Double]) {
            let first = Int(place.rounded(.down)) - 3
            return (
                first,
                (0..<8).map { tap in
                    let x = (place - Double(first + tap)) * .pi
                    return abs(x) < 1e-6 ? 1 : sin(x) * sin(x / 4) / (x * x / 4)
                }
            )
        }
    }

    package init(width: Int, height: Int, toWidth newWidth: Int, height newHeight: Int) {
        let byArea = newWidth < width && newHeight < height
        self.width = newWidth
        self.height = newHeight
        columns = Axis(from: width, to: newWidth, byArea: byArea)
        rows = Axis(from: height, to: newHeight, byArea: byArea)
    }

    /// Makes parts of rows.
    /// - Parameters:
    ///   - wanted: rows of the new picture; each old row is read once if they rise by one.
    ///   - part: columns of the new picture.
    ///   - read: writes the pixels of some columns of an old row, channels interleaved.
    ///   - body: takes each row's pixels, valid for the call.
    package func forEachRow(
        _ wanted: some Sequence<Int>, columns part: Range<Int>, channels: Int,
        read: (_ row: Int, _ columns: Range<Int>, _ into: UnsafeMutablePointer<Float>) -> Void,
        body: (_ row: Int, _ pixels: UnsafeMutablePointer<Float>) -> Void
    ) {
        let places = columns.places[part.lowerBound * columns.taps..<part.upperBound * columns.taps]
        let old = Int(places.min()!)..<Int(places.max()!) + 1
        let count = part.count * channels
        // Vectors of four are read and written past a pixel of three channels.
        let source = UnsafeMutablePointer<Float>.allocate(capacity: old.count * channels + 4)
        source.initialize(repeating: 0, count: old.count * channels + 4)
        let lines = UnsafeMutablePointer<Float>.allocate(capacity: rows.taps * (count + 4))
        let result = UnsafeMutablePointer<Float>.allocate(capacity: count + 4)
        lines.initialize(repeating: 0, count: rows.taps * (count + 4))
        result.initialize(repeating: 0, count: count + 4)
        defer {
            source.deallocate()
            lines.deallocate()
            result.deallocate()
        }
        // The old rows that `lines` holds, already as wide as the new ones.
        var held = [Int](repeating: -1, count: rows.taps)
        func line(_ row: Int) -> UnsafeMutablePointer<Float> {
            let line = lines + row % rows.taps * (count + 4)
            if held[row % rows.taps] != row {
                read(row, old, source)
                columns.narrow(source, from: old.lowerBound, to: line, part, channels: channels)
                held[row % rows.taps] = row
            }
            return line
        }
        for row in wanted {
            result.update(repeating: 0, count: count)
            for tap in stride(from: row * rows.taps, to: (row + 1) * rows.taps, by: 4) {
                let (a, b) = (line(Int(rows.places[tap])), line(Int(rows.places[tap + 1])))
                let (c, d) = (line(Int(rows.places[tap + 2])), line(Int(rows.places[tap + 3])))
                let weights = SIMD4(
                    rows.weights[tap], rows.weights[tap + 1], rows.weights[tap + 2], rows.weights[tap + 3])
                for i in 0..<count {
                    result[i] += weights[0] * a[i] + weights[1] * b[i] + (weights[2] * c[i] + weights[3] * d[i])
                }
            }
            body(row, result)
        }
    }
}

extension Resampling.Axis {
    /// Makes a part of a row out of old pixels.
    /// - Parameters:
    ///   - source: old pixels from `first` on.
    ///   - part: new pixels.
    fileprivate func narrow(
        _ source: UnsafePointer<Float>, from first: Int, to line: UnsafeMutablePointer<Float>, _ part: Range<Int>,
        channels: Int
    ) {
        places.withUnsafeBufferPointer { places in
            weights.withUnsafeBufferPointer { weights in
                for (index, pixel) in part.enumerated() {
                    let taps = pixel * self.taps..<(pixel + 1) * self.taps
                    if channels == 3 {
                        var sum = SIMD4<Float>.zero
                        for tap in taps {
                            let four = UnsafeRawPointer(source + (Int(places[tap]) - first) * 3)
                                .loadUnaligned(as: SIMD4<Float>.self)
                            sum += weights[tap] * four
                        }
                        UnsafeMutableRawPointer(line + index * 3).storeBytes(of: sum, as: SIMD4<Float>.self)
                    } else {
                        for channel in 0..<channels {
                            var sum: Float = 0
                            for tap in taps {
                                sum += weights[tap] * source[(Int(places[tap]) - first) * channels + channel]
                            }
                            line[index * channels + channel] = sum
                        }
                    }
                }
            }
        }
    }
}
