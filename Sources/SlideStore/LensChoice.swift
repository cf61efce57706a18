package import Foundation

/// A lens that somebody put in force, for all slides or for one, or took back.
package struct LensChoice: Sendable, Equatable, Identifiable {
    package let id: Int64
    package let at: Date
    package let agent: Agent
    /// Nil for all slides that have no lens of their own.
    package let slide: Slide.ID?
    package let slideName: String?
    /// Nil: none is chosen any more; the configured lens counts, or for a slide the one of all.
    package let lens: LensIdentity?
    /// The earlier choice that was gone back to, 0 for what held before the first; nil where this is a choice of its own.
    package let restores: Int64?
}

extension [LensChoice] {
    /// The one in force for a slide, or for all.
    package func last(forSlide slide: Slide.ID?) -> LensChoice? { last { $0.slide == slide } }

    /// Slides that have a lens of their own.
    package var ofSlides: [Slide.ID: LensIdentity] {
        reduce(into: [:]) { chosen, choice in
            if let slide = choice.slide { chosen[slide] = choice.lens }
        }
    }
}

/// What the store knows of lenses, of one moment.
package struct LensRecord: Sendable {
    /// Oldest first.
    package let choices: [LensChoice]
    /// Captures that a lens counted, in whichever run, by its digest.
    package let captures: [String: Int]
    /// Teachings that are done, by the digest of their lens.
    package let teachings: [String: StoredTeaching]
}

/// Fields of a slide's run in force that other lenses counted than the one that is asked for.
package struct OtherwiseCounted: Sendable, Equatable {
    package let slide: String
    package let fields: Int
    /// Names of these lenses, in alphabetical order.
    package let lenses: [String]
}
