import Glibc
import UnixSocket

/// Tells the service manager how the daemon fares (sd_notify(3), Type=notify and WatchdogSec=).
package struct ServiceManagerNotifier: Sendable {
    private let address: UnixSocketAddress
    /// The service manager ends a daemon that says nothing for this long; nil where no watchdog is set.
    package let watchdogInterval: Duration?

    /// Nil where no service manager listens (`NOTIFY_SOCKET` unset).
    package init?(environment: [String: String]) {
        guard let path = environment["NOTIFY_SOCKET"], path.hasPrefix("/") || path.hasPrefix("@"),
            let address = try? UnixSocketAddress(path)
        else { return nil }
        self.address = address
        let isForUs = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        let microseconds = environment["WATCHDOG_USEC"].flatMap(Int64.init)
        watchdogInterval = isForUs ? microseconds.flatMap { $0 > 0 ? .microseconds($0) : nil } : nil
    }

    /// Requests are served.
    package func ready(status: String) { send("READY=1\nSTATUS=\(oneLine(status))") }

    /// A sentence for `systemctl status`.
    package func status(_ status: String) { send("STATUS=\(oneLine(status))") }

    /// The configuration is being read anew; `ready` must follow.
    package func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        send("RELOADING=1\nMONOTONIC_USEC=\(Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000)")
    }

    package func stopping() { send("STOPPING=1") }

    /// Until the task is cancelled, tells the watchdog twice an interval that the daemon lives, each time that
    /// `makesProgress` says so; returns at once where no watchdog is set.
    package func feedWatchdog(while makesProgress: @Sendable () async -> Bool) async {
        guard let watchdogInterval else { return }
        while !Task.isCancelled {
            if await makesProgress() { send("WATCHDOG=1") }
            try? await Task.sleep(for: watchdogInterval / 2)
        }
    }

    private func oneLine(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }

    /// A service manager that cannot be reached is no reason to stop: failures are ignored, as sd_notify(3) advises.
    private func send(_ message: String) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        address.withSocketAddress { address, length in
            _ = sendto(descriptor, message, message.utf8.count, Int32(MSG_NOSIGNAL), address, length)
        }
    }
}
