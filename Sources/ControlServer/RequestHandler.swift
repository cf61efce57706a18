import ControlAPI
import Logging
import NIOCore
import NIOHTTP1

/// One connection: gathers a request, has it answered, writes the answer. Lives on the connection's event loop.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// Who asks, and what that allows.
    private typealias Client = (session: SessionReport, peer: Peer)

    private enum State {
        case waiting
        case receiving(HTTPRequestHead, body: [UInt8])
        /// The answer comes from a task, which ends early when the client leaves.
        case answering(HTTPRequestHead, Task<Void, Never>)
        /// The answer has no length: it goes on until the client leaves or the server ends.
        case streaming(Task<Void, Never>)
        /// Refused before its end: the rest is read and dropped, so that the client gets the refusal, no broken pipe.
        case discarding
    }

    private let router: Router
    private let door: Door
    private let pageLinks: Result<PageLinks, PageError>?
    private let connections: Connections
    private let owner: ClientOwner
    private let limits: ControlServer.Limits
    private let logger: Logger
    private var state = State.waiting
    /// Of the request that is coming in.
    private var client: Client?
    /// What the body of the request that is coming in may hold.
    private var bodyLimit = 0
    /// Bytes that `connections` keeps for the body of the request in work.
    private var bodyRoom = 0
    private var deadline: Scheduled<Void>?
    /// The client will send nothing more.
    private var isInputClosed = false

    init(
        router: Router, door: Door, pageLinks: Result<PageLinks, PageError>?, connections: Connections,
        owner: ClientOwner, limits: ControlServer.Limits, logger: Logger
    ) {
        self.router = router
        self.door = door
        self.pageLinks = pageLinks
        self.connections = connections
        self.owner = owner
        self.limits = limits
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) { startDeadline(context) }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        // What a client asked to be changed is changed though it has left; nobody waits for anything else.
        switch state {
        case .answering(let head, let task) where head.method == .GET: task.cancel()
        case .streaming(let task): task.cancel()
        default: break
        }
        // Where a change is still in work, its body is too.
        if case .answering = state {} else { giveBackBody() }
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), _):
            switch door.admit(head) {
            case .answered(let reply): return refuse(head, reply, context)
            case .admitted(let session, let peer): client = (session, peer)
            }
            state = .receiving(head, body: [])
            bodyLimit = limits.bytes(router.body(head.method, head.uri))
            let announced = head.headers.first(name: "content-length").flatMap(Int.init) ?? 0
            makeRoom(forBody: announced, head, context)
        case (.body(let part), .receiving(let head, var body)):
            guard makeRoom(forBody: body.count + part.readableBytes, head, context) else { return }
            // The array must not be shared while it grows.
            state = .waiting
            body.append(contentsOf: part.readableBytesView)
            state = .receiving(head, body: body)
        case (.end, .receiving(let head, let body)):
            deadline?.cancel()
            answer(head, body: body, context)
        case (.end, .discarding):
            context.close(promise: nil)
        default:
            break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed {
            isInputClosed = true
            guard case .answering = state else { return context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.debug("Connection failed", metadata: ["error": "\(error)", "peer": "\(peerName)"])
        switch state {
        case .waiting where error is HTTPParserError, .receiving where error is HTTPParserError:
            let reason = error as? HTTPParserError == .headerOverflow ? "its header is too large" : "\(error)"
            let problem = Problem(
                .malformedRequest, "the request is not HTTP/1.1: \(reason)",
                hint: "curl --unix-socket and neurallens speak it")
            // The decoder closes the connection when this function returns.
            write(.problem(problem), keepAlive: false, context)
        default:
            context.close(promise: nil)
        }
    }

    private var peerName: String { client?.peer.description ?? "unknown" }

    private func answer(_ head: HTTPRequestHead, body: [UInt8], _ context: ChannelHandlerContext) {
        guard let client else { return context.close(promise: nil) }
        let call = Call(
            method: head.method, target: head.uri, headers: head.headers, body: body, peer: client.peer,
            session: client.session, pageLinks: pageLinks)
        let eventLoop = context.eventLoop
        let connection = NIOLoopBound((self, context), eventLoop: eventLoop)
        let router = router
        state = .answering(
            head,
            Task {
                let reply = await router.reply(to: call)
                eventLoop.execute {
                    let (handler, context) = connection.value
                    handler.finish(reply, context)
                }
            })
    }

    private func finish(_ reply: Reply, _ context: ChannelHandlerContext) {
        guard case .answering(let head, _) = state else { return }
        giveBackBody()
        log(head, reply)
        guard context.channel.isActive else { return }
        if let feed = reply.feed { return stream(feed, reply, context) }
        state = .waiting
        startDeadline(context)
        write(reply, keepAlive: head.isKeepAlive && !isInputClosed, context)
    }

    /// Before the request's end: its body is read and dropped.
    private func refuse(_ head: HTTPRequestHead, _ reply: Reply, _ context: ChannelHandlerContext) {
        state = .discarding
        giveBackBody()
        log(head, reply)
        writeParts(reply, keepAlive: false, context, promise: nil)
    }

    // MARK: Streams

    private func stream(_ feed: EventFeed, _ reply: Reply, _ context: ChannelHandlerContext) {
        let connection = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let (channel, stall) = (context.channel, TimeAmount(limits.stall))
        let send: @Sendable ([UInt8]) async -> Bool = { text in
            await Self.write(text, connection, channel, within: stall)
        }
        let task = Task {
            await feed.run(send)
            channel.eventLoop.execute {
                let (handler, context) = connection.value
                guard case .streaming = handler.state, channel.isActive else { return }
                context.writeAndFlush(handler.wrapOutboundOut(.end(nil)), promise: nil)
                context.close(promise: nil)
            }
        }
        do throws(Problem) {
            try connections.watch(channel, of: owner, task)
        } catch {
            task.cancel()
            state = .waiting
            return write(.problem(error), keepAlive: false, context)
        }
        state = .streaming(task)
        var head = reply.head
        addSafeguards(to: &head.headers, reply)
        head.headers.add(name: "Connection", value: "close")
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    /// Returns when the kernel has taken all of it, so that a client's reading sets the pace; a client that does not read
    /// is left.
    private static func write(
        _ bytes: [UInt8], _ connection: NIOLoopBound<(RequestHandler, ChannelHandlerContext)>, _ channel: any Channel,
        within limit: TimeAmount
    ) async -> Bool {
        let written = channel.eventLoop.flatSubmit { () -> EventLoopFuture<Void> in
            let (handler, context) = connection.value
            // Refused at its beginning, or gone.
            guard case .streaming = handler.state, channel.isActive else {
                return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
            }
            let promise = channel.eventLoop.makePromise(of: Void.self)
            let (logger, peer) = (handler.logger, handler.peerName)
            let timer = channel.eventLoop.scheduleTask(in: limit) {
                logger.info("Client left, it does not read", metadata: ["peer": "\(peer)"])
                channel.close(promise: nil)
            }
            promise.futureResult.whenComplete { _ in timer.cancel() }
            context.writeAndFlush(
                handler.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: promise)
            return promise.futureResult
        }
        return (try? await written.get()) != nil
    }

    // MARK: Bodies

    /// Refuses the request where its body is too large, by itself or beside what else is in work.
    @discardableResult
    private func makeRoom(forBody bytes: Int, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) -> Bool {
        do throws(Problem) {
            guard bytes <= bodyLimit else {
                throw Problem(
                    .bodyTooLarge, "the request's body is larger than \(bodyLimit) bytes",
                    hint: "nothing that belongs there needs that much; shorten it")
            }
            if bytes > bodyRoom {
                try connections.takeBody(bytes - bodyRoom, of: owner)
                bodyRoom = bytes
            }
            return true
        } catch {
            // Closed at the end of the request or at its deadline.
            refuse(head, .problem(error), context)
            return false
        }
    }

    private func giveBackBody() {
        connections.giveBackBody(bodyRoom, of: owner)
        bodyRoom = 0
    }

    private func write(_ reply: Reply, keepAlive: Bool, _ context: ChannelHandlerContext) {
        let written = context.eventLoop.makePromise(of: Void.self)
        if !keepAlive {
            let channel = context.channel
            written.futureResult.whenComplete { _ in channel.close(promise: nil) }
        }
        writeParts(reply, keepAlive: keepAlive, context, promise: written)
    }

    private func writeParts(
        _ reply: Reply, keepAlive: Bool, _ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?
    ) {
        var head = reply.head
        addSafeguards(to: &head.headers, reply)
        if !keepAlive { head.headers.add(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !reply.body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: reply.body)))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
    }

    /// What a browser must not do with an answer.
    private func addSafeguards(to headers: inout HTTPHeaders, _ reply: Reply) {
        guard door.isPage else { return }
        func add(_ name: String, _ value: String) {
            if !headers.contains(name: name) { headers.add(name: name, value: value) }
        }
        add("X-Content-Type-Options", "nosniff")
        add("Cross-Origin-Resource-Policy", "same-origin")
        add("Referrer-Policy", "no-referrer")
        add("Cache-Control", "no-store")
        // An exported report is a page by itself, with styles and pictures in it.
        add("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox")
    }

    /// A client that opens a connection, or half a request, and stops does not keep its place.
    private func startDeadline(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limits.request)) { [self] in
            guard case .receiving = state else { return context.close(promise: nil) }
            state = .waiting
            giveBackBody()
            let problem = Problem(
                .requestTimeout, "the request did not end within \(limits.request)", hint: "send it again in one piece")
            write(.problem(problem), keepAlive: false, context)
        }
    }

    private func log(_ head: HTTPRequestHead, _ reply: Reply) {
        let isChange = head.method != .GET
        logger.log(
            level: isChange ? .info : .trace, isChange ? "Change requested" : "Request",
            metadata: [
                "method": "\(head.method)", "target": "\(head.uri.prefix { $0 != "?" })",
                "status": "\(reply.status.code)",
                "peer": "\(peerName)",
            ])
    }
}
