internal import Foundation
package import Imaging
internal import Quantities

/// What is kept of a field to find its neighbours: the logarithm of its brightness at reduced size, in which
/// illumination and exposure add, less a smooth background.
///
/// Samples are whole numbers, so that a preview read back from a file is the one that was written.
package struct FieldPreview: Sendable, Equatable {
    /// Full pixels along one preview pixel.
    let factor: Int
    let width: Int
    let height: Int
    /// In ``unit``. Glass is about 0; a grain of half the glass's brightness is -0.7.
    let samples: [Int16]

    /// Longest side of a preview in pixels.
    static let side = 256
    static let unit: Float = 0x1p-14

    package init(_ picture: Picture<UInt8>) {
        factor = Self.factor(width: picture.width, height: picture.height)
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
        var kept = [Int16](repeating: 0, count: width * height)
        for y in 0..<height {
            for x in 0..<width {
                // What is bright or black beyond reason shall not decide.
                let value = max(-1, min(0.4, reduced[x, y] - glass(x: x, y: y)))
                kept[y * width + x] = Int16(saturating: (value / Self.unit).rounded())
            }
        }
        (self.width, self.height, samples) = (width, height, kept)
    }

    /// As ``bytes`` gave it.
    /// - Parameters:
    ///   - width, height: of the field, in pixels.
    /// - Returns: nil where the bytes are none of a field of this size.
    package init?(ofFieldOfWidth width: Int, height: Int, bytes: [UInt8]) {
        factor = Self.factor(width: width, height: height)
        self.width = max(1, width / factor)
        self.height = max(1, height / factor)
        guard bytes.count == 2 * self.width * self.height else { return nil }
        samples = [Int16](littleEndianBytes: bytes)
    }

    package var bytes: [UInt8] { samples.littleEndianBytes }

    var picture: Picture<Float> {
        Picture(width: width, height: height, channels: 1, samples: samples.map { Float($0) * Self.unit })
    }

    private static func factor(width: Int, height: Int) -> Int { max(1, (max(width, height) + side - 1) / side) }
}

extension [Int16] {
    init(littleEndianBytes bytes: [UInt8]) {
        self = (0..<bytes.count / 2).map {
            Int16(bitPattern: UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8)
        }
    }

    var littleEndianBytes: [UInt8] {
        flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: UInt16(bitPattern: $0) >> 8)] }
    }
}
