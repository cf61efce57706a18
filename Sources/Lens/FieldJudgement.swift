package import Imaging
internal import Quantities

/// Whether a field can be counted, told from its pixels alone, before a lens sees it: a count of what cannot be right is
/// worse than none.
package struct FieldJudgement: Sendable, Equatable {
    /// Something that whoever reads the count must know.
    package struct Doubt: Sendable, Equatable {
        /// For programs: words in lower case joined by hyphens.
        package let key: String
        /// With its figure, without a full stop.
        package let sentence: String
    }

    /// Why the field is not to be counted.
    package struct Refusal: Sendable, Equatable {
        /// What the field is, with the figure: "is too dark: ...".
        package let reason: String
        package let hint: String
    }

    package private(set) var refusal: Refusal?
    package private(set) var doubts: [Doubt] = []

    /// Grains are lost below this brightness of the glass in the camera's noise and steps; below the other a lens that was
    /// taught in full light may see none.
    static let darkest = 0.1
    static let dark = 0.55
    /// Shares of the field at full scale.
    static let overexposed = 0.15
    static let blownOut = 0.8
    /// Of sixteen parts of the field; single grains that fill a picture leave ten.
    static let partsWithGlass = 9
    /// In focus, simulated 20x objectives blur edges by 0.4 to 0.55 µm; 3 µm out of it by 0.6, 6 µm by 0.75 and 15 µm by
    /// 1.4. Cameras of coarse pixels blur by up to three of these.
    static let blurMicrometres = 0.7
    static let blurPixels = 3.9

    /// - nmPerPixel: of the field's pixels in the object plane; nil where it is not known.
    package init(_ field: PNG.Content, nmPerPixel: Double?) {
        self.init(FieldFigures(field, nmPerPixel: nmPerPixel))
    }

    package init(_ figures: FieldFigures) {
        func percent(_ share: Double) -> String { "\(Int(saturating: (100 * share).rounded())) %" }
        if figures.range < 1.5 / 255 {
            refusal = Refusal(
                reason: "shows nothing: it has the same brightness everywhere, \(percent(figures.light)) of full scale",
                hint: "check the light, the camera and its cable")
        } else if figures.light < Self.darkest {
            refusal = Refusal(
                reason: "is too dark: its glass has \(percent(figures.light)) of full scale, and 10 % is the least",
                hint: "give more light or a longer exposure; 60 to 90 % is best")
        } else if figures.clipped > Self.blownOut {
            refusal = Refusal(
                reason: "is overexposed: \(percent(figures.clipped)) of it is at full scale, grains with it",
                hint: "shorten the exposure until the glass has 60 to 90 % of full scale")
        }
        guard refusal == nil else { return }
        func doubt(_ key: String, _ sentence: String) { doubts.append(Doubt(key: key, sentence: sentence)) }
        if figures.light < Self.dark {
            doubt(
                "dark", "it is dark: its glass has \(percent(figures.light)) of full scale, where 60 to 90 % is usual")
        }
        if figures.clipped > Self.overexposed {
            doubt("overexposed", "it is overexposed: \(percent(figures.clipped)) of it is at full scale")
        }
        if figures.smooth < 0.1 {
            doubt("no-glass", "no clear glass is seen in it: \(percent(1 - figures.smooth)) of it is detail or noise")
        } else if figures.partsWithGlass < Self.partsWithGlass {
            doubt(
                "no-glass",
                "clear glass is seen in \(figures.partsWithGlass) of 16 parts of it only: it may be no bright field")
        }
        if figures.brighterThanGlass > 0.15 {
            doubt(
                "dark-field",
                "\(percent(figures.brighterThanGlass)) of it is brighter than its background: "
                    + "it may be a dark field, fluorescence or a negative")
        }
        if figures.tint > 0.5 {
            doubt(
                "colour",
                "its glass is coloured (saturation \(percent(figures.tint))), and nearly grey in a bright field")
        } else if figures.colours >= 4 {
            doubt("colour", "it has large areas of \(figures.colours) different hues: it may be no micrograph")
        }
        if let blur = figures.edgeBlurMicrometres, blur > Self.blurMicrometres,
            figures.edgeBlurPixels ?? 0 > Self.blurPixels
        {
            let shown = (blur * 10).rounded() / 10
            doubt("out-of-focus", "it is out of focus: its sharpest edges are blurred by \(shown) µm")
        }
    }
}
