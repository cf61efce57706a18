internal import Foundation
package import Imaging
internal import Quantities

/// What is kept of a field to find its neighbours: the logarithm of its brightness at reduced size, in which
/// illumination and exposure add, less a smooth background.
package struct FieldPreview: Sendable {
    /// Full pixels along one preview pixel.
    let factor: Int
    /// Glass is about 0; a grain of half the glass's brightness is -0.7.
    let picture: Picture<Float>

    /// Longest side of a preview in pixels.
    static let side = 256

    package init(_ picture: Picture<UInt8>) {
        factor = max(1, (max(picture.width, picture.height) + Self.side - 1) / Self.side)
        let factor = factor
        let width = max(1, picture.width / factor), height = max(1, picture.height / factor)
        var reduced = Picture<Float>(width: width, height: height, channels: 1, filledWith: 0)
        let scale = 1 / Float(255 * factor * factor * picture.channels)
        picture.samples.withUnsafeBufferPointer { samples in
            for y in 0..<height {
                for x in 0..<width {
                    var sum = 0
                    for row in y * factor..<(y + 1) * factor {
                        let start = (row * picture.width + x * factor) * picture.channels
                        for at in start..<start + factor * picture.channels { sum += Int(samples[at]) }
                    }
                    reduced.samples[y * width + x] = log(max(1 / 255, Float(sum) * scale))
                }
            }
        }
        let glass = GlassSurface(reduced)
        for y in 0..<height {
            for x in 0..<width {
                // What is bright or black beyond reason shall not decide.
                reduced[x, y] = max(-1, min(0.4, reduced[x, y] - glass(x: x, y: y)))
            }
        }
        self.picture = reduced
    }
}
