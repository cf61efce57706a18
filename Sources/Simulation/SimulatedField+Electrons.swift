import Imaging

extension SimulatedField {
    func electronPictures(_ specimen: Specimen) -> ElectronPictures {
        let size = Self.pairSize
        let objects = specimen.scene.objects
        let image = ElectronMicroscope.image(
            reliefs: zip(objects, specimen.bodies).map { $0.isBubble ? nil : $1.relief }, width: size, height: size,
            step: Self.lensGrid.step, seed: seed, index: index)
        var owner = image.owner
        // Bubbles are in no electron picture, yet the lens should call them something other than glass.
        for (number, object) in objects.enumerated() where object.isBubble {
            let relief = specimen.bodies[number].relief
            guard let part = relief.overlap(width: size, height: size) else { continue }
            for y in part.y {
                for x in part.x where relief.top[y * relief.width + x] > -.infinity {
                    let at = (y + relief.y0) * size + x + relief.x0
                    if owner[at] < 0 { owner[at] = Int32(number) }
                }
            }
        }
        let sem = Picture(
            width: size, height: size, channels: 1, samples: image.grey.values.map { UInt8($0 * 255 + 0.5) }
        ).greyAsRGB
        var map = Picture<UInt8>(width: size, height: size, channels: 3, filledWith: 0)
        var black = sem
        for i in 0..<(size * size) {
            let channel = owner[i] < 0 ? nil : objects[Int(owner[i])].mapChannel
            if let channel { map.samples[i * 3 + channel] = 255 }
            if channel == nil || channel == 1 {
                for c in 0..<3 { black.samples[i * 3 + c] = 0 }
            }
        }
        return ElectronPictures(sem: sem, semOnBlack: black, map: map)
    }
}
