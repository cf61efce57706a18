package import Foundation

/// Fields of one slide that somebody asked for at once. It stays open until each of them is taken or on record as not
/// taken, also when the daemon starts again.
package struct Job: Sendable, Equatable, Identifiable {
    package enum State: String, Sendable, Equatable {
        case open, done, stopped, failed
    }

    /// What was asked for.
    package struct Wish: Sendable, Equatable {
        /// At least 1.
        package var fields: Int
        /// From the start of one field to the start of the next, at least.
        package var intervalSeconds: Double
        /// Where the stage stands; nil: unknown.
        package var stagePosition: SlidePosition?

        /// The band whose next planned field each one is, 0 for whichever is next; nil: the fields are none of a plan.
        package var plannedBand: Int?

        /// Each field is fused from focal planes; nil: each is one frame.
        package var sweep: Sweep?

        /// Frames that are taken while the focus moves.
        package struct Sweep: Sendable, Equatable {
            package var frames: Int
            /// From the first frame to the last, at least.
            package var seconds: Double
            /// From the lowest to the highest plane in µm, where a motor moves the focus.
            package var spanMicrometres: Double

            package init(frames: Int, seconds: Double, spanMicrometres: Double) {
                self.frames = frames
                self.seconds = seconds
                self.spanMicrometres = spanMicrometres
            }
        }

        package init(
            fields: Int, intervalSeconds: Double = 0, stagePosition: SlidePosition? = nil, plannedBand: Int? = nil,
            sweep: Sweep? = nil
        ) {
            self.sweep = sweep
            self.plannedBand = plannedBand
            self.fields = fields
            self.intervalSeconds = intervalSeconds
            self.stagePosition = stagePosition
        }
    }

    package let id: String
    package let slide: Slide
    package let wish: Wish
    package let createdAt: Date
    /// Who asked for it.
    package let agent: Agent
    package let state: State
    /// When the next field is due, by the wall clock; nil unless open.
    package let nextAt: Date?
    /// Captures taken.
    package let taken: Int
    /// Fields that could not be taken, oldest first.
    package let gaps: [JobGap]
    /// Why it ended before all fields were taken.
    package let failure: Capture.Failure?

    /// Fields still to be taken.
    package var left: Int { max(0, wish.fields - taken - gaps.count) }
}
