import ControlAPI
package import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// HTTP/1.1 with JSON on the Unix socket: brings requests to the instrument and its answers back.
///
/// Who may connect is decided by the socket's owner, group and mode; who did is read from the kernel and logged with
/// every change.
package struct ControlServer: Service {
    private let router: Router
    private let socket: ListeningSocket
    private let limits: Limits
    private let logger: Logger

    /// - Parameter socket: belongs to the server from here on.
    package init(
        instrument: any Instrument, socket: ListeningSocket, limits: Limits = Limits(),
        logger: Logger
    ) {
        router = Router(instrument: instrument, routes: Route.table)
        self.socket = socket
        self.limits = limits
        self.logger = logger
    }

    /// Serves until graceful shutdown or cancellation, then takes no new connection, lets requests in work finish
    /// within `Limits.drain`, and removes the socket.
    package func run() async throws {
        defer { socket.remove() }
        let connections = Connections(limit: limits.connections)
        let server = try await bootstrap(connections).withBoundSocket(socket.descriptor).get()
        logger.info("Control socket serves", metadata: ["path": "\(socket.path)"])

        try await withTaskCancellationOrGracefulShutdownHandler {
            try await server.closeFuture.get()
        } onCancelOrGracefulShutdown: {
            server.close(promise: nil)
        }
        await connections.drain(within: limits.drain)
        logger.info("Control socket closed", metadata: ["path": "\(socket.path)"])
    }

    private func bootstrap(_ connections: Connections) -> ServerBootstrap {
        let (router, limits, logger) = (router, limits, logger)
        return ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // A client that has said everything (`nc -N`) still gets its answer.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                guard connections.add(channel) else {
                    logger.info("Connection refused, too many are open", metadata: ["limit": "\(limits.connections)"])
                    return channel.close()
                }
                return Peer.read(from: channel).flatMapThrowing { peer in
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(
                        withErrorHandling: false, withEncoderConfiguration: .init(),
                        withDecoderLimitConfiguration: limits.header)
                    try pipeline.addHandler(
                        RequestHandler(router: router, peer: peer, limits: limits, logger: logger))
                }
            }
    }
}
