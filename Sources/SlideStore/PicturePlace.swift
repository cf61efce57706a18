import GRDB

/// Where the pictures of a slide are. Counts, grains and reviews are in the catalogue, whatever becomes of the pictures.
package enum PicturePlace: String, Sendable, Equatable {
    /// In the slide's file.
    case here
    /// On their way to the archive; still in the slide's file, which takes no more.
    case archiving
    /// In the archive.
    case archived
    /// Not kept any more, by the rule for how long pictures are kept.
    case removed

    var isHere: Bool { self == .here || self == .archiving }

    static func of(_ db: Database, slide: Int64) throws -> PicturePlace {
        try known(
            try String.fetchOne(db, sql: "SELECT pictures FROM slides WHERE id = ?", arguments: [slide])
                ?? PicturePlace.here.rawValue)
    }

    /// For reading.
    /// - Throws: `picturesAway`.
    func requireHere(_ slide: String) throws(StoreError) {
        switch self {
        case .here, .archiving: return
        case .archived:
            throw StoreError(
                .picturesAway, "the pictures of the slide \"\(slide)\" are archived",
                hint: "restore it first: neurallens slide restore NAME; counts are there without")
        case .removed:
            throw StoreError(
                .picturesAway, "the pictures of the slide \"\(slide)\" were removed when they were old enough",
                hint: "counts are there without; keep_pictures_days in neurallensd.toml says how long pictures are kept"
            )
        }
    }

    /// For new fields and results.
    /// - Throws: `picturesAway`.
    func requireRoom(_ slide: String) throws(StoreError) {
        try requireHere(slide)
        if self == .archiving {
            throw StoreError(
                .picturesAway, "the slide \"\(slide)\" is being archived and takes nothing new",
                hint: "wait for its end, then restore it: neurallens slide restore NAME; or make a new slide")
        }
    }
}
