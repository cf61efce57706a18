package import Foundation
package import Grains

/// A slide, or some of its fields, read again by another person, who sees outlines and no names.
package struct SecondReading: Sendable, Equatable, Identifiable {
    /// Somebody who said something of the fields before.
    package struct Reader: Codable, Sendable, Equatable {
        package let userID: UInt32
        /// As given with the word, else the login name; empty where neither is known.
        package let name: String

        package init(userID: UInt32, name: String) {
            self.userID = userID
            self.name = name
        }
    }

    package struct Field: Sendable, Equatable {
        package let capture: Capture.ID
        /// Nil while it is not read to its end.
        package let finishedAt: Date?
        /// Somebody left it out since.
        package let isExcluded: Bool
        package let width: Int
        package let height: Int
        package let nmPerPixel: Double?
    }

    /// What both readers judge: a grain of the lens or of a person, or one that the second reader drew.
    package enum Subject: Sendable, Hashable {
        case grain(StoredGrain.ID)
        /// Number of the word that drew it.
        case drawn(Int64)
    }

    package struct Object: Sendable, Equatable {
        package let subject: Subject
        package let capture: Capture.ID
        package let outline: [Grain.Point]
        /// What the first reader took it for when the reading began: a species or `unidentified`; nil for no grain, and for
        /// what only the second one saw.
        package let first: String?
        /// Whether the second reader said anything of it.
        package let isJudged: Bool
        /// What the second reader takes it for; nil for no grain.
        package let second: String?
        package let settlement: Settlement?
        /// The review that merged, split or redrew the grain since has the last word on it.
        package let isReplaced: Bool
    }

    /// The last word on what the readers differ in.
    package struct Settlement: Sendable, Equatable {
        /// Nil for no grain.
        package let species: String?
        /// Nil where nothing had to be reviewed: both leave it out.
        package let review: Review.ID?
        package let at: Date
        package let agent: Agent
    }

    package let id: Int64
    package let slide: Slide.ID
    package let slideName: String
    package let run: Run.ID
    package let at: Date
    /// The second reader.
    package let reader: Agent
    /// Empty where the lens alone said what the grains are.
    package let firstReaders: [Reader]
    /// Of the choice and the order of the fields.
    package let seed: UInt32
    /// In the order in which they are read.
    package let fields: [Field]
    /// Of all fields, by field and number; what was drawn follows, but for what the reader took back.
    package let objects: [Object]
}
