/// The work that one `POST /v1/captures` asked for. It goes on when the client leaves.
package struct CaptureJob: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        case queued, running, done, failed
        /// Somebody ended it; what was captured is kept and analysed.
        case stopped
        /// Set aside because the daemon is stopping; it goes on with the job when it starts again.
        case parked

        /// Nothing more will be captured in this run of the daemon.
        package var isFinal: Bool { self != .queued && self != .running }
    }

    package struct Progress: Codable, Sendable, Equatable {
        /// `waiting`, `grab`, `store`, `lens`, `grains`, `results`.
        package var stage: String
        /// Of the whole job, 0...1.
        package var fraction: Double
        package var message: String

        package init(stage: String, fraction: Double, message: String) {
            self.stage = stage
            self.fraction = fraction
            self.message = message
        }
    }

    package var id: String
    package var slide: String
    /// Fields asked for.
    package var requested: Int
    package var state: State
    /// Grows with every change of the job: what long polling waits for.
    package var revision: Int
    package var progress: Progress
    /// The captures begun so far, oldest first.
    package var captures: [CaptureReport]
    /// Fields that could not be taken; `remarks` says which and why.
    package var missed: Int
    /// What whoever asked must know, oldest first: fields not taken, a restart of the daemon, a wall clock that moved.
    package var remarks: [String]
    /// Why the job failed or was stopped.
    @Nullable package var problem: Problem?

    package init(
        id: String, slide: String, requested: Int, state: State, revision: Int, progress: Progress,
        captures: [CaptureReport] = [], missed: Int = 0, remarks: [String] = [], problem: Problem? = nil
    ) {
        self.id = id
        self.slide = slide
        self.requested = requested
        self.state = state
        self.revision = revision
        self.progress = progress
        self.captures = captures
        self.missed = missed
        self.remarks = remarks
        self.problem = problem
    }
}
