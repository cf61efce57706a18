internal import Foundation
package import Imaging
internal import Quantities
internal import Registration

/// Planes of one field at one height after the other, taken in as they come: how sharp each is, how the field shifted
/// meanwhile, and one picture with everything in focus.
///
/// That picture is made of Laplacian pyramids (Ogden, Adelson, Bergen and Burt, RCA Engineer 30-5 (1985) 4): in each band
/// and place the planes add up, weighted by a high power of how far their local energy stands above that of empty glass, so
/// that the sharpest plane has nearly all the say where there is something to see, and all have the same where there is
/// nothing: noise is averaged there and not chosen. Finer bands have a say in coarser ones, where a blurred edge is as
/// strong as a sharp one. The weights are those of all colours together, which keeps colours true. Planes are added and
/// not kept: memory does not grow with their number, and their order does not matter to the picture. It takes some 80 bytes a
/// pixel of the field.
package struct FocalSeries: Sendable {
    package struct Plane: Sendable, Equatable {
        /// Of the focal plane; nil: not known.
        package let heightMicrometres: Double?
        /// See ``Sharpness``.
        package let sharpness: Double
        /// Where the field lies against the first plane.
        package let shiftPixels: SIMD2<Double>
    }

    package private(set) var planes: [Plane] = []
    /// Of the field, in pixels; nil before the first plane.
    package private(set) var size: (width: Int, height: Int)?

    private var fusion: Fusion?
    private var last: Picture<Float>?

    /// Largest shift that is made good, as a share of the field's shorter side.
    package static let largestShift = 0.02

    package init() {}

    /// The number of the sharpest plane, from 0; nil where there is none.
    package var sharpest: Int? { planes.indices.max { planes[$0].sharpness < planes[$1].sharpness } }

    /// Largest shift of any plane against the first, in pixels.
    package var shiftPixels: Double {
        planes.map { Self.length($0.shiftPixels) }.max() ?? 0
    }

    /// Takes in the next plane. One that is refused changes nothing.
    /// - Parameters:
    ///   - picture: RGB or grey, 0...1, of one size for all.
    ///   - heightMicrometres: of the focal plane; of all planes or of none, rising or falling.
    package mutating func add(_ picture: Picture<Float>, heightMicrometres: Double? = nil) throws(FocusError) {
        let number = planes.count + 1
        if let size, size != (picture.width, picture.height) {
            throw FocusError(
                .differentSizes,
                "plane \(number) has \(picture.width) x \(picture.height) pixels, those before have "
                    + "\(size.width) x \(size.height)", hint: "take all planes with one camera mode")
        }
        try check(heightMicrometres, number)
        let look = FieldLook(picture)
        var shift = SIMD2<Double>.zero
        if let last {
            switch look.shift(onto: FieldLook(binned: last)) {
            case .known(let step): shift = planes.last!.shiftPixels + step
            case .unknown: shift = planes.last!.shiftPixels
            case .otherField:
                throw FocusError(
                    .differentFields, "planes \(number - 1) and \(number) do not show the same field",
                    hint: "leave the stage where it is while the focus moves")
            }
            let far = Self.length(shift)
            let limit = Self.largestShift * Double(min(picture.width, picture.height))
            guard far <= limit else {
                throw FocusError(
                    .differentFields,
                    "the field moved by \(Int(saturating: far.rounded())) pixels until plane \(number), of which "
                        + "\(Int(saturating: Self.length(shift - planes.last!.shiftPixels).rounded())) since plane "
                        + "\(number - 1); up to \(Int(saturating: limit)) are made good",
                    hint: "leave the stage where it is while the focus moves, or move it back and begin again")
            }
        }
        let isStill = Self.length(shift) < 0.5
        // The place where the first plane has it; at the rim what lies outside is repeated from within.
        let placed = isStill ? picture : picture.moved(by: -shift)
        if fusion == nil {
            fusion = Fusion(placed)
        } else {
            fusion!.add(placed)
        }
        size = (picture.width, picture.height)
        last = look.binned
        planes.append(
            Plane(heightMicrometres: heightMicrometres, sharpness: Sharpness.of(picture), shiftPixels: shift))
    }

    /// The picture with everything in focus, and how high everything lies.
    package func fused() throws(FocusError) -> (picture: Picture<Float>, heights: HeightMap) {
        guard planes.count >= 2, let fusion else {
            throw FocusError(
                .tooFewPlanes, "a focal series of \(planes.count) \(planes.count == 1 ? "plane" : "planes") is none",
                hint: "take at least two planes at different heights")
        }
        return (fusion.picture, fusion.heightMap(planes.map(\.heightMicrometres)))
    }

    private func check(_ height: Double?, _ number: Int) throws(FocusError) {
        guard let before = planes.last else { return }
        guard (height == nil) == (before.heightMicrometres == nil) else {
            throw FocusError(
                .badHeights, "the height of some planes is known and that of others is not",
                hint: "state the height of all planes, or of none")
        }
        guard let height, let last = before.heightMicrometres else { return }
        let isRising = planes.count > 1 ? last > planes[planes.count - 2].heightMicrometres! : height > last
        guard height != last, (height > last) == isRising else {
            throw FocusError(
                .badHeights,
                "plane \(number) lies at \(height) µm and the one before at \(last) µm: the heights turn back",
                hint: "give the planes in order of their height")
        }
    }

    private static func length(_ vector: SIMD2<Double>) -> Double { (vector * vector).sum().squareRoot() }
}

extension Picture<Float> {
    /// What lies at (x, y) goes to (x, y) + shift; the rim is repeated.
    fileprivate func moved(by shift: SIMD2<Double>) -> Picture {
        let warped = warped([1, 0, -shift.x, 0, 1, -shift.y], width: width, height: height, outside: .nan)
        var result = warped
        let (dx, dy) = (shift.x, shift.y)
        for y in 0..<height {
            for x in 0..<width where result.samples[(y * width + x) * channels].isNaN {
                let fromX = Int(saturating: Swift.min(Swift.max(0, (Double(x) - dx).rounded()), Double(width - 1)))
                let fromY = Int(saturating: Swift.min(Swift.max(0, (Double(y) - dy).rounded()), Double(height - 1)))
                for channel in 0..<channels {
                    result.samples[(y * width + x) * channels + channel] =
                        samples[(fromY * width + fromX) * channels + channel]
                }
            }
        }
        return result
    }
}
