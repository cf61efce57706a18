/// One channel of `Float` over a rectangle, rows from top to bottom.
struct Plane: Sendable {
    let width: Int
    let height: Int
    var values: [Float]

    init(width: Int, height: Int, filledWith value: Float = 0) {
        self.width = width
        self.height = height
        values = Array(repeating: value, count: width * height)
    }

    subscript(x: Int, y: Int) -> Float {
        get { values[y * width + x] }
        set { values[y * width + x] = newValue }
    }

    /// Nearly Gaussian: three box means of fractional width (variance exact); edges repeat.
    func blurred(_ sigma: Float) -> Plane {
        if sigma < 0.15 { return self }
        var result = self
        // A box of radius r with end taps of weight a has variance (2 Σk² + 2 a (r+1)²) / (2r + 1 + 2a).
        let target = sigma * sigma / 3
        var radius = 0
        func variance(_ r: Int) -> Float { Float(r * (r + 1)) / 3 }
        while variance(radius + 1) <= target { radius += 1 }
        let r = Float(radius)
        let squares = r * (r + 1) * (2 * r + 1) / 3
        let end = (target * (2 * r + 1) - squares) / (2 * (r + 1) * (r + 1) - 2 * target)
        for _ in 0..<3 {
            result.boxRows(radius, end)
            result.boxColumns(radius, end)
        }
        return result
    }

    private mutating func boxRows(_ radius: Int, _ end: Float) {
        let (width, height) = (width, height)
        let scale = 1 / (Float(2 * radius + 1) + 2 * end)
        var padded = [Float](repeating: 0, count: width + 2 * radius + 3)
        values.withUnsafeMutableBufferPointer { values in
            padded.withUnsafeMutableBufferPointer { padded in
                for y in 0..<height {
                    let row = values.baseAddress! + y * width
                    let pad = radius + 1
                    for i in 0..<pad { padded[i] = row[0] }
                    for i in 0..<width { padded[pad + i] = row[i] }
                    for i in 0..<pad { padded[pad + width + i] = row[width - 1] }
                    var sum: Float = 0
                    for i in 1...(2 * radius + 1) { sum += padded[i] }
                    for x in 0..<width {
                        row[x] = (sum + end * (padded[x] + padded[x + 2 * pad])) * scale
                        sum += padded[x + 2 * pad] - padded[x + 1]
                    }
                }
            }
        }
    }

    private mutating func boxColumns(_ radius: Int, _ end: Float) {
        let (width, height) = (width, height)
        let scale = 1 / (Float(2 * radius + 1) + 2 * end)
        let source = values
        var sum = [Float](repeating: 0, count: width)
        source.withUnsafeBufferPointer { source in
            values.withUnsafeMutableBufferPointer { values in
                sum.withUnsafeMutableBufferPointer { sum in
                    func row(_ y: Int) -> UnsafePointer<Float> {
                        source.baseAddress! + max(0, min(height - 1, y)) * width
                    }
                    for y in -radius...radius {
                        let r = row(y)
                        for x in 0..<width { sum[x] += r[x] }
                    }
                    for y in 0..<height {
                        let (first, last, leaving) = (row(y - radius - 1), row(y + radius + 1), row(y - radius))
                        let output = values.baseAddress! + y * width
                        for x in 0..<width {
                            output[x] = (sum[x] + end * (first[x] + last[x])) * scale
                            sum[x] += last[x] - leaving[x]
                        }
                    }
                }
            }
        }
    }
}
