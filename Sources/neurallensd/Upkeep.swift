internal import Acquisition
internal import ControlServer
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// What the daemon owes its surroundings: word to the service manager, SIGHUP, and an orderly end.
struct Upkeep: Service {
    let microscope: Microscope
    let notifier: ServiceManagerNotifier?
    let logger: Logger
    let socketPath: String
    let reread: @Sendable () throws -> MicroscopeConfiguration

    func run() async throws {
        notifier?.ready(status: "Serving \(socketPath)")
        logger.notice("ready", metadata: ["version": "\(Microscope.version)", "socket": "\(socketPath)"])
        await withTaskGroup(of: Void.self) { group in
            // Asked through the same queues as a request: a part that does not answer is not alive.
            group.addTask { await notifier?.feedWatchdog { await microscope.answers && microscope.isAlive } }
            group.addTask { await reloadOnHangup() }
            try? await gracefulShutdown()
            notifier?.stopping()
            await microscope.stop()
            group.cancelAll()
        }
    }

    private func reloadOnHangup() async {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            notifier?.reloading()
            do {
                await microscope.reload(try reread())
                logger.notice("configuration read again")
            } catch {
                logger.error("configuration not read again", metadata: ["error": "\(error)"])
            }
            notifier?.ready(status: "Serving \(socketPath)")
        }
    }
}
