import Foundation
import Imaging

/// What a camera makes of the light that falls on it: gains, response, noise, defects before its mosaic is read; and
/// colour, sharpening and JPEG after it is demosaiced.
struct CameraChain: Sendable {
    /// Share of full scale that glass is exposed to, red, green and blue: exposure times white balance.
    var glass: Vector
    /// The response is `light^(1 / gamma)`.
    var gamma: Float
    /// Electrons at full scale, and the read noise in electrons.
    var fullWell: Float
    var readNoise: Float
    /// Share of pixels that are stuck dark or bright.
    var defects: Float
    /// Of the difference between picture and grey.
    var saturation: Float
    /// Unsharp masking: strength, and deviation in camera pixels.
    var sharpening: Float
    var sharpeningRadius: Float
    /// libjpeg's quality; nil for none.
    var jpegQuality: Int?
    /// Relative fall of the light to the corners, and its slope across the field.
    var falloff: Float
    var slope: SIMD2<Float>

    /// - processing: 0 a laboratory's camera to 1 a telephone's.
    init(processing: Float, _ random: inout RandomStream) {
        let level = random.uniform(0.55...0.86)
        // A white balance that is wrong by as much as between daylight and a halogen lamp.
        let warm = exp(random.normal(0, 0.07 + 0.18 * processing))
        let green = exp(random.normal(0, 0.03 + 0.05 * processing))
        let colour = Vector(warm, green, 1 / warm)
        glass = level * colour / max(colour.x, colour.y, colour.z)
        gamma = random.chance(0.25 + 0.6 * processing) ? random.uniform(1.2...2.4) : 1
        fullWell = exp(random.uniform(log(4000)...log(20_000)))
        readNoise = random.uniform(5...25)
        defects = random.chance(0.3) ? random.uniform(0...2e-4) : 0
        saturation = 1 + random.normal(0, 0.12 + 0.25 * processing)
        sharpening = random.chance(0.2 + 0.6 * processing) ? random.uniform(0.2...1.5) : 0
        sharpeningRadius = random.uniform(0.7...1.8)
        jpegQuality = random.chance(0.15 + 0.6 * processing) ? 70 + Int(random.uniform(0...27)) : nil
        falloff = random.uniform(0...0.15 + 0.2 * processing)
        slope = SIMD2(random.normal(0, 0.04), random.normal(0, 0.04))
    }

    /// The mosaic as the camera's electronics give it.
    /// - Parameters:
    ///   - light: interleaved RGB; 1 is what glass lets through.
    ///   - stream: whose noise it is; each row draws from its own.
    /// - Returns: one channel, 0...255.
    func mosaic(_ light: [Float], width: Int, height: Int, exposure: Float = 1, stream: [UInt64]) -> Picture<UInt16> {
        var samples = [UInt16](repeating: 0, count: width * height)
        let chain = self
        let inverse = 1 / gamma
        let (halfWidth, halfHeight) = (Float(width) / 2, Float(height) / 2)
        let reach = 1 / (halfWidth * halfWidth + halfHeight * halfHeight)
        samples.parallelRows(height: height) { y, row in
            var random = RandomStream(stream[0], stream[1], stream[2], UInt64(y))
            let dy = Float(y) - halfHeight
            for x in 0..<width {
                let channel = Sensor.pattern.channel(x: x, y: y)
                let dx = Float(x) - halfWidth
                let lamp =
                    1 - chain.falloff * (dx * dx + dy * dy) * reach + chain.slope.x * dx / halfWidth
                    + chain.slope.y * dy / halfHeight
                let share = max(0, light[(y * width + x) * 3 + channel] * chain.glass[channel] * lamp * exposure)
                let electrons = share * chain.fullWell
                let noise = (electrons + chain.readNoise * chain.readNoise).squareRoot() * random.normal()
                var value = max(0, min(1, (electrons + noise) / chain.fullWell))
                if inverse != 1 { value = pow(value, inverse) }
                if chain.defects > 0, random.chance(chain.defects) { value = random.chance(0.5) ? 0.02 : 1 }
                row[x] = UInt16(value * 255 + 0.5)
            }
        }
        return Picture(width: width, height: height, channels: 1, samples: samples)
    }

    /// What the camera, or the program that saves its pictures, does to a demosaiced frame.
    func processed(_ frame: Picture<UInt8>) -> Picture<UInt8> {
        var picture = frame
        if sharpening > 0 || saturation != 1 {
            let fine = frame.normalised
            let soft = sharpening > 0 ? fine.blurred(sigma: Double(sharpeningRadius)) : fine
            for pixel in 0..<frame.width * frame.height {
                var rgb = Vector.zero
                for c in 0..<3 {
                    let value = fine.samples[pixel * 3 + c]
                    rgb[c] = value + sharpening * (value - soft.samples[pixel * 3 + c])
                }
                let grey = dot(rgb, Vector(0.299, 0.587, 0.114))
                rgb = Vector(repeating: grey) + (rgb - grey) * saturation
                for c in 0..<3 { picture.samples[pixel * 3 + c] = UInt8(max(0, min(1, rgb[c])) * 255 + 0.5) }
            }
        }
        guard let jpegQuality, let bytes = try? JPEG.encode(picture, quality: jpegQuality),
            case .bits8(let decoded)? = try? PictureFile.decode(bytes, name: "frame")
        else { return picture }
        return decoded
    }
}
