internal import Foundation
package import Imaging

/// How close a generated picture comes to the true one.
package struct PictureQuality: Codable, Sendable, Equatable {
    /// Mean absolute difference, of 0...1.
    package var l1: Double
    /// Peak signal to noise ratio in dB; 99 where the pictures are equal.
    package var psnr: Double
    /// Structural similarity of the grey pictures (Wang et al., IEEE TIP 13 (2004) 600): Gaussian window of sigma 1.5
    /// over 11 x 11 pixels, K1 0.01, K2 0.03, averaged where the window lies within the picture.
    package var ssim: Double

    package init(l1: Double, psnr: Double, ssim: Double) {
        self.l1 = l1
        self.psnr = psnr
        self.ssim = ssim
    }

    /// - Parameters: pictures of one size and number of channels, 0...1, at least 11 pixels a side.
    package init(_ generated: Picture<Float>, true truth: Picture<Float>) {
        precondition(
            generated.width == truth.width && generated.height == truth.height && generated.channels == truth.channels,
            "pictures of one size are compared")
        var absolute = 0.0, squared = 0.0
        for (a, b) in zip(generated.samples, truth.samples) {
            let difference = Double(a) - Double(b)
            absolute += abs(difference)
            squared += difference * difference
        }
        let count = Double(truth.samples.count)
        l1 = absolute / count
        psnr = squared == 0 ? 99 : min(99, -10 * log10(squared / count))
        ssim = Self.similarity(generated.grey, truth.grey)
    }

    /// The mean over several pictures.
    package static func mean(of all: [PictureQuality]) -> PictureQuality? {
        if all.isEmpty { return nil }
        let count = Double(all.count)
        return PictureQuality(
            l1: all.map(\.l1).reduce(0, +) / count, psnr: all.map(\.psnr).reduce(0, +) / count,
            ssim: all.map(\.ssim).reduce(0, +) / count)
    }

    private static func similarity(_ a: Picture<Float>, _ b: Picture<Float>) -> Double {
        let radius = 5
        guard a.width > 2 * radius, a.height > 2 * radius else { return .nan }
        let weights = (-radius...radius).map { exp(-Double($0 * $0) / (2 * 1.5 * 1.5)) }
        let window = weights.map { $0 / weights.reduce(0, +) }
        let (width, height) = (a.width, a.height)
        /// Weighted sums over the window, of those pixels around which it fits.
        func smoothed(_ value: (Int) -> Double) -> [Double] {
            let inner = width - 2 * radius
            var rows = [Double](repeating: 0, count: inner * height)
            var line = [Double](repeating: 0, count: width)
            for y in 0..<height {
                for x in 0..<width { line[x] = value(y * width + x) }
                for x in 0..<inner {
                    var sum = 0.0
                    for k in 0...2 * radius { sum += window[k] * line[x + k] }
                    rows[y * inner + x] = sum
                }
            }
            var result = [Double](repeating: 0, count: inner * (height - 2 * radius))
            for y in 0..<height - 2 * radius {
                for k in 0...2 * radius {
                    for x in 0..<inner { result[y * inner + x] += window[k] * rows[(y + k) * inner + x] }
                }
            }
            return result
        }
        return a.samples.withUnsafeBufferPointer { a in
            b.samples.withUnsafeBufferPointer { b in
                let meanA = smoothed { Double(a[$0]) }, meanB = smoothed { Double(b[$0]) }
                let squareA = smoothed { Double(a[$0]) * Double(a[$0]) }
                let squareB = smoothed { Double(b[$0]) * Double(b[$0]) }
                let product = smoothed { Double(a[$0]) * Double(b[$0]) }
                let c1 = 0.01 * 0.01, c2 = 0.03 * 0.03
                var sum = 0.0
                for i in meanA.indices {
                    let ab = meanA[i] * meanB[i], aa = meanA[i] * meanA[i], bb = meanB[i] * meanB[i]
                    sum +=
                        (2 * ab + c1) * (2 * (product[i] - ab) + c2)
                        / ((aa + bb + c1) * (squareA[i] - aa + squareB[i] - bb + c2))
                }
                return sum / Double(meanA.count)
            }
        }
    }
}
