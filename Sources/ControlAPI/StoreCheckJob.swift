/// A look at everything in the daemon's database. It goes on when the client leaves.
package struct StoreCheckJob: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        case running, done, failed

        package var isFinal: Bool { self != .running }
    }

    package var id: String
    package var state: State
    /// Grows with every change of the job: what long polling waits for.
    package var revision: Int
    package var stage: String
    /// 0...1.
    package var fraction: Double
    package var slides: Int
    package var captures: Int
    /// Pictures compared with their hashes.
    package var pictures: Int
    package var pictureBytes: Int64
    /// Sentences on what is wrong, each with what can be done; empty where all is well.
    package var faults: [String]
    /// Sentences on what is to be known and is not wrong.
    package var remarks: [String]
    /// Sentences on what was wrong and is right now.
    package var repairs: [String]
    /// Why the look ended before its end.
    @Nullable package var problem: Problem?

    package init(
        id: String, state: State = .running, revision: Int = 0, stage: String = "structure", fraction: Double = 0,
        slides: Int = 0, captures: Int = 0, pictures: Int = 0, pictureBytes: Int64 = 0, faults: [String] = [],
        remarks: [String] = [], repairs: [String] = [], problem: Problem? = nil
    ) {
        self.id = id
        self.state = state
        self.revision = revision
        self.stage = stage
        self.fraction = fraction
        self.slides = slides
        self.captures = captures
        self.pictures = pictures
        self.pictureBytes = pictureBytes
        self.faults = faults
        self.remarks = remarks
        self.repairs = repairs
        self.problem = problem
    }
}
