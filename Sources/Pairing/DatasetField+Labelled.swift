package import Imaging
internal import Registration

extension DatasetField {
    /// An optical picture and what is labelled on it, both at a dataset's scale.
    /// - Parameters:
    ///   - light: RGB, 0...1, of `nmPerPixel`.
    ///   - shapes: in pixels of `light`; what is drawn later lies on top. Keys are those of `species`, or ``Label/other``.
    ///   - datasetNmPerPixel: of the field.
    ///   - otherChannel: of the map; nil leaves other objects out of it.
    ///   - fill: boxes and ellipses are drawn this much smaller.
    package init(
        light: Picture<Float>, nmPerPixel: Double, shapes: [(key: String, shape: Label.Shape)],
        datasetNmPerPixel: Double, species: [Dataset.Species], otherChannel: Int?, fill: Double = 1, sources: [String],
        group: String, split: Dataset.Split? = nil
    ) {
        let factor = nmPerPixel / datasetNmPerPixel
        let light = light.resampled(by: factor).clipped
        var map = SampleMap(width: light.width, height: light.height, species: species, otherChannel: otherChannel)
        let place = Similarity(scale: factor, offset: SIMD2(repeating: (factor - 1) / 2))
        for (key, shape) in shapes { map.draw(shape.moved(place), as: key, fill: fill) }
        self.init(
            optical: light.eightBit, map: map.picture, truth: map.truth, sources: sources, group: group, split: split)
    }
}
