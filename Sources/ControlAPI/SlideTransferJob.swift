/// The pictures of a slide on their way to the archive or back: answer to `POST /v1/slides/NAME/archive` and `.../restore`, and
/// `GET /v1/store/transfers/ID`. It goes on when the client leaves.
package struct SlideTransferJob: Codable, Sendable, Equatable {
    package enum Direction: String, Codable, Sendable {
        case archive, restore
    }

    package enum State: String, Codable, Sendable {
        case running, done, failed

        package var isFinal: Bool { self != .running }
    }

    package var id: String
    package var slide: String
    package var direction: Direction
    package var state: State
    /// Grows with every change of the job: what long polling waits for.
    package var revision: Int
    /// 0...1; the copy is read again after it was written.
    package var fraction: Double
    /// Of the slide's file, once it is there.
    @Nullable package var bytes: Int64?
    /// Why it is not there; then everything is as it was.
    @Nullable package var problem: Problem?

    package init(
        id: String, slide: String, direction: Direction, state: State = .running, revision: Int = 0,
        fraction: Double = 0,
        bytes: Int64? = nil, problem: Problem? = nil
    ) {
        self.id = id
        self.slide = slide
        self.direction = direction
        self.state = state
        self.revision = revision
        self.fraction = fraction
        self.bytes = bytes
        self.problem = problem
    }
}
