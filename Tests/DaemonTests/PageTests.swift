import Foundation
import Glibc
import Testing

/// The page is a window on the instrument, never a condition of it.
@Suite struct PageTests {
    @Test func aPortThatIsTakenLeavesTheInstrumentRunning() async throws {
        // Another program that listens.
        let taken = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(taken) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(taken, $0, size)
                _ = listen(taken, 1)
                _ = getsockname(taken, $0, &size)
            }
        }
        let port = UInt16(bigEndian: address.sin_port)

        let daemon = try await Daemon(fields: 1, options: ["--http", "127.0.0.1:\(port)"])
        try await daemon.start()
        #expect(try await daemon.control("status").status == 0)
        let page = try await daemon.control("page")
        #expect(page.status == 1)
        #expect(page.errors.contains("cannot be served at 127.0.0.1:\(port): Address already in use"), "\(page.errors)")
        #expect(page.errors.contains("choose another port"), "\(page.errors)")
        #expect(try await daemon.end(SIGTERM) == 0)
    }
}
