/// The layers of pix2pix in double precision, written for clarity alone: the truth that gradients are held against.
/// Images are channels first.
struct Image {
    var height: Int
    var width: Int
    var channels: Int
    var values: [Double]

    init(_ height: Int, _ width: Int, _ channels: Int, _ values: [Double]? = nil) {
        (self.height, self.width, self.channels) = (height, width, channels)
        self.values = values ?? [Double](repeating: 0, count: height * width * channels)
    }

    subscript(y: Int, x: Int, c: Int) -> Double {
        get { values[(c * height + y) * width + x] }
        set { values[(c * height + y) * width + x] = newValue }
    }

    func map(_ transform: (Double) -> Double) -> Image { Image(height, width, channels, values.map(transform)) }

    func joined(_ other: Image) -> Image {
        Image(height, width, channels + other.channels, values + other.values)
    }

    /// Conv2d, kernel 4, padding 1; weight [out, in, 4, 4].
    func convolved(_ weight: [Double], bias: [Double]? = nil, stride: Int) -> Image {
        let outputs = weight.count / (16 * channels)
        var result = Image(stride == 2 ? height / 2 : height - 1, stride == 2 ? width / 2 : width - 1, outputs)
        for o in 0..<outputs {
            for y in 0..<result.height {
                for x in 0..<result.width {
                    var sum = bias?[o] ?? 0
                    for c in 0..<channels {
                        for ky in 0..<4 {
                            let row = stride * y - 1 + ky
                            guard row >= 0 && row < height else { continue }
                            for kx in 0..<4 {
                                let column = stride * x - 1 + kx
                                guard column >= 0 && column < width else { continue }
                                sum += self[row, column, c] * weight[((o * channels + c) * 4 + ky) * 4 + kx]
                            }
                        }
                    }
                    result[y, x, o] = sum
                }
            }
        }
        return result
    }

    /// ConvTranspose2d, kernel 4, stride 2, padding 1; weight [in, out, 4, 4].
    func expanded(_ weight: [Double], bias: [Double]? = nil) -> Image {
        let outputs = weight.count / (16 * channels)
        var result = Image(2 * height, 2 * width, outputs)
        for o in 0..<outputs {
            for y in 0..<result.height { for x in 0..<result.width { result[y, x, o] = bias?[o] ?? 0 } }
            for c in 0..<channels {
                for y in 0..<height {
                    for x in 0..<width {
                        for ky in 0..<4 {
                            let row = 2 * y - 1 + ky
                            guard row >= 0 && row < result.height else { continue }
                            for kx in 0..<4 {
                                let column = 2 * x - 1 + kx
                                guard column >= 0 && column < result.width else { continue }
                                result[row, column, o] +=
                                    self[y, x, c] * weight[((c * outputs + o) * 4 + ky) * 4 + kx]
                            }
                        }
                    }
                }
            }
        }
        return result
    }

    /// Mean and variance of each channel.
    var moments: (mean: [Double], variance: [Double]) {
        let count = height * width
        let planes = (0..<channels).map { values[$0 * count..<($0 + 1) * count] }
        let means = planes.map { $0.reduce(0, +) / Double(count) }
        return (
            means,
            zip(planes, means).map { plane, mean in
                plane.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
            }
        )
    }

    /// By the image's own statistics, or given ones.
    func normalised(scale: [Double], shift: [Double], mean: [Double]? = nil, variance: [Double]? = nil) -> Image {
        var result = self
        let count = height * width
        let own = moments
        for c in 0..<channels {
            let mean = mean?[c] ?? own.mean[c]
            let variance = variance?[c] ?? own.variance[c]
            for index in c * count..<(c + 1) * count {
                result.values[index] = (values[index] - mean) / (variance + 1e-5).squareRoot() * scale[c] + shift[c]
            }
        }
        return result
    }

    var leaky: Image { map { $0 > 0 ? $0 : 0.2 * $0 } }
    var rectified: Image { map { $0 > 0 ? $0 : 0 } }
}
