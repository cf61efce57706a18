import Imaging

extension SimulatedField {
    /// The objects of a field, rendered as far as light and truth need them.
    struct Specimen: Sendable {
        struct Body: Sendable {
            /// Nil beside the camera's field.
            let transmission: BrightField.Transmission?
            /// On the grid of the truth: the lens's pixels for pairs, half camera pixels otherwise.
            let relief: Relief
            /// Tips of spines in µm.
            let tips: [Vector]
            /// Points along the bottom of the sulcus in µm.
            let sulcus: [Vector]
        }

        let scene: Scene
        /// One for each object of the scene.
        let bodies: [Body]
    }

    func prepare() -> Specimen {
        let (width, height) = cameraSize
        let pitch = BrightField.cameraPitch
        let fineness = BrightField.oversampling
        let preparation = preparation
        let optics = preparation?.optics ?? .classic
        var scene =
            window?.scene
            ?? Scene(
                seed: seed, index: index, width: Float(width) * pitch, height: Float(height) * pitch, density: density,
                preparation: preparation)
        if let thickness { scene.spread(over: thickness, seed: seed, index: index) }
        let stands = focusHeight ?? scene.focus + focusOffset
        let laid = scene
        let bodies = parallelMap(count: laid.objects.count) { number in
            let object = laid.objects[number]
            let mesh = object.solid.mesh().placed(object.rotation, x: object.x, y: object.y)
            let focus = stands - object.lift
            let margin = BrightField.margin(
                focus: focus, height: mesh.positions.reduce(0) { max($0, $1.z) }, optics: optics,
                step: BrightField.grid.step)
            let fine = Relief(mesh, on: BrightField.grid, margin: margin, alignment: fineness)
            let seen = fine.overlap(width: width * fineness, height: height * fineness) != nil
            return Specimen.Body(
                transmission: seen
                    ? BrightField.transmission(of: object, relief: fine, focus: focus, optics: optics) {
                        laid.illumination.lateralShift(x: object.x, y: object.y, sign: $0)
                    } : nil,
                relief: view == .pair ? Relief(mesh, on: Self.lensGrid, margin: 2) : fine, tips: mesh.tips,
                sulcus: mesh.sulcus)
        }
        return Specimen(scene: laid, bodies: bodies)
    }

    /// Illumination times what every body lets through, on the sensor.
    func expose(_ specimen: Specimen) -> Picture<UInt16> {
        let (width, height) = cameraSize
        if let preparation {
            return preparation.camera.mosaic(
                light(specimen), width: width, height: height,
                stream: [seed, UInt64(index), 4] + (exposureNumber == 0 ? [] : [UInt64(exposureNumber)]))
        }
        return mosaic(light(specimen))
    }

    /// What the plain sensor makes of light.
    func mosaic(_ light: [Float]) -> Picture<UInt16> {
        let (width, height) = cameraSize
        return Sensor().mosaic(
            light, width: width, height: height, seed: seed ^ (UInt64(exposureNumber) << 32), index: index)
    }

    /// What falls on the sensor: interleaved RGB; 1 is full scale, of a prepared slide what glass lets through.
    func light(_ specimen: Specimen) -> [Float] {
        let (width, height) = cameraSize
        let pitch = BrightField.cameraPitch
        let scene = specimen.scene
        let isClassic = world == .classic
        var light = [Float](repeating: 0, count: width * height * 3)
        light.parallelRows(height: height) { y, row in
            let py = (Float(y) + 0.5) * pitch
            let specks = scene.specks.filter { abs($0.y - py) < 3.5 * $0.radius }
            for x in 0..<width {
                let px = (Float(x) + 0.5) * pitch
                var value = (isClassic ? scene.illumination(x: px, y: py) : Vector(repeating: 1)) * exposure
                for speck in specks { value *= speck.factor(x: px, y: py) }
                for channel in 0..<3 { row[x * 3 + channel] = value[channel] }
            }
        }
        for case let body? in specimen.bodies.map(\.transmission) {
            let rows = max(0, -body.y0)..<max(0, -body.y0, min(body.height, height - body.y0))
            let columns = max(0, -body.x0)..<max(0, -body.x0, min(body.width, width - body.x0))
            for y in rows {
                let target = ((y + body.y0) * width + body.x0) * 3
                for i in (columns.lowerBound * 3)..<(columns.upperBound * 3) {
                    light[target + i] *= body.samples[y * body.width * 3 + i]
                }
            }
        }
        return light
    }
}
