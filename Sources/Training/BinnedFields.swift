import Imaging
package import Lens

/// The fields of another supply as a network that bins them sees them: for labelling.
package struct BinnedFields: FieldSupply {
    private let supply: any FieldSupply
    package let binning: Int

    package var title: String { "\(supply.title), \(binning) x \(binning) pixels binned" }
    package var digest: String { "\(supply.digest)-binned-\(binning)" }
    package var nmPerPixel: Double { supply.nmPerPixel * Double(binning) }
    package var species: [LensManifest.Species] { supply.species }
    package var otherChannel: Int? { supply.otherChannel }
    /// What draws micrographs works at the lens's own scale.
    package var hasElectronMicrographs: Bool { false }
    package var fieldCorrection: String? { supply.fieldCorrection }
    package var fieldCount: Int? { supply.fieldCount }
    package var validationCount: Int { supply.validationCount }

    /// - binning: 2 or 4.
    /// - Throws: `.badOptions`.
    package init(_ supply: any FieldSupply, binning: Int) throws(TrainingError) {
        guard LensManifest.binnings.contains(binning) else {
            throw TrainingError(
                .badOptions, "a network cannot bin \(binning) x \(binning) pixels", hint: "bin by 2 or 4, or not")
        }
        self.supply = supply
        self.binning = binning
    }

    package func field(_ number: Int, electron: Bool) throws(TrainingError) -> FieldPictures {
        try supply.field(number, electron: false).binned(binning)
    }

    package func validationField(_ number: Int, electron: Bool) throws(TrainingError) -> FieldPictures {
        try supply.validationField(number, electron: false).binned(binning)
    }
}

extension FieldPictures {
    /// Without micrographs.
    fileprivate func binned(_ factor: Int) -> FieldPictures {
        // Of middles of pixels.
        func place(_ corner: Double) -> Double { (corner + 0.5) / Double(factor) - 0.5 }
        return FieldPictures(
            optical: optical.normalised.binned(factor).eightBit, map: map.normalised.binned(factor).eightBit,
            outlines: outlines.map { outlines in
                FieldOutlines(
                    grains: outlines.grains.map { grain in
                        .init(species: grain.species, outline: grain.outline.map { $0.map(place) })
                    })
            }, speciesChannels: [])
    }
}
