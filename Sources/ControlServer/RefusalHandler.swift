import ControlAPI
import NIOCore
import NIOHTTP1

/// A connection above the limit: is told why, and closed.
final class RefusalHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let reply: Reply
    private let limit: Duration
    private var deadline: Scheduled<Void>?
    private var isAnswered = false

    /// - Parameter limit: for the whole of its request.
    init(_ problem: Problem, within limit: Duration) {
        reply = .problem(problem)
        self.limit = limit
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: TimeAmount(limit)) { channel.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head where !isAnswered:
            isAnswered = true
            var head = reply.head
            head.headers.add(name: "Retry-After", value: "5")
            head.headers.add(name: "Connection", value: "close")
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: reply.body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        // What the client still sends is read and dropped, so that it gets the refusal, no broken pipe.
        case .end: context.close(promise: nil)
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
