import Glibc
import SystemCalls

extension ControlClient {
    /// Hands over what happens, as it happens, and goes on after a lost connection with what followed the last event
    /// seen. Returns never, but throws where the daemon refuses, or cannot be reached in the first place.
    ///
    /// - Parameters:
    ///   - lastID: of the last event seen; nil begins with what happens from now on.
    ///   - onLoss: hears why, once for each loss.
    package func followEvents(
        after lastID: String? = nil, onLoss: (ControlClientError) -> Void = { _ in },
        _ onEvent: (ServerSentEvent) -> Void
    ) throws(ControlClientError) -> Never {
        var lastID = lastID
        var connection: EventConnection? = try EventConnection(to: self, after: lastID)
        while true {
            if var open = connection {
                let loss = follow(&open, &lastID, onEvent)
                open.close()
                onLoss(loss)
            }
            // The daemon may take a moment to start again.
            usleep(500_000)
            do throws(ControlClientError) {
                connection = try EventConnection(to: self, after: lastID)
            } catch {
                guard error.code == .unreachable else { throw error }
                connection = nil
            }
        }
    }

    /// - Returns: why it ended.
    private func follow(
        _ connection: inout EventConnection, _ lastID: inout String?, _ onEvent: (ServerSentEvent) -> Void
    ) -> ControlClientError {
        do throws(Errno) {
            while let events = try connection.next() {
                for event in events {
                    if let id = event.id { lastID = id }
                    onEvent(event)
                }
            }
            return unreachable(Errno(code: ECONNRESET))
        } catch {
            return unreachable(error)
        }
    }
}
