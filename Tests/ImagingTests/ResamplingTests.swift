import Foundation
import Imaging
import Testing

@Suite struct ResamplingTests {
    @Test(arguments: [(64, 48), (17, 31), (130, 97), (278, 61)])
    func aConstantStaysConstant(size: (Int, Int)) {
        let picture = Picture<Float>(width: 64, height: 48, channels: 3, filledWith: 0.625)
        let result = picture.resampled(width: size.0, height: size.1)
        #expect(result.width == size.0 && result.height == size.1 && result.channels == 3)
        #expect(result.samples.allSatisfy { abs($0 - 0.625) < 1e-5 })
    }

    /// A spot away from the middle lands where the pixel-centre rule says, whichever way the size changes.
    @Test(arguments: [(347, 217), (60, 45), (160, 120), (40, 240)])
    func aSpotLandsWhereThePixelCentresSay(size: (Int, Int)) {
        let (x, y, sigma) = (61.3, 37.8, 4.0)
        var picture = Picture<Float>(width: 160, height: 100, channels: 1, filledWith: 0)
        for row in 0..<100 {
            for column in 0..<160 {
                let dx = Double(column) - x, dy = Double(row) - y
                picture[column, row] = Float(exp(-(dx * dx + dy * dy) / (2 * sigma * sigma)))
            }
        }
        let result = picture.resampled(width: size.0, height: size.1)
        var sum = 0.0, sumX = 0.0, sumY = 0.0
        for row in 0..<size.1 {
            for column in 0..<size.0 {
                let value = Double(result[column, row])
                sum += value
                sumX += value * Double(column)
                sumY += value * Double(row)
            }
        }
        #expect(abs(sumX / sum - ((x + 0.5) * Double(size.0) / 160 - 0.5)) < 0.02)
        #expect(abs(sumY / sum - ((y + 0.5) * Double(size.1) / 100 - 0.5)) < 0.02)
    }

    @Test func channelsStayApart() {
        var picture = Picture<Float>(width: 8, height: 8, channels: 3, filledWith: 0)
        for index in stride(from: 1, to: picture.samples.count, by: 3) { picture.samples[index] = 1 }
        let result = picture.resampled(width: 21, height: 13)
        for pixel in 0..<21 * 13 {
            #expect(abs(result.samples[pixel * 3]) < 1e-6)
            #expect(abs(result.samples[pixel * 3 + 1] - 1) < 1e-5)
            #expect(abs(result.samples[pixel * 3 + 2]) < 1e-6)
        }
    }

    @Test func theSameSizeIsTheSamePicture() {
        let picture = Picture<Float>(width: 3, height: 2, channels: 1, samples: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
        #expect(picture.resampled(width: 3, height: 2) == picture)
    }
}
