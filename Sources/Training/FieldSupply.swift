package import Lens

/// Where the fields come from that a network learns from: a folder of pairs, or worlds that are drawn anew for every
/// step.
///
/// A field is a function of its number alone: not of who asks for it, when, or how often.
package protocol FieldSupply: Sendable {
    /// What pages and errors call it, as "the folder pairs".
    var title: String { get }
    /// Of all that its fields depend on.
    var digest: String { get }
    /// Of its fields.
    var nmPerPixel: Double { get }
    /// The lens's pixels a side of one of its fields'.
    var binning: Int { get }
    var species: [LensManifest.Species] { get }
    var otherChannel: Int? { get }
    /// Whether there are electron micrographs, so that all networks of a lens can be trained.
    var hasElectronMicrographs: Bool { get }
    /// What was done to the optical pictures, as `LensManifest.fieldCorrection`; nil for nothing.
    var fieldCorrection: String? { get }
    /// Fields for training, numbered from 0; nil where there is no end of them.
    var fieldCount: Int? { get }
    /// Fields that are never trained on, numbered from 0.
    var validationCount: Int { get }

    /// - number: below `fieldCount`; any at least 0 where that is nil.
    /// - electron: whether the micrographs are needed.
    /// - Throws: `.unreadable`, `.badDataSet`.
    func field(_ number: Int, electron: Bool) throws(TrainingError) -> FieldPictures

    /// - number: below `validationCount`.
    /// - Throws: `.unreadable`, `.badDataSet`.
    func validationField(_ number: Int, electron: Bool) throws(TrainingError) -> FieldPictures
}

extension FieldSupply {
    package var binning: Int { 1 }

    /// Of the lens that learns from it.
    var lensNmPerPixel: Double { nmPerPixel / Double(binning) }

    /// "60 fields of the folder pairs".
    var account: String { (fieldCount.map { "\($0) fields of " } ?? "fresh fields of ") + title }

    /// The networks of a lens that it can train, in the order they run.
    package var roles: [NetworkRole] { hasElectronMicrographs ? NetworkRole.all(species: species) : [.labelling] }
}
