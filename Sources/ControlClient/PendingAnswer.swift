import Glibc
import SystemCalls
import UnixSocket

/// A request whose answer is not waited for: its descriptor says to poll(2) when there is more of it.
final class PendingAnswer {
    let descriptor: Int32
    private var received: [UInt8] = []
    private var part = [UInt8](repeating: 0, count: 256 * 1024)

    /// A GET without a body fits into the socket's buffer: it is sent at once.
    init(to client: ControlClient, _ path: RequestPath) throws(ControlClientError) {
        let address = try client.address
        let request = Array("\(ControlClient.head("GET", path))\r\n".utf8)
        let descriptor: Int32
        do throws(Errno) {
            descriptor = try address.connect(flags: Int32(SOCK_NONBLOCK.rawValue))
        } catch { throw client.unreachable(error) }
        do throws(Errno) {
            try systemCall { send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) }
        } catch {
            close(descriptor)
            throw client.unreachable(error)
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Takes what has arrived.
    ///
    /// - Returns: the answer when it is whole, else nil.
    func advance() throws(Errno) -> HTTPResponse? {
        while true {
            do throws(Errno) {
                let count = try systemCall { recv(descriptor, &part, part.count, 0) }
                if count > 0 {
                    received += part[..<count]
                } else if let response = HTTPResponse(received) {
                    return response
                } else {
                    throw Errno(code: ECONNRESET)
                }
            } catch {
                if error.code == EAGAIN { return nil }
                throw error
            }
        }
    }
}
