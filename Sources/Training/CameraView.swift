import Imaging
import Tensor

/// A picture as a Bayer camera of coarser pixels would have given it, back at its own scale: what a lens sees in use.
struct CameraView {
    let nmPerPixel: Double
    /// Of a pixel at full scale: sets the shot noise.
    var electrons = 9000.0

    init(nmPerPixel: Double) { self.nmPerPixel = nmPerPixel }

    /// - map: RGB, 0...1.
    /// - scale: of the map, in nm a pixel.
    func apply(to map: FeatureMap, nmPerPixel scale: Double, _ random: inout CounterRandom) {
        var picture = Picture<Float>(width: map.width, height: map.height, channels: 3, filledWith: 0)
        for pixel in 0..<map.width * map.height {
            for channel in 0..<3 { picture.samples[pixel * 3 + channel] = map.base[pixel * map.pixelStride + channel] }
        }
        let width = max(4, Int(Double(map.width) * scale / nmPerPixel))
        let height = max(4, Int(Double(map.height) * scale / nmPerPixel))
        let coarse = picture.resampled(width: width, height: height)
        let pattern = BayerPattern.allCases[random.integer(below: 4)]
        var mosaic = Picture<UInt16>(width: width, height: height, channels: 1, filledWith: 0)
        for y in 0..<height {
            for x in 0..<width {
                let light = Double(max(0, coarse[x, y, pattern.channel(x: x, y: y)]))
                let noisy = light + random.normal() * (light / electrons + 5e-6).squareRoot()
                // Eight bits from the camera.
                mosaic[x, y] = UInt16((min(1, max(0, noisy)) * 255).rounded()) * 257
            }
        }
        let fine = mosaic.demosaiced(pattern).normalised.resampled(width: map.width, height: map.height)
        for pixel in 0..<map.width * map.height {
            for channel in 0..<3 {
                map.base[pixel * map.pixelStride + channel] = min(1, max(0, fine.samples[pixel * 3 + channel]))
            }
        }
    }
}
