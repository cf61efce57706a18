package import Imaging

/// Overlap of a class in generated and true maps: intersection over union, pixels of all fields together.
package struct MapOverlap: Codable, Sendable, Equatable {
    package var intersection = 0
    package var union = 0
    package var truePixels = 0
    package var generatedPixels = 0

    /// 1 where neither map holds the class.
    package var intersectionOverUnion: Double { union == 0 ? 1 : Double(intersection) / Double(union) }

    package init() {}

    /// Adds a field. A pixel belongs to the class where its channel is the strongest and reaches one half.
    package mutating func add(_ generated: Picture<Float>, true truth: Picture<Float>, channel: Int, of channels: [Int])
    {
        func holds(_ picture: Picture<Float>, _ pixel: Int) -> Bool {
            let value = picture.samples[pixel * picture.channels + channel]
            return value >= 0.5 && channels.allSatisfy { picture.samples[pixel * picture.channels + $0] <= value }
        }
        for pixel in 0..<truth.width * truth.height {
            let a = holds(generated, pixel), b = holds(truth, pixel)
            if a && b { intersection += 1 }
            if a || b { union += 1 }
            if a { generatedPixels += 1 }
            if b { truePixels += 1 }
        }
    }
}
