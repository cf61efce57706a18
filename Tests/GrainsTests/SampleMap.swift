import Grains
import Imaging

/// A drawn sample map: red iva, green other, blue galanthus, as the first lens has them.
struct SampleMap {
    static let iva = 0
    static let other = 1
    static let galanthus = 2

    static let finder = GrainFinder(
        classes: [
            MapClass(key: "iva", channel: iva), MapClass(key: "galanthus", channel: galanthus),
            MapClass(key: nil, channel: other),
        ], borderRule: .all)

    var picture: Picture<Float>

    init(width: Int, height: Int) {
        picture = Picture(width: width, height: height, channels: 3, filledWith: 0)
    }

    /// Fills an ellipse; what lay under it is covered, as the upper grain covers the lower.
    mutating func ellipse(
        _ channel: Int, x: Double, y: Double, radii: (Double, Double), value: Float = 1
    ) {
        for row in 0..<picture.height {
            for column in 0..<picture.width {
                let u = (Double(column) - x) / radii.0
                let v = (Double(row) - y) / radii.1
                guard u * u + v * v <= 1 else { continue }
                for other in 0..<3 { picture[column, row, other] = other == channel ? value : 0 }
            }
        }
    }

    mutating func disc(_ channel: Int, x: Double, y: Double, radius: Double, value: Float = 1) {
        ellipse(channel, x: x, y: y, radii: (radius, radius), value: value)
    }

    static let scale = MapScale(
        inputPixelsPerMapPixelX: 1, inputPixelsPerMapPixelY: 1, nmPerInputPixel: 250)

    /// Those that count.
    func grains(scale: MapScale = scale, using finder: GrainFinder = finder) -> [Grain] {
        objects(scale: scale, using: finder).filter { $0.rejection == nil }
    }

    /// With those that do not count.
    func objects(scale: MapScale = scale, using finder: GrainFinder = finder) -> [Grain] {
        finder.find(in: picture, scale: scale)
    }
}
