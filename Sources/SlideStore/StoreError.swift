/// Why the store could not do what it was asked. Nothing is half-written when one is thrown.
package struct StoreError: Error, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable, Equatable {
        /// The file is no SQLite database.
        case notADatabase
        /// An SQLite database of another program.
        case foreignDatabase
        /// Written by a later version of this program.
        case newerVersion
        /// SQLite found the file damaged.
        case damaged
        /// Part of a database: cut short, without tables, or without the log that belongs to it.
        case incomplete
        /// The file was deleted, moved or replaced while it was open.
        case lost
        /// The file or its folder cannot be opened or written.
        case notAccessible
        /// No space left.
        case diskFull
        case inputOutput
        /// Another process holds the database.
        case busy
        /// A name that breaks the rules of `GivenName`.
        case invalidName
        /// A slide of that name exists.
        case duplicateName
        case noSuchSlide
        case noSuchCapture
        case noSuchPicture
        /// The slide's pictures are in the archive, on their way there, or not kept any more.
        case picturesAway
        /// The slide is captured, analysed or planned, and cannot leave.
        case slideInUse
        case notArchived
        /// No archive folder is named, or it is not there.
        case noArchive
        /// The file of a slide's pictures is gone.
        case noSlideFile
        case noSuchRun
        case noSuchGrain
        case noSuchPlan
        case noSuchScan
        case noSuchJob
        case noSuchTeaching
        case noSuchReading
        /// A second reading that cannot be begun, gone on with or settled as asked.
        case invalidReading
        /// The second reader of a slide would be the first, or another than the reading's.
        case sameReader
        /// A review of a grain that another review merged, split or took back.
        case grainRemoved
        /// No review of the grain is left to take back, or later ones build on it.
        case nothingToUndo
        /// A decision that does not fit its grains: species, outlines, fields.
        case invalidReview
        /// Somebody else said something of the field meanwhile.
        case fieldChanged
        /// A species that cannot be added: without a name, or known already.
        case invalidSpecies
        /// Results of another lens, other settings or another slide than the run's.
        case runMismatch
        /// Another slide is of the same hours of a trap.
        case sampleOverlaps
        /// Volume and area of a slide that follow from its sample.
        case followsFromSample
        /// A figure that cannot be: negative, not finite.
        case invalidValue
        /// The capture is already done or failed, or the plan has ended.
        case alreadyFinished
        /// A value the database's rules refuse, or SQLite refused for another reason.
        case refused
    }

    /// Whether the same may go well a moment later: a full disk, one failed read or write, a file that is held. Anything
    /// else would fail again. SQLite calls a file damaged, too, of which one read failed (EIO).
    package var isPassing: Bool {
        switch code {
        case .diskFull, .inputOutput, .busy, .notAccessible, .damaged: true
        default: false
        }
    }

    package let code: Code
    /// One sentence: what failed, on what.
    package let message: String
    /// What to do about it.
    package let hint: String

    package init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    package var description: String { "\(message); \(hint)" }
}
