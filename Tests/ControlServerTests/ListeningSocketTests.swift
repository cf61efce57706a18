import ControlAPI
import ControlClient
import ControlServer
import Glibc
import Testing
import UnixSocket

@Suite struct ListeningSocketTests {
    private func mode(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }

    /// A socket file that a process left behind, or, with `isLive`, one that it listens at.
    private func foreignSocket(_ path: String, isLive: Bool) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        try UnixSocketAddress(path).withSocketAddress { #expect(bind(descriptor, $0, $1) == 0) }
        if isLive { listen(descriptor, 1) } else { close(descriptor) }
        return descriptor
    }

    @Test func appearsForOwnerAndGroupOnly() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/made/control.sock"
            let socket = try ListeningSocket(bindingTo: path)
            #expect(mode(path) == 0o660)
            #expect(mode("\(directory)/made").map { $0 & 0o027 } == 0)
            close(socket.descriptor)
            socket.remove()
            #expect(mode(path) == nil)
            unlink("\(path).lock")
            rmdir("\(directory)/made")
        }
    }

    @Test func secondIsRefusedAndTheFirstStays() async throws {
        try await withServer { served throws in
            let path = served.path
            let error = #expect(throws: UnixSocketError.self) { try ListeningSocket(bindingTo: path) }
            #expect(error?.code == .inUse)
            #expect(error?.message.contains("process \(getpid()) ") == true)
            let client = served.client
            #expect(try await blocking { try client.status() }.version == "0.1.0")
        }
    }

    @Test func staleSocketIsReplaced() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/control.sock"
            _ = try foreignSocket(path, isLive: false)
            let socket = try ListeningSocket(bindingTo: path)
            close(try UnixSocketAddress(path).connect())
            close(socket.descriptor)
            socket.remove()
        }
    }

    @Test func liveSocketOfAnotherProgramIsLeftAlone() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/control.sock"
            let other = try foreignSocket(path, isLive: true)
            defer { close(other) }
            #expect(throws: UnixSocketError.self) { try ListeningSocket(bindingTo: path) }
            close(try UnixSocketAddress(path).connect())
            // The refusal has let go of the lock.
            unlink(path)
            let socket = try ListeningSocket(bindingTo: path)
            close(socket.descriptor)
            socket.remove()
        }
    }

    @Test func fileThatIsNoSocketIsLeftAlone() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/control.sock"
            close(open(path, O_CREAT | O_WRONLY, 0o600))
            let error = #expect(throws: UnixSocketError.self) { try ListeningSocket(bindingTo: path) }
            #expect(error?.code == .notASocket)
            #expect(mode(path) == 0o600)
        }
    }

    @Test func longestPathIs107Bytes() async throws {
        try await withTemporaryDirectory { directory in
            let padding = String(repeating: "x", count: 107 - directory.utf8.count - 1)
            let socket = try ListeningSocket(bindingTo: "\(directory)/\(padding)")
            close(try UnixSocketAddress(socket.path).connect())
            close(socket.descriptor)
            socket.remove()
            let error = #expect(throws: UnixSocketError.self) {
                try ListeningSocket(bindingTo: "\(directory)/\(padding)x")
            }
            #expect(error?.code == .pathTooLong)
            #expect(error?.message.contains("108 bytes") == true && error?.message.contains("107") == true)
        }
    }

    @Test func unwritableDirectoryIsNamed() throws {
        let error = #expect(throws: UnixSocketError.self) {
            try ListeningSocket(bindingTo: "/nonexistent/deeper/control.sock")
        }
        #expect(error?.message.contains("/nonexistent/deeper") == true)
    }

    @Test func handedOverSocketIsUsedAndKept() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/control.sock"
            let descriptor = try foreignSocket(path, isLive: true)
            defer { close(descriptor) }
            // Descriptors are handed over from 3 up; the name picks ours.
            let names = (3..<descriptor).map { _ in "other:" }.joined() + "control"
            var environment = ["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "\(descriptor - 2)", "LISTEN_FDNAMES": names]
            let socket = try #require(try ListeningSocket.handedOver(environment: environment))
            #expect(socket.descriptor == descriptor && socket.path == path)
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
            socket.remove()
            #expect(mode(path) != nil)

            environment["LISTEN_PID"] = "\(getpid() + 1)"
            #expect(try ListeningSocket.handedOver(environment: environment) == nil)
            #expect(try ListeningSocket.handedOver(environment: [:]) == nil)
        }
    }

    @Test func handedOverFileIsRefused() async throws {
        let descriptor = open("/dev/null", O_RDONLY)
        defer { close(descriptor) }
        let names = (3..<descriptor).map { _ in "other:" }.joined() + "control"
        let environment = ["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "\(descriptor - 2)", "LISTEN_FDNAMES": names]
        let error = #expect(throws: UnixSocketError.self) { try ListeningSocket.handedOver(environment: environment) }
        #expect(error?.code == .notListening)
    }
}
