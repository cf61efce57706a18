internal import Acquisition
internal import ArgumentParser
internal import CMalloc
internal import ControlAPI
internal import ControlServer
internal import Foundation
internal import Logging
internal import ServiceLifecycle
internal import StandardOutput
internal import UnixSignals
internal import UnixSocket

/// Captures fields, runs the lens on them and keeps the counts, until it is told to stop.
@main
struct NeuralLensDaemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "neurallensd",
        abstract: "The NeuralLens daemon: camera, lens, counts.",
        discussion: """
            Options win over the environment (NEURALLENS_CAMERA, NEURALLENS_LENS, NEURALLENS_NM_PER_PIXEL, \
            NEURALLENS_STATE_DIR, NEURALLENS_SOCKET, NEURALLENS_HTTP, NEURALLENS_HTTP_ALLOW_REMOTE, \
            NEURALLENS_LOG_LEVEL), the environment over the configuration \
            file, the file over the defaults. SIGHUP reads the configuration again; SIGTERM ends the daemon, and \
            fields that are stored and not yet analysed are analysed at its next start.
            """,
        version: Microscope.version)

    @Option(help: "Configuration file. (default: \(Settings.defaultFile) where it exists)")
    var config: String?

    @OptionGroup var options: SettingOptions

    static func main() async {
        StandardOutput.watch()
        await main(nil)
    }

    func run() async throws {
        // Pictures of some megabytes come and go on a dozen threads. With a heap for each thread, as glibc has it, the
        // holes they leave grow for hours; with one heap the live view's memory is half and flat.
        mallopt(M_ARENA_MAX, 1)
        let environment = ProcessInfo.processInfo.environment
        let settings = try Settings(options: options, file: config, environment: environment)
        guard let level = Logger.Level(rawValue: settings.logLevel) else {
            throw ValidationError(
                "log level \"\(settings.logLevel)\" is none of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        let journal = EventJournal()
        LoggingSystem.bootstrap { label in
            MultiplexLogHandler([StreamLogHandler.standardError(label: label), JournalLogHandler(journal: journal)])
        }
        var logger = Logger(label: "neurallensd")
        logger.logLevel = level

        let notifier = ServiceManagerNotifier(environment: environment)
        do {
            let socket =
                try ListeningSocket.handedOver(environment: environment)
                ?? ListeningSocket(bindingTo: settings.socketPath)
            let microscope: Microscope
            var page: Result<PageListener, PageError>?
            do {
                microscope = try await Microscope(
                    configuration: settings.microscope, logger: logger, journal: journal)
                if let address = settings.page {
                    page = Self.listen(at: address, settings.microscope.stateDirectory, logger)
                }
                try await microscope.start()
            } catch {
                socket.remove()
                throw error
            }
            let server = ControlServer(instrument: microscope, socket: socket, page: page, logger: logger)
            let upkeep = Upkeep(
                microscope: microscope, notifier: notifier, logger: logger, socketPath: socket.path,
                reread: { try Settings(options: options, file: config, environment: environment).microscope })
            // At debug level the service group prints every service with all it holds.
            var groupLogger = logger
            groupLogger.logLevel = max(level, .notice)
            let ending = Ending()
            try await ServiceGroup(
                services: [server, upkeep], gracefulShutdownSignals: [.sigterm, .sigint], logger: groupLogger
            ).run()
            withExtendedLifetime(ending) { Ending.exit() }
        } catch let problem as Problem {
            throw Self.fail(problem.detail, hint: problem.hint)
        } catch let error as UnixSocketError {
            throw Self.fail(error.message, hint: error.hint)
        }
    }

    /// The page is a window on the instrument: where it cannot be opened, the instrument works on without it.
    private static func listen(
        at address: PageAddress, _ folder: String, _ logger: Logger
    ) -> Result<PageListener, PageError> {
        do throws(PageError) {
            let page = try PageListener(bindingTo: address, tokens: PageTokens(folder: folder))
            // The tokens that open it stay out of the log, which more people read than may change anything.
            logger.notice(
                "page served; neurallens page prints the addresses that open it", metadata: ["at": "\(page.address)"])
            return .success(page)
        } catch {
            logger.error("page off", metadata: ["error": "\(error.message)", "hint": "\(error.hint)"])
            return .failure(error)
        }
    }

    private static func fail(_ message: String, hint: String) -> ExitCode {
        FileHandle.standardError.write(Data("neurallensd: \(message); \(hint)\n".utf8))
        return ExitCode(1)
    }
}

extension Microscope: Instrument {}
