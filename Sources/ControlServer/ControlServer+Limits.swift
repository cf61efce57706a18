import NIOHTTP1

extension ControlServer {
    /// What one client may cost.
    package struct Limits: Sendable {
        /// Of a request's body.
        package var bodyBytes = 64 * 1024
        /// Of the body of a request that brings a file of a lens.
        package var lensFileBytes = 64 * 1024 * 1024
        /// Of all header fields together.
        package var headerBytes = 16 * 1024
        package var headerFields = 100
        /// From the opening of a connection, or from the answer before, to a request's end.
        package var request = Duration.seconds(10)
        /// On the Unix socket, and as many over TCP.
        package var connections = 64
        /// Of these, such as follow events.
        package var watchers = 24
        /// How long a client that follows events may leave unread what was sent to it.
        package var stall = Duration.seconds(20)
        /// How long requests in work may take after shutdown began.
        package var drain = Duration.milliseconds(400)

        package init() {}

        func bytes(_ body: Route.Body) -> Int {
            switch body {
            case .object: bodyBytes
            case .lensFile: lensFileBytes
            }
        }

        var header: NIOHTTPDecoderLimitConfiguration {
            var limit = NIOHTTPDecoderLimitConfiguration()
            limit.maxHeaderFieldSize = headerBytes
            limit.maxHeaderListSize = headerBytes
            limit.maxHeaderFieldCount = headerFields
            return limit
        }
    }
}
