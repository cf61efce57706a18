/// The work that one `POST /v1/reanalyses` asked for. It goes on when the client leaves.
package struct ReanalysisJob: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        case queued, running, done, failed
        /// Somebody stopped it; its run can be gone on with.
        case stopped
        /// Set aside because the daemon is stopping; its run can be gone on with.
        case parked

        /// Nothing more will change.
        package var isFinal: Bool { self != .queued && self != .running }
    }

    package var id: String
    package var slide: String
    /// The run that the results go to; null until it begins.
    @Nullable package var run: Int64?
    package var state: State
    /// Grows with every change of the job: what long polling waits for.
    package var revision: Int
    /// Captures analysed.
    package var done: Int
    /// Captures of the slide.
    package var total: Int
    package var message: String
    /// From the run in force to the new one, when done; null before, and where none was in force.
    @Nullable package var difference: RunDifference?
    /// Decisions about grains of the run in force that hold in the new run too.
    package var reviewsCarried: Int
    /// Those that found no grain there.
    package var reviewsLeft: [LeftReviewReport]
    /// Why the job failed.
    @Nullable package var problem: Problem?

    package init(
        id: String, slide: String, run: Int64?, state: State, revision: Int, done: Int, total: Int, message: String,
        difference: RunDifference? = nil, reviewsCarried: Int = 0, reviewsLeft: [LeftReviewReport] = [],
        problem: Problem? = nil
    ) {
        self.id = id
        self.slide = slide
        self.run = run
        self.state = state
        self.revision = revision
        self.done = done
        self.total = total
        self.message = message
        self.difference = difference
        self.reviewsCarried = reviewsCarried
        self.reviewsLeft = reviewsLeft
        self.problem = problem
    }
}
