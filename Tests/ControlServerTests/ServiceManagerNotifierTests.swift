import ControlServer
import Glibc
import SystemCalls
import Testing
import UnixSocket

@Suite struct ServiceManagerNotifierTests {
    /// Plays the service manager's end.
    private struct Manager {
        let descriptor: Int32

        init(_ path: String) throws {
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            let descriptor = descriptor
            try UnixSocketAddress(path).withSocketAddress { #expect(bind(descriptor, $0, $1) == 0) }
        }

        func received() async throws -> String {
            let descriptor = descriptor
            return try await blocking {
                var bytes = [UInt8](repeating: 0, count: 512)
                let count = recv(descriptor, &bytes, bytes.count, 0)
                guard count >= 0 else { throw Errno(code: errno) }
                return String(decoding: bytes.prefix(count), as: UTF8.self)
            }
        }
    }

    private actor Looks {
        private var count = 0

        func next() -> Int {
            count += 1
            return count
        }
    }

    @Test(arguments: [true, false])
    func tellsWhatHappens(isAbstract: Bool) async throws {
        try await withTemporaryDirectory { directory in
            let path = isAbstract ? "@neurallens-test-\(getpid())" : "\(directory)/notify"
            let manager = try Manager(path)
            defer { close(manager.descriptor) }
            let notifier = try #require(ServiceManagerNotifier(environment: ["NOTIFY_SOCKET": path]))
            #expect(notifier.watchdogInterval == nil)
            notifier.ready(status: "simulated:7\nready")
            #expect(try await manager.received() == "READY=1\nSTATUS=simulated:7 ready")
            notifier.reloading()
            #expect(try await manager.received().hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
            notifier.stopping()
            #expect(try await manager.received() == "STOPPING=1")
        }
    }

    @Test func watchdogIsFedWhileThereIsProgress() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/notify"
            let manager = try Manager(path)
            defer { close(manager.descriptor) }
            let environment = ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "20000", "WATCHDOG_PID": "\(getpid())"]
            let notifier = try #require(ServiceManagerNotifier(environment: environment))
            #expect(notifier.watchdogInterval == .milliseconds(20))
            // Two steps of progress in six looks: two messages, whatever the time between them.
            let looks = Looks()
            await withTaskGroup { group in
                group.addTask {
                    await notifier.feedWatchdog {
                        let look = await looks.next()
                        if look > 6 { notifier.stopping() }
                        return look == 1 || look == 4
                    }
                }
                for expected in ["WATCHDOG=1", "WATCHDOG=1", "STOPPING=1"] {
                    #expect((try? await manager.received()) == expected)
                }
                group.cancelAll()
            }
        }
    }

    @Test func absentWithoutAServiceManager() {
        #expect(ServiceManagerNotifier(environment: [:]) == nil)
        #expect(ServiceManagerNotifier(environment: ["NOTIFY_SOCKET": "relative"]) == nil)
        let other = ["NOTIFY_SOCKET": "/run/x", "WATCHDOG_USEC": "20000", "WATCHDOG_PID": "\(getpid() + 1)"]
        #expect(ServiceManagerNotifier(environment: other)?.watchdogInterval == nil)
    }
}
