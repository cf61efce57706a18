import Foundation
import Imaging

/// A slide larger than the camera's field, captured in a serpentine of overlapping fields.
///
/// Grains, debris and what lies on the cover slip move with the slide; the fall-off of the illumination and the dirt on
/// the sensor stay with the camera; noise, focus and exposure differ from capture to capture.
package struct SimulatedSlide: Sendable {
    package struct Layout: Sendable, Equatable {
        package var columns = 5
        package var rows = 5
        /// Part of a field's side that it shares with its neighbour, 0..<1.
        package var overlap = 0.15
        /// How many fields, spread over the slide, are captured a second time right after the first, a few pixels
        /// beside it.
        package var capturedTwice = 0
        /// Of a field, in camera pixels of 180 nm.
        package var widthPixels = 1280
        package var heightPixels = 1024
        /// Standard deviation of the stage about its grid, in µm.
        package var jitterMicrometres: Float = 3
        /// How far the camera is turned against the stage, clockwise.
        package var rotationDegrees: Float = 0
        /// Dark blobs on the sensor.
        package var sensorDirt = 6

        package init() {}
    }

    package struct Capture: Sendable, Equatable {
        /// Where the upper left corner of the field lies on the stage, in µm.
        package let stageMicrometres: SIMD2<Double>
        /// The earlier capture of the same place.
        package let repeats: Int?
    }

    package let seed: UInt64
    package let layout: Layout
    /// In the order they are taken.
    package let captures: [Capture]
    private let slide: Scene
    private let illumination: Illumination
    private let sensorDirt: [Speck]

    /// - Parameter density: its `emptyShare` does not count: the slide is not empty.
    package init(seed: UInt64, layout: Layout = Layout(), density: FieldDensity = FieldDensity()) {
        precondition(layout.columns > 0 && layout.rows > 0, "a slide has at least one field")
        precondition((0..<1).contains(layout.overlap), "neighbours share less than all of a field")
        precondition(layout.widthPixels >= 64 && layout.heightPixels >= 64, "a field has at least 64 x 64 pixels")
        precondition((0...layout.columns * layout.rows).contains(layout.capturedTwice), "more repeats than fields")
        self.seed = seed
        self.layout = layout
        let pitch = BrightField.cameraPitch
        let width = Float(layout.widthPixels) * pitch, height = Float(layout.heightPixels) * pitch
        let pace = 1 - Float(layout.overlap)
        var random = RandomStream(seed, 6)
        illumination = Illumination(width: width, height: height, &random)
        sensorDirt = (0..<layout.sensorDirt).map { _ in Speck(sensorDirtIn: width, height, &random) }

        // A border of 30 µm holds what jitter and rotation bring into view.
        let turn = abs(layout.rotationDegrees) * .pi / 180
        let wide = width * (1 + pace * Float(layout.columns - 1)), high = height * (1 + pace * Float(layout.rows - 1))
        let border = 30 + 4 * layout.jitterMicrometres + sin(turn) * max(width, height)
        var density = density
        density.emptyShare = 0
        slide = Scene(seed: seed, index: 0, width: wide + 2 * border, height: high + 2 * border, density: density)

        let count = layout.columns * layout.rows
        var captures: [Capture] = []
        for number in 0..<count {
            let row = number / layout.columns, step = number % layout.columns
            let column = row % 2 == 0 ? step : layout.columns - 1 - step
            let x = border + Float(column) * pace * width + random.normal(0, layout.jitterMicrometres)
            let y = border + Float(row) * pace * height + random.normal(0, layout.jitterMicrometres)
            let place = SIMD2(Double(x), Double(y))
            captures.append(Capture(stageMicrometres: place, repeats: nil))
            let isRepeated = (number + 1) * layout.capturedTwice / count > number * layout.capturedTwice / count
            if isRepeated {
                let shift = SIMD2(Double(random.uniform(-1...1)), Double(random.uniform(-1...1)))
                captures.append(Capture(stageMicrometres: place + shift, repeats: captures.count - 1))
            }
        }
        self.captures = captures
    }

    /// The camera's picture of a capture and its truth, whose `stage_um` and grain `id`s are those of the slide.
    package func render(_ index: Int) -> SimulatedField.Rendering {
        var random = RandomStream(seed, 7, UInt64(index))
        var field = SimulatedField(seed: seed, index: index, view: .camera)
        field.exposure = 1 + random.normal(0, 0.03)
        field.focusOffset = random.normal(0, 0.3)
        field.window = window(captures[index].stageMicrometres)
        var rendering = field.render()
        let stage = captures[index].stageMicrometres
        rendering.truth.stageMicrometres = [stage.x, stage.y].map { ($0 * 1000).rounded() / 1000 }
        let pitch = BrightField.cameraPitch
        rendering.truth.others += sensorDirt.map { speck in
            let box = [speck.x - speck.radius, speck.y - speck.radius, speck.x + speck.radius, speck.y + speck.radius]
            return OtherTruth(kind: "sensor dirt", box: box.map { Double($0 / pitch) - 0.5 })
        }
        return rendering
    }

    private func window(_ stage: SIMD2<Double>) -> SlideWindow {
        let pitch = BrightField.cameraPitch
        let width = Float(layout.widthPixels) * pitch, height = Float(layout.heightPixels) * pitch
        let angle = layout.rotationDegrees * .pi / 180
        let (c, s) = (cos(angle), sin(angle))
        let corner = SIMD2(Float(stage.x), Float(stage.y))
        func place(_ x: Float, _ y: Float) -> SIMD2<Float> {
            let d = SIMD2(x, y) - corner
            return SIMD2(c * d.x + s * d.y, c * d.y - s * d.x)
        }
        func turned(_ v: Vector) -> Vector { Vector(c * v.x + s * v.y, c * v.y - s * v.x, v.z) }
        /// Longest reach of anything on the slide, a fibre, in µm.
        let reach: Float = 150
        func isNear(_ p: SIMD2<Float>, _ reach: Float) -> Bool {
            p.x > -reach && p.y > -reach && p.x < width + reach && p.y < height + reach
        }
        let objects = slide.objects.enumerated().compactMap { id, object -> SceneObject? in
            var object = object
            let p = place(object.x, object.y)
            let axes = object.solid.semiAxes
            guard isNear(p, min(reach, 1.5 * max(axes.x, axes.y, axes.z) + 10)) else { return nil }
            (object.x, object.y, object.id) = (p.x, p.y, id)
            let turn = object.rotation
            object.rotation = Rotation(x: turned(turn.x), y: turned(turn.y), z: turned(turn.z))
            return object
        }
        let specks = slide.specks.compactMap { speck -> Speck? in
            let p = place(speck.x, speck.y)
            return isNear(p, 12) ? Speck(speck, x: p.x, y: p.y) : nil
        }
        return SlideWindow(
            scene: Scene(
                width: width, height: height, objects: objects, specks: specks + sensorDirt, focus: slide.focus,
                illumination: illumination),
            width: layout.widthPixels, height: layout.heightPixels)
    }
}

extension Scene {
    init(
        width: Float, height: Float, objects: [SceneObject], specks: [Speck], focus: Float, illumination: Illumination
    ) {
        self.width = width
        self.height = height
        self.objects = objects
        self.specks = specks
        self.focus = focus
        self.illumination = illumination
    }
}

extension Speck {
    /// The same at another place.
    init(_ other: Speck, x: Float, y: Float) {
        self.x = x
        self.y = y
        radius = other.radius
        depth = other.depth
        ring = other.ring
    }

    /// A dark blob of a grain's size, wholly within the field.
    init(sensorDirtIn width: Float, _ height: Float, _ random: inout RandomStream) {
        radius = random.uniform(3...7)
        x = random.uniform(3 * radius...(width - 3 * radius))
        y = random.uniform(3 * radius...(height - 3 * radius))
        depth = random.uniform(-0.7 ... -0.35)
        ring = false
    }
}
