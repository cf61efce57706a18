import ControlAPI
package import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceLifecycle

/// HTTP/1.1 with JSON on the Unix socket, and on a TCP port where one is wanted: brings requests to the instrument and its
/// answers back.
///
/// Who may connect to the socket is decided by its owner, group and mode; who did is read from the kernel and logged with
/// every change. Over TCP tokens decide; see `PageGate`.
package struct ControlServer: Service {
    private let router: Router
    private let socket: ListeningSocket
    private let page: Result<PageListener, PageError>?
    private let limits: Limits
    private let logger: Logger

    /// - Parameters:
    ///   - socket: belongs to the server from here on.
    ///   - page: the same; nil serves the socket alone. Where the page was wanted and cannot be served, who asks for it
    ///     learns why.
    package init(
        instrument: any Instrument, socket: ListeningSocket, page: Result<PageListener, PageError>? = nil,
        limits: Limits = Limits(), logger: Logger
    ) {
        router = Router(instrument: instrument, routes: Route.table)
        self.socket = socket
        self.page = page
        self.limits = limits
        self.logger = logger
    }

    /// Serves until graceful shutdown or cancellation, then takes no new connection, lets requests in work finish
    /// within `Limits.drain`, and removes the socket.
    package func run() async throws {
        defer { socket.remove() }
        let limits = limits.fitted(toDescriptors: DescriptorLimit.raised(to: limits.descriptors))
        if limits.connections < self.limits.connections {
            logger.warning(
                "Few descriptors, so fewer connections are served",
                metadata: ["connections": "\(limits.connections)", "hint": "raise LimitNOFILE of the service"])
        }
        let connections = Connections(limits, hasKeepers: true)
        let server = try await socketBootstrap(connections, limits).withBoundSocket(socket.descriptor).get()
        logger.info("Control socket serves", metadata: ["path": "\(socket.path)"])
        var servers = [server]
        // Whoever opens a thousand connections over TCP leaves the socket its own.
        let pageConnections = Connections(limits, hasKeepers: false)
        if let page = try? page?.get() {
            servers.append(
                try await pageBootstrap(page, pageConnections, limits).withBoundSocket(page.descriptor).get())
            logger.info("Page serves", metadata: ["address": "\(page.address)"])
        }

        let listening = servers
        try await withTaskCancellationOrGracefulShutdownHandler {
            for server in listening { try await server.closeFuture.get() }
        } onCancelOrGracefulShutdown: {
            for server in listening { server.close(promise: nil) }
        }
        async let drained: Void = pageConnections.drain(within: limits.drain)
        await connections.drain(within: limits.drain)
        await drained
        logger.info("Control socket closed", metadata: ["path": "\(socket.path)"])
    }

    private func socketBootstrap(_ connections: Connections, _ limits: Limits) -> ServerBootstrap {
        let (router, logger, links) = (router, logger, page?.map(\.links))
        return ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // A client that has said everything (`nc -N`) still gets its answer.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                Peer.read(from: channel).flatMapThrowing { peer in
                    let owner = ClientOwner(peer)
                    let admission = connections.add(channel, of: owner)
                    try Self.configure(channel, admission, owner, limits, logger) {
                        let door = Door.socket(peer, SessionReport(mayChange: true, user: peer.loginName))
                        return RequestHandler(
                            router: router, door: door, pageLinks: links, connections: connections, owner: owner,
                            limits: limits, logger: logger)
                    }
                }
            }
    }

    private func pageBootstrap(
        _ page: PageListener, _ connections: Connections, _ limits: Limits
    ) -> ServerBootstrap {
        let (router, logger) = (router, logger)
        let gate = PageGate(page)
        return ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // What a client does not read stays with the server, not in the kernel's memory.
            .childChannelOption(.socketOption(.so_sndbuf), value: 256 * 1024)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let owner = ClientOwner(addressOf: channel)
                    let admission = connections.add(channel, of: owner)
                    try Self.configure(channel, admission, owner, limits, logger) {
                        RequestHandler(
                            router: router, door: .page(gate), pageLinks: .success(page.links),
                            connections: connections,
                            owner: owner, limits: limits, logger: logger)
                    }
                }
            }
    }

    private static func configure(
        _ channel: any Channel, _ admission: Connections.Admission, _ owner: ClientOwner, _ limits: Limits,
        _ logger: Logger, _ handler: () -> RequestHandler
    ) throws {
        if case .admitted = admission {
        } else {
            logger.info("Connection refused, too many are open", metadata: ["whose": "\(owner)"])
        }
        if case .ignored = admission { return channel.close(promise: nil) }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.configureHTTPServerPipeline(
            withErrorHandling: false, withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits.header)
        switch admission {
        case .refused(let problem): try pipeline.addHandler(RefusalHandler(problem, within: limits.refusal))
        case .admitted, .ignored: try pipeline.addHandler(handler())
        }
    }
}
