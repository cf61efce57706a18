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
        /// Bytes of bodies that have arrived or are announced and whose requests are not answered yet.
        package var bodyBytesInWork = 256 * 1024 * 1024
        /// On the Unix socket, and as many over TCP. One user has half of them at most, and so of all that follows.
        package var connections = 512
        /// Of these, such as follow events.
        package var watchers = 128
        /// Connections above the limit that are told so at a time.
        package var refusals = 64
        /// How long such a connection may take to ask its question.
        package var refusal = Duration.seconds(2)
        /// How long a client that follows events may leave unread what was sent to it.
        package var stall = Duration.seconds(20)
        /// How long requests in work may take after shutdown began.
        package var drain = Duration.milliseconds(400)

        package init() {}

        /// Files and sockets that the process needs for all of them, and for the instrument itself.
        var descriptors: Int { 2 * (connections + refusals) + Self.descriptorsOfInstrument }

        /// Camera, database, event loops, pictures on their way.
        private static let descriptorsOfInstrument = 256

        /// The same for a process that may have no more than so many descriptors.
        func fitted(toDescriptors available: Int) -> Limits {
            guard available < descriptors else { return self }
            var fitted = self
            let each = max(available - Self.descriptorsOfInstrument, available / 2) / 2
            fitted.refusals = max(1, min(refusals, each / 8))
            fitted.connections = max(1, min(connections, each - fitted.refusals))
            fitted.watchers = max(1, min(watchers, fitted.connections / 2))
            return fitted
        }

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
