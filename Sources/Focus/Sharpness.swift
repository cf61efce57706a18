internal import Foundation
package import Imaging

/// How sharp a picture is: the mean square of its brightness's slope at the scale of a Gaussian, by the square of its mean
/// brightness (Geusebroek et al., Robust autofocusing in microscopy, Cytometry 39 (2000) 1). Figures compare pictures of
/// one field alone; exposure does not matter.
package enum Sharpness {
    /// Of the Gaussian, in pixels: what noise there is from pixel to pixel is below it.
    package static let scalePixels = 1.0

    package static func of(_ picture: Picture<Float>) -> Double {
        let grey = picture.grey
        let slopes = grey.gradientMagnitude(sigma: scalePixels)
        var squares = 0.0, brightness = 0.0
        for at in grey.samples.indices {
            squares += Double(slopes.samples[at]) * Double(slopes.samples[at])
            brightness += Double(grey.samples[at])
        }
        guard brightness > 0 else { return 0 }
        let count = Double(grey.samples.count)
        return squares / count / (brightness / count * brightness / count)
    }
}
