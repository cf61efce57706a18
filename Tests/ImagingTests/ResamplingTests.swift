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

    /// Against the definitions, in double precision.
    @Test(arguments: [(53, 41), (20, 13), (9, 60), (31, 7)])
    func pixelsAreWhatTheDefinitionsSay(size: (Int, Int)) {
        var picture = Picture<Float>(width: 31, height: 17, channels: 1, filledWith: 0)
        for index in picture.samples.indices { picture.samples[index] = Float((index * 7919) % 101) / 101 }
        func weights(_ place: Int, _ new: Int, _ old: Int, _ byArea: Bool) -> [(Int, Double)] {
            let scale = Double(old) / Double(new)
            if new == old { return [(place, 1)] }
            if byArea {
                let (low, high) = (Double(place) * scale, Double(place + 1) * scale)
                return (0..<old).compactMap { pixel in
                    let overlap = min(high, Double(pixel + 1)) - max(low, Double(pixel))
                    return overlap > 1e-9 ? (pixel, overlap / scale) : nil
                }
            }
            let centre = (Double(place) + 0.5) * scale - 0.5
            let taps = (Int(centre.rounded(.down)) - 3...Int(centre.rounded(.down)) + 4).map { tap -> (Int, Double) in
                let x = Double.pi * (centre - Double(tap))
                return (min(old - 1, max(0, tap)), x == 0 ? 1 : 4 * sin(x) * sin(x / 4) / (x * x))
            }
            let sum = taps.reduce(0) { $0 + $1.1 }
            return taps.map { ($0.0, $0.1 / sum) }
        }
        let byArea = size.0 < 31 && size.1 < 17
        let result = picture.resampled(width: size.0, height: size.1)
        for y in 0..<size.1 {
            for x in 0..<size.0 {
                var expected = 0.0
                for (row, down) in weights(y, size.1, 17, byArea) {
                    for (column, across) in weights(x, size.0, 31, byArea) {
                        expected += down * across * Double(picture[column, row])
                    }
                }
                #expect(abs(Double(result[x, y]) - expected) < 1e-5)
            }
        }
    }

    /// A part of the new picture has the bits of the whole.
    @Test(arguments: [(213, 150), (40, 31), (100, 31)])
    func partsAreTheWhole(size: (Int, Int)) {
        var picture = Picture<Float>(width: 97, height: 61, channels: 3, filledWith: 0)
        for index in picture.samples.indices { picture.samples[index] = Float((index * 7919) % 1009) / 1009 }
        let whole = picture.resampled(width: size.0, height: size.1)
        let (columns, rows) = (size.0 / 3..<size.0 - 5, [7, 8, 9, 20, 19, 3])
        var made: [[Float]] = []
        Resampling(width: 97, height: 61, toWidth: size.0, height: size.1)
            .forEachRow(rows, columns: columns, channels: 3) { row, columns, out in
                for index in 0..<columns.count * 3 {
                    out[index] = picture.samples[(row * 97 + columns.lowerBound) * 3 + index]
                }
            } body: { _, pixels in
                made.append((0..<columns.count * 3).map { pixels[$0] })
            }
        for (row, pixels) in zip(rows, made) {
            let start = (row * size.0 + columns.lowerBound) * 3
            #expect(pixels == Array(whole.samples[start..<start + columns.count * 3]))
        }
        #expect(made.count == rows.count)
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
