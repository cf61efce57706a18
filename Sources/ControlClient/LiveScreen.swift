package import ControlAPI

/// What `neurallens live` has to show, and where it goes on a terminal.
package struct LiveScreen: Sendable {
    package struct Line: Sendable, Equatable {
        package enum Style: Sendable, Equatable { case plain, heading, dim, warning, error }

        package var text: String
        package var style: Style

        package init(_ text: String, _ style: Style = .plain) {
            self.text = text
            self.style = style
        }
    }

    /// Where picture and text go; nil where there is no room for a picture.
    package struct Layout: Sendable, Equatable {
        package var picture: CellBox?
        package var text: CellBox
    }

    /// Columns that the text beside a picture takes.
    private static let textColumns = 44
    /// A picture of fewer rows shows nothing.
    private static let leastPictureRows = 8

    package var view = LivePicture.View.camera
    package var isSynthesised = false
    package var live: LiveState?
    package var status: ServiceStatus?
    package var counts: SlideCounts?
    package var capturesPerMinute: Double?
    /// Of the last minute, oldest first.
    package var focusCourse: [Double] = []
    /// What stands in the way of news.
    package var loss: String?
    /// Why there is no picture.
    package var pictureProblem: String?
    /// Of the picture on the screen.
    package var pictureAgeSeconds: Double?

    package init() {}

    /// The name of a view as people say it.
    package static func name(_ view: LivePicture.View) -> String {
        guard case .lens(let kind) = view else { return view.rawValue }
        return switch kind {
        case .magnified: "1500x"
        case .only(let species): "only \(species)"
        default: kind.rawValue
        }
    }

    /// The views that there are now.
    package var views: [LivePicture.View] {
        let species = status?.lens.species.map { LivePicture.View.lens(.only(species: $0.key)) } ?? []
        return [.camera, .lens(.map), .lens(.magnified), .lens(.labelled)] + species
    }

    /// - Parameter hasPicture: whether the terminal shows one.
    package func layout(_ size: TerminalSize, hasPicture: Bool) -> Layout {
        // First and last line are the title's and the keys'.
        let body = CellBox(column: 0, row: 1, columns: size.columns, rows: max(0, size.rows - 2))
        guard hasPicture else { return Layout(picture: nil, text: body) }
        if size.columns >= Self.textColumns * 2, body.rows >= Self.leastPictureRows {
            let left = size.columns - Self.textColumns - 1
            return Layout(
                picture: CellBox(column: 0, row: 1, columns: left, rows: body.rows),
                text: CellBox(column: left + 1, row: 1, columns: Self.textColumns, rows: body.rows))
        }
        let above = body.rows - min(lines.count, body.rows)
        guard above >= Self.leastPictureRows else { return Layout(picture: nil, text: body) }
        return Layout(
            picture: CellBox(column: 0, row: 1, columns: size.columns, rows: above),
            text: CellBox(column: 0, row: 1 + above, columns: size.columns, rows: body.rows - above))
    }

    package var title: Line {
        let mark = isSynthesised ? ", SYNTHESISED: drawn by the lens, not observed" : ""
        return Line("NeuralLens live: \(Self.name(view))\(mark)", .heading)
    }

    package var keys: Line { Line("q ends   v or 1 to \(views.count) chooses the picture", .dim) }

    /// The text, every line a fact.
    package var lines: [Line] {
        var lines: [Line] = []
        if let loss { lines.append(Line(loss, .error)) }
        lines += instrument + viewCounts + slideCounts
        return lines
    }

    private var instrument: [Line] {
        guard let live else { return [Line("waiting for the daemon", .dim)] }
        var lines: [Line] = []
        if let reason = live.reason { lines.append(Line(reason, .warning)) }
        lines.append(
            Line(
                "camera    \(fixed(live.previewPerSecond, digits: 1)) /s, \(Self.age(live.frameAgeSeconds)) old, "
                    + "\(live.droppedFrames) dropped"))
        var lens = "lens      \(Self.name(live.lensMode))"
        if live.lensMode != .off {
            lens += ", \(fixed(live.lensPerSecond, digits: 2)) /s, \(Self.age(live.lensAgeSeconds)) old"
        }
        lines.append(Line(lens))
        if let reason = live.lensModeReason { lines.append(Line("          \(reason)", .dim)) }
        if let age = pictureAgeSeconds { lines.append(Line("shown     \(Self.age(age)) old")) }
        lines.append(Line("focus     \(fixed(live.focus, digits: 3)) \(Self.course(focusCourse))\(focusShare)"))
        let isClipped = max(live.clippedLow, live.clippedHigh) > 0.001
        lines.append(
            Line(
                "clipped   dark \(fixed(live.clippedLow * 100, digits: 1)) %, "
                    + "bright \(fixed(live.clippedHigh * 100, digits: 1)) %", isClipped ? .warning : .plain))
        if let status {
            lines.append(Line("queue     \(status.queue.pending) waiting, \(status.queue.running) in work"))
            lines.append(
                Line(
                    "captures  \(status.store.captures) stored, \(fixed(capturesPerMinute, digits: 1)) per minute"))
        }
        return lines
    }

    private var focusShare: String {
        guard let now = live?.focus, let best = focusCourse.max(), best > 0 else { return "" }
        return " \(percent(now / best)) of best" + (focusAdvice.map { ", \($0)" } ?? "")
    }

    /// Which way to turn: the latest scores against those just before; nil while they hold still.
    private var focusAdvice: String? {
        guard let best = focusCourse.max(), best > 0, focusCourse.count >= 6 else { return nil }
        let now = focusCourse.suffix(3).reduce(0, +) / 3, before = focusCourse.dropLast(3).suffix(3).reduce(0, +) / 3
        if now >= 0.97 * best { return "in focus" }
        return now > 1.02 * before ? "sharper: go on" : now < 0.98 * before ? "less sharp: turn back" : nil
    }

    private var viewCounts: [Line] {
        guard let live, live.lensMode != .off else { return [] }
        let field = live.lensCovers == nil ? "live field" : "middle of the live field"
        var lines = [Line(""), Line("\(field), not stored", .heading)]
        lines += live.counts.map { Self.count($0.key, $0.grains) }
        lines.append(Self.count(GrainReport.unidentified, live.unidentified))
        for doubt in live.doubts {
            let words = "doubtful: \(visible(doubt))".split(separator: " ").map(String.init)
            let text = wrapped(words, gap: 1, first: "  ", indent: 2, width: Self.textColumns - 2)
            lines += text.split(separator: "\n").map { Line(String($0), .warning) }
        }
        return lines
    }

    private var slideCounts: [Line] {
        guard let counts else { return [] }
        let heading = "slide \(visible(counts.slide)), \(Presentation.plural(counts.captures, "capture"))"
        let rows = counts.species.map { species in
            var line = Self.count(species.key, species.grains)
            if species.densityPerCm2 != nil { line.text += "  \(significant(species.densityPerCm2)) /cm2" }
            return line
        }
        return [Line(""), Line(heading, .heading)] + rows + [Self.count(GrainReport.unidentified, counts.unidentified)]
    }

    private static func count(_ key: String, _ grains: Int) -> Line {
        let name = shortened(visible(key), to: 16)
        let number = String(grains)
        return Line(
            "  \(name)" + String(repeating: " ", count: max(1, 24 - columns(name) - number.count)) + number)
    }

    private static func age(_ seconds: Double?) -> String {
        guard let seconds else { return "-" }
        return seconds < 1 ? "\(fixed(seconds * 1000, digits: 0)) ms" : "\(fixed(seconds, digits: 1)) s"
    }

    private static func name(_ mode: LiveState.Mode) -> String {
        switch mode {
        case .full: "full"
        case .map: "map and outlines only"
        case .centre: "centre of the field only"
        case .off: "off"
        }
    }

    /// Eight levels between the least and the best score, newest last.
    package static func course(_ scores: [Double], columns: Int = 12) -> String {
        guard let least = scores.min(), let best = scores.max(), !scores.isEmpty else { return "" }
        let levels = Array("▁▂▃▄▅▆▇█")
        // A steady score stays a low line: noise must not look like turning the knob.
        let range = max(best - least, best * 0.05, .leastNormalMagnitude)
        return String(
            (0..<min(columns, scores.count)).map { index in
                let score = scores[scores.count - min(columns, scores.count) + index]
                return levels[min(7, Int((score - least) / range * 8))]
            })
    }
}
