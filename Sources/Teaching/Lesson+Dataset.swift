internal import Foundation
package import Imaging
package import Pairing

extension Lesson {
    /// Writes the data set: what is taught as its training part, in turn, what is held out as its test part.
    /// - Parameters:
    ///   - folder: to make; must not be there.
    ///   - nmPerPixel: scale of the lens.
    ///   - picture: a field's optical picture, RGB, its scale, and its grains, by the number of its capture.
    ///   - progress: called with the fields that are done.
    package func write<Failure: Error>(
        to folder: String, nmPerPixel: Double,
        picture: (Int64) throws(Failure) -> (light: Picture<UInt8>, nmPerPixel: Double, grains: [LabelledField.Grain]),
        progress: (Int) -> Void = { _ in }
    ) throws {
        let writer = try DatasetWriter(
            path: folder, nmPerPixel: nmPerPixel, species: species, otherChannel: otherChannel)
        for (index, field) in (taughtInTurn + fields.filter(\.isHeldOut)).enumerated() {
            let (light, scale, grains) = try picture(field.capture)
            try writer.add(
                DatasetField(
                    light: light.normalised, nmPerPixel: scale,
                    shapes: Self.shapes(grains, of: self.species.map(\.key)), datasetNmPerPixel: nmPerPixel,
                    species: species, otherChannel: otherChannel, sources: ["capture \(field.capture)"],
                    group: field.slide, split: field.isHeldOut ? .test : .train))
            progress(index + 1)
        }
        _ = try writer.finish(DatasetWriter.Division(val: 0, test: 0))
    }

    /// Other objects first: grains lie on top of them.
    package static func shapes(
        _ grains: [LabelledField.Grain], of species: [String]
    ) -> [(key: String, shape: Label.Shape)] {
        func key(_ grain: LabelledField.Grain) -> String {
            grain.species.flatMap { species.contains($0) ? $0 : nil } ?? Label.other
        }
        let all = grains.map { (key: key($0), shape: Label.Shape.polygon($0.outline)) }
        return all.filter { $0.key == Label.other } + all.filter { $0.key != Label.other }
    }
}
