package import ControlAPI
import FoundationEssentials
import Glibc
import SystemCalls

/// `neurallens live` on a terminal: asks for pictures and state side by side, draws what comes, and heeds keys.
///
/// All of it runs on one thread, which waits in poll(2) for answers, keys and signals.
package final class LiveDisplay {
    private enum Question: CaseIterable { case picture, live, status, counts }

    /// A terminal that is given more pictures than this only falls behind.
    private static let pictureInterval = Duration.milliseconds(120)
    private static let stateInterval = Duration.milliseconds(500)
    private static let statusInterval = Duration.seconds(2)
    /// After a refusal or a loss.
    private static let retryInterval = Duration.seconds(1)
    /// An answer that takes longer is given up; pictures are waited for 10 s by the daemon.
    private static let patience = Duration.seconds(20)
    /// Scores that the course of the focus keeps: a minute's.
    private static let courseLength = 120

    private let client: ControlClient
    private let slide: String?
    private let asked: TerminalGraphics?
    private var cellPx: SIMD2<Int>?
    private var pending: [Question: (answer: PendingAnswer, since: ContinuousClock.Instant)] = [:]
    private var due: [Question: ContinuousClock.Instant] = [:]
    private var sequence = 0
    private var requestedView = LivePicture.View.camera
    private var pictureTaken: ContinuousClock.Instant?
    private var firstCaptures: (count: Int, at: ContinuousClock.Instant)?
    private var isEnded = false

    let terminal = Terminal()
    var graphics = TerminalGraphics.none
    var size = TerminalSize(columns: 80, rows: 24)
    var screen = LiveScreen()
    var picture: RGBPicture?
    var drawnLayout: LiveScreen.Layout?
    var drawnRows: [Int: LiveScreen.Line] = [:]
    var drawnPictureBox: CellBox?
    var isPictureStale = true
    /// Everything must be drawn anew.
    var isStale = true
    /// Of the picture in the terminal's memory; 0 for none.
    var kittyID = 0

    /// Whether standard input and output are a terminal that can be drawn on.
    package static var isPossible: Bool {
        Terminal.isThere && !["", "dumb"].contains(ProcessInfo.processInfo.environment["TERM"] ?? "")
    }

    /// - Parameters:
    ///   - slide: whose counts are shown too.
    ///   - graphics: how pictures are shown; nil asks the terminal.
    package init(_ client: ControlClient, slide: String?, graphics: TerminalGraphics?, view: LivePicture.View) {
        self.client = client
        self.slide = slide
        asked = graphics
        screen.view = view
    }

    /// Draws until q, Ctrl-C or the terminal's end. A daemon that goes away later is waited for.
    package func run() throws(ControlClientError) {
        // What is wrong from the start is said on the ordinary screen.
        screen.status = try client.status()
        if let slide, case .success(let counts) = try client.countsOrReason(ofSlide: slide) { screen.counts = counts }
        let signals = SignalPipe([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT])
        terminal.enter()
        defer { terminal.leave() }
        let answers = asked == nil || asked == .sixel ? terminal.ask() : TerminalAnswers()
        graphics = asked ?? answers.graphics
        cellPx = answers.cellPx
        size = terminal.size(cellPx: cellPx)
        while !isEnded {
            begin()
            draw()
            wait(signals)
        }
    }

    /// Asks what is due to be asked.
    private func begin() {
        for question in Question.allCases where pending[question] == nil && isDue(question) {
            guard let path = path(question) else { continue }
            do throws(ControlClientError) {
                pending[question] = (try PendingAnswer(to: client, path), .now)
            } catch {
                lose(error)
                due[question] = .now + Self.retryInterval
            }
        }
    }

    private func isDue(_ question: Question) -> Bool { due[question].map { ContinuousClock.now >= $0 } ?? true }

    private func path(_ question: Question) -> RequestPath? {
        switch question {
        case .live: return RequestPath("live")
        case .status: return RequestPath("status")
        case .counts: return slide.map { RequestPath("slides", $0, "counts") }
        case .picture:
            guard let box = screen.layout(size, hasPicture: graphics != .none).picture else { return nil }
            requestedView = screen.view
            let width =
                switch graphics {
                case .blocks: box.columns * 2
                case .kitty, .sixel: min(960, box.columns * size.cellWidthPx)
                case .none: 0
                }
            return ControlClient.path(
                LivePicture.Request(view: screen.view, format: .raw, after: sequence, width: max(64, width)))
        }
    }

    private func wait(_ signals: SignalPipe) {
        let open = pending.map { (question: $0, descriptor: $1.answer.descriptor) }
        var ready = [STDIN_FILENO, signals.descriptor].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        ready += open.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        let next = Question.allCases.filter { pending[$0] == nil }.compactMap { due[$0] }.min()
        let limit = next.map { ContinuousClock.now.duration(to: $0) } ?? .milliseconds(250)
        let milliseconds = Int32(max(1, min(limit, .milliseconds(250)) / .milliseconds(1)))
        if poll(&ready, nfds_t(ready.count), milliseconds) > 0 {
            if ready[1].revents != 0 { signals.take().forEach(heed) }
            if ready[0].revents != 0 {
                let keys = terminal.keys()
                // Readable and empty: the terminal is gone.
                if keys.isEmpty { isEnded = true } else { press(keys) }
            }
            for (index, each) in open.enumerated() where ready[index + 2].revents != 0 { advance(each.question) }
        }
        for (question, waiting) in pending where waiting.since.duration(to: .now) > Self.patience {
            pending[question] = nil
            lose(client.unreachable(Errno(code: ETIMEDOUT)))
        }
        screen.pictureAgeSeconds = pictureTaken.map { $0.duration(to: .now) / .seconds(1) }
    }

    private func advance(_ question: Question) {
        let response: HTTPResponse
        do throws(Errno) {
            guard let whole = try pending[question]?.answer.advance() else { return }
            response = whole
        } catch {
            pending[question] = nil
            due[question] = .now + Self.retryInterval
            lose(client.unreachable(error))
            return
        }
        pending[question] = nil
        do throws(ControlClientError) {
            try take(client.success(response), for: question)
        } catch {
            due[question] = .now + Self.retryInterval
            switch question {
            case .picture where requestedView == screen.view: fail(error)
            case .picture: due[question] = .now
            default: screen.loss = error.description
            }
        }
    }

    private func take(_ response: HTTPResponse, for question: Question) throws(ControlClientError) {
        if screen.loss != nil {
            // Another run of the daemon counts its pictures anew.
            screen.loss = nil
            sequence = 0
        }
        switch question {
        case .picture:
            due[.picture] = .now + Self.pictureInterval
            show(response)
        case .live:
            due[.live] = .now + Self.stateInterval
            let live: LiveState = try client.decoded(response.body)
            screen.live = live
            if let focus = live.focus {
                screen.focusCourse = (screen.focusCourse + [focus]).suffix(Self.courseLength)
            }
        case .status:
            due[.status] = .now + Self.statusInterval
            let status: ServiceStatus = try client.decoded(response.body)
            screen.status = status
            let first = firstCaptures ?? (status.store.captures, .now)
            firstCaptures = first
            let minutes = first.at.duration(to: .now) / .seconds(60)
            screen.capturesPerMinute = minutes > 0.01 ? Double(status.store.captures - first.count) / minutes : nil
        case .counts:
            due[.counts] = .now + Self.statusInterval
            screen.counts = try client.decoded(response.body) as SlideCounts
        }
    }

    private func show(_ response: HTTPResponse) {
        // Chosen anew while the daemon drew: the old view must not stand under the new name.
        guard requestedView == screen.view else {
            due[.picture] = .now
            return
        }
        guard let live = LivePicture(response, view: requestedView, format: .raw) else { return }
        sequence = live.sequence
        pictureTaken = .now - .milliseconds(live.ageMilliseconds)
        screen.isSynthesised = live.isSynthesised
        screen.pictureProblem = nil
        picture = RGBPicture(
            width: live.widthPx, height: live.heightPx,
            bytes: Array(live.bytes.prefix(live.widthPx * live.heightPx * 3)))
        isPictureStale = true
    }

    private func fail(_ error: ControlClientError) {
        guard screen.pictureProblem != error.description else { return }
        screen.pictureProblem = error.description
        drawnPictureBox = nil
        isPictureStale = true
    }

    private func lose(_ error: ControlClientError) {
        let text = "connection lost, trying again: \(error.message)"
        if screen.loss != text { screen.loss = text }
    }

    private func choose(_ view: LivePicture.View) {
        guard view != screen.view else { return }
        screen.view = view
        screen.isSynthesised = view.isSynthesised
        screen.pictureProblem = nil
        picture = nil
        pictureTaken = nil
        sequence = 0
        isPictureStale = true
        drawnPictureBox = nil
        pending[.picture] = nil
        due[.picture] = .now
    }

    private func press(_ keys: [UInt8]) {
        // An escape sequence is a key that nobody needs here: none of its bytes is one of ours.
        guard let key = keys.first, key != 0x1B else { return }
        let views = screen.views
        switch key {
        case UInt8(ascii: "q"), 4: isEnded = true
        case UInt8(ascii: "v"):
            let at = views.firstIndex(of: screen.view) ?? -1
            choose(views[(at + 1) % views.count])
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            let index = Int(key - UInt8(ascii: "1"))
            if index < views.count { choose(views[index]) }
        default: break
        }
    }

    private func heed(_ number: Int32) {
        switch number {
        case SIGWINCH:
            size = terminal.size(cellPx: cellPx)
            isStale = true
        case SIGTSTP:
            terminal.leave()
            kill(getpid(), SIGSTOP)
        case SIGCONT:
            terminal.enter()
            isStale = true
            drawnPictureBox = nil
        default: isEnded = true
        }
    }
}
