import Foundation

/// How one slide was prepared, and how the microscope and its camera stand: one draw from a ``World``.
struct Preparation: Sendable {
    var medium: Medium
    var stain: Stain
    /// Relative strength of the stain on this slide.
    var uptake: Float
    /// Share of the grains that are empty, and of those that are collapsed.
    var emptyShare: Float
    var collapsedShare: Float
    /// Relative change of size by drying or swelling.
    var swelling: Float
    var optics: Optics
    /// Height of the focal plane above the middle of a grain, in µm, and how it differs from field to field.
    var focus: Float
    var focusSpread: Float
    /// Standard deviation of the heights at which grains float, in µm.
    var liftSpread: Float
    var camera: CameraChain
    /// Share of scratches, dust and other dirt on the glass; 1 is usual.
    var dirt: Float
}

/// What the bodies lie in.
enum Medium: String, Sendable, CaseIterable {
    case air, water, glycerineJelly = "glycerine jelly", siliconeOil = "silicone oil"

    /// Refractive index. Jelly: 1.40-1.47 by its water; silicone oil AK 2000: 1.40.
    func index(_ random: inout RandomStream) -> Float {
        switch self {
        case .air: 1
        case .water: random.uniform(1.333...1.345)
        case .glycerineJelly: random.uniform(1.40...1.47)
        case .siliconeOil: random.uniform(1.398...1.408)
        }
    }
}

/// What gives bodies their colour.
///
/// Absorption by the spectra of the dyes at 610, 540 and 460 nm: basic fuchsin has its maximum near 545 nm, safranin O
/// near 520 nm, malachite green near 617 and 425 nm, acid fuchsin near 545 nm; acetolysis browns the wall and empties it.
enum Stain: String, Sendable, CaseIterable {
    case none, acetolysis, fuchsin, safranin, alexander

    /// Absorption of the wall and its ornament, natural, per µm.
    var wall: Vector {
        switch self {
        case .none: [0.05, 0.075, 0.15]
        case .acetolysis: [0.16, 0.30, 0.62]
        case .fuchsin: [0.10, 0.70, 0.32]
        case .safranin: [0.045, 0.52, 0.42]
        case .alexander: [0.42, 0.13, 0.36]
        }
    }

    /// Absorption of the content, natural, per µm.
    var content: Vector {
        switch self {
        case .none: [0.005, 0.010, 0.028]
        case .acetolysis: [0.002, 0.003, 0.006]
        case .fuchsin: [0.014, 0.085, 0.040]
        case .safranin: [0.008, 0.070, 0.055]
        case .alexander: [0.030, 0.150, 0.075]
        }
    }
}
