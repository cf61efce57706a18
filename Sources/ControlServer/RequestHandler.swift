import ControlAPI
import Logging
import NIOCore
import NIOHTTP1

/// One connection: gathers a request, has it answered, writes the answer. Lives on the connection's event loop.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        case waiting
        case receiving(HTTPRequestHead, body: [UInt8])
        /// The answer comes from a task, which ends early when the client leaves.
        case answering(HTTPRequestHead, Task<Void, Never>)
        /// Refused before its end: the rest is read and dropped, so that the client gets the refusal, no broken pipe.
        case discarding
    }

    private let router: Router
    private let peer: Peer
    private let limits: ControlServer.Limits
    private let logger: Logger
    private var state = State.waiting
    /// What the body of the request that is coming in may hold.
    private var bodyLimit = 0
    private var deadline: Scheduled<Void>?
    /// The client will send nothing more.
    private var isInputClosed = false

    init(router: Router, peer: Peer, limits: ControlServer.Limits, logger: Logger) {
        self.router = router
        self.peer = peer
        self.limits = limits
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) { startDeadline(context) }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        // What a client asked to be changed is changed though it has left; nobody waits for anything else.
        if case .answering(let head, let task) = state, head.method == .GET { task.cancel() }
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), _):
            state = .receiving(head, body: [])
            bodyLimit = limits.bytes(router.body(head.method, head.uri))
            let announced = head.headers.first(name: "content-length").flatMap(Int.init) ?? 0
            if announced > bodyLimit { refuseBody(context) }
        case (.body(let part), .receiving(let head, var body)):
            guard body.count + part.readableBytes <= bodyLimit else { return refuseBody(context) }
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
        logger.debug("Connection failed", metadata: ["error": "\(error)", "peer": "\(peer)"])
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

    private func answer(_ head: HTTPRequestHead, body: [UInt8], _ context: ChannelHandlerContext) {
        let call = Call(method: head.method, target: head.uri, body: body, peer: peer)
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
        log(head, reply)
        guard context.channel.isActive else { return }
        state = .waiting
        startDeadline(context)
        write(reply, keepAlive: head.isKeepAlive && !isInputClosed, context)
    }

    private func refuseBody(_ context: ChannelHandlerContext) {
        state = .discarding
        let problem = Problem(
            .bodyTooLarge, "the request's body is larger than \(bodyLimit) bytes",
            hint: "nothing that belongs there needs that much; shorten it")
        // Closed at the end of the request or at its deadline.
        writeParts(.problem(problem), keepAlive: false, context, promise: nil)
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
        var head = HTTPResponseHead(version: .http1_1, status: reply.status)
        head.headers.add(name: "Content-Type", value: reply.contentType)
        head.headers.add(name: "Content-Length", value: String(reply.body.count))
        for (name, value) in reply.headers { head.headers.add(name: name, value: value) }
        if !keepAlive { head.headers.add(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: reply.body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: promise)
    }

    /// A client that opens a connection, or half a request, and stops does not keep its place.
    private func startDeadline(_ context: ChannelHandlerContext) {
        deadline?.cancel()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limits.request)) { [self] in
            guard case .receiving = state else { return context.close(promise: nil) }
            state = .waiting
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
                "method": "\(head.method)", "target": "\(head.uri)", "status": "\(reply.status.code)",
                "uid": "\(peer.uid)", "gid": "\(peer.gid)", "pid": "\(peer.pid)",
            ])
    }
}
