import ControlAPI
import NIOHTTP1

extension Route {
    /// The longest that a request waits for what it asks for: news of a job, a survey's end.
    static let longestWait = Duration.seconds(30)

    /// Everything that the daemon answers.
    static let table: [Route] =
        [
            Route(.GET, "/v1/status") { instrument, _, _ throws(Problem) in
                try .json(await instrument.status())
            }
        ] + slides + captures + reviews + analyses + lenses + camera + live + events + plans + teachings
        + secondReadings + samples + stage
        + store + page

    /// How long a request for a job waits, and the revision it has seen.
    static func patience(_ parameters: Parameters) throws(Problem) -> (revision: Int?, timeout: Duration) {
        let seconds = try parameters.number("timeout", Double.self) ?? 0
        let wait = seconds > 0 ? min(.seconds(min(seconds, 3600)), longestWait) : .zero
        return (try parameters.number("after", Int.self), wait)
    }
}
