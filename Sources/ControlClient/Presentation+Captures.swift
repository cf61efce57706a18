package import ControlAPI
import Tabular

extension Presentation {
    package static func captures(_ captures: [CaptureReport]) -> String {
        guard !captures.isEmpty else { return "No captures yet; make one with neurallens capture --slide NAME\n" }
        let isJudged = captures.contains { $0.familiarity != nil }
        var table = Table(
            [.number("capture"), .text("time (UTC)"), .text("state"), .number("lens (s)")]
                + (isJudged ? [.number("familiar")] : []) + [.elastic("grains"), .elastic("picture")])
        for capture in captures {
            let counts = countItems(capture.counts, unidentified: capture.unidentified).joined(separator: ", ")
            table.append(
                [
                    "\(capture.id)", time(capture.capturedAt), capture.state.rawValue,
                    fixed(capture.timings.lensSeconds, digits: 2),
                ] + (isJudged ? [percent(capture.familiarity)] : []) + [
                    capture.exclusion != nil
                        ? "left out" : capture.state == .done ? counts : capture.problem?.title ?? "-",
                    capture.origin.isEmpty ? capture.source : capture.origin,
                ])
        }
        var doubts = Facts()
        for capture in captures {
            doubts.append(
                "capture \(capture.id):",
                capture.exclusion.map { "left out: \($0.reason); by \($0.by), \(time($0.at)) UTC" })
            if let sweep = capture.focusSweep { doubts.append("capture \(capture.id):", fused(sweep)) }
            for doubt in capture.doubts { doubts.append("capture \(capture.id):", doubt) }
        }
        let notes = doubts.rendered()
        return table.rendered() + (notes.isEmpty ? "" : "\n" + notes)
    }

    /// One finished capture: its number and counts, under it the stages it went through, and what was lost on the way.
    package static func capture(_ capture: CaptureReport) -> String {
        let label = "capture \(capture.id)  "
        let indent = columns(label)
        let results =
            capture.state == .done
            ? countItems(capture.counts, unidentified: capture.unidentified) : [capture.state.rawValue]
        var text = wrapped(results, gap: 2, first: label, indent: indent)
        if let along = capture.alongMm, let across = capture.acrossMm {
            text += wrapped(
                ["\(fixed(along, digits: 3)) mm along, \(fixed(across, digits: 3)) mm across the tape"], gap: 2,
                first: String(repeating: " ", count: indent), indent: indent)
        }
        if let sweep = capture.focusSweep {
            let space = String(repeating: " ", count: indent)
            text += wrapped([fused(sweep), "sharpness \(curve(sweep))"], gap: 2, first: space, indent: indent)
        }

        let timings = capture.timings
        let stages = [
            ("grab", timings.grabSeconds), ("store", timings.storeSeconds), ("lens", timings.lensSeconds),
            ("grains", timings.grainsSeconds), ("results", timings.resultsSeconds),
        ]
        let passed = stages.compactMap { name, seconds in seconds.map { "\(name) \(fixed($0, digits: 2)) s" } }
        let space = String(repeating: " ", count: indent)
        if !passed.isEmpty { text += wrapped(passed, gap: 2, first: space, indent: indent) }

        let frames = capture.frames
        let losses = [("lost", frames.sequenceGaps), ("faulty", frames.errorFlagged)].filter { $0.1 > 0 }
            .map { "\(plural($0.1, "frame")) \($0.0) before" }
        if !losses.isEmpty { text += wrapped(losses, gap: 2, first: space, indent: indent) }
        for doubt in capture.doubts {
            let words = "doubtful: \(visible(doubt))".split(separator: " ").map(String.init)
            text += wrapped(words, gap: 1, first: space, indent: indent)
        }
        if capture.freshness == .arrival {
            text += wrapped(
                ["fresh by the order of frames: the camera's time stamps do not tell"], gap: 2, first: space,
                indent: indent)
        }
        return text
    }

    private static func fused(_ sweep: FocusSweepReport) -> String {
        "fused from \(sweep.planes.count) focal planes, the field shifted by up to \(fixed(sweep.shiftPx, digits: 1)) px; "
            + "sharpest: plane \(sweep.sharpest)"
            + (sweep.planes.indices.contains(sweep.sharpest - 1)
                ? sweep.planes[sweep.sharpest - 1].heightUm.map { " at \(fixed($0, digits: 1)) um" } ?? "" : "")
    }

    /// How sharp the planes are, as a row of bars, the sharpest highest.
    private static func curve(_ sweep: FocusSweepReport) -> String {
        let bars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
        let least = sweep.planes.map(\.sharpness).min() ?? 0
        return String(
            sweep.planes.map { plane in
                let share = least < 1 ? (plane.sharpness - least) / (1 - least) : 1
                return bars[Int(max(0, min(1, share.isFinite ? share : 0)) * 7)]
            })
    }

    package static func jobs(_ jobs: [CaptureJob]) -> String {
        guard !jobs.isEmpty else { return "No job is open\n" }
        let texts = jobs.map { job in
            var facts = Facts()
            facts.append("job", job.id)
            facts.append("slide", job.slide)
            facts.append("state", job.state.rawValue)
            facts.append("taken", "\(job.captures.count) of \(plural(job.requested, "field"))")
            facts.append("missed", job.missed == 0 ? nil : "\(job.missed)")
            facts.append("progress", job.progress.message.isEmpty ? job.progress.stage : job.progress.message)
            facts.append("to end it", "neurallens capture --stop \(job.id)")
            return facts.rendered()
        }
        return texts.joined(separator: "\n")
    }

    package static func queued(_ job: CaptureJob) -> String {
        "Job \(visible(job.id)) queued: \(job.requested) of slide \"\(visible(job.slide))\"\n"
    }

    /// Names the job, for whoever wants to end it from elsewhere.
    package static func begun(_ job: CaptureJob) -> String {
        let id = visible(job.id)
        return "Job \(id): \(plural(job.requested, "field")) of slide \"\(visible(job.slide))\"; "
            + "neurallens capture --stop \(id) ends it\n"
    }

    /// To whoever leaves while the job goes on.
    package static func left(_ job: CaptureJob) -> String {
        "The daemon goes on with job \(visible(job.id)); neurallens capture --stop \(visible(job.id)) ends it\n"
    }

    package static func stopped(_ job: CaptureJob) -> String {
        "Job \(visible(job.id)) \(job.state.rawValue): \(job.captures.count) of "
            + "\(plural(job.requested, "field")) of slide \"\(visible(job.slide))\" taken\n"
    }

    /// What became of a field that was left out or taken in.
    package static func exclusion(_ capture: CaptureReport) -> String {
        guard let exclusion = capture.exclusion else { return "capture \(capture.id) counts again\n" }
        return "capture \(capture.id) is left out: \(visible(exclusion.reason))\n"
    }

    /// The job's state in at most 79 columns, to be drawn over on a terminal.
    package static func progressBar(_ job: CaptureJob) -> String {
        progressBar(
            fraction: job.progress.fraction,
            message: job.progress.message.isEmpty ? job.progress.stage : job.progress.message)
    }

    package static func progressBar(fraction: Double, message: String) -> String {
        let cells = 24
        let fraction = fraction.isFinite ? min(max(fraction, 0), 1) : 0
        let filled = Int(fraction * Double(cells))
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: cells - filled)
        let percent = String(Int(fraction * 100))
        let text = "[\(bar)] \(String(repeating: " ", count: 3 - percent.count))\(percent) %  "
        return text + shortened(visible(message), to: lineWidth - 1 - text.count)
    }

    package static func grains(_ list: GrainList, as format: Format) throws(ControlClientError) -> String {
        switch format {
        case .json: return try json(list)
        case .table: return grainTable(list)
        case .csv: return grainCSV(list)
        }
    }

    private static func grainTable(_ list: GrainList) -> String {
        guard !list.grains.isEmpty else { return "No grains in capture \(list.capture)\n" }
        var table = Table(
            .number("grain"), .elastic("species"), .text("status"), .number("x (px)"), .number("y (px)"),
            .number("diameter (um)"), .number("confidence"), .elastic("remark"))
        for grain in list.grains {
            table.append(
                "\(grain.id)", grain.species, grain.status.rawValue, fixed(grain.centroidPx.x, digits: 1),
                fixed(grain.centroidPx.y, digits: 1), fixed(grain.equivalentDiameterUm, digits: 1),
                fixed(grain.confidence, digits: 2), remark(grain))
        }
        return table.rendered()
    }

    private static func remark(_ grain: GrainReport) -> String {
        let cut = grain.onBorder && grain.reason != "border" ? "cut" : nil
        return [grain.reason, grain.doubleOf.map { "as \($0)" }, cut].compactMap { $0 }.joined(separator: ", ")
    }

    static func grainCSV(_ list: GrainList) -> String {
        var csv = CSV([
            "capture", "id", "species", "centroid_x_px", "centroid_y_px", "bbox_x0_px", "bbox_y0_px", "bbox_x1_px",
            "bbox_y1_px", "area_px", "area_um2", "equivalent_diameter_um", "confidence", "on_border", "number",
            "status", "counts", "reason", "double_of", "ellipse_major_um", "ellipse_minor_um", "ellipse_angle_deg",
            "circularity", "focus", "slide_x_um", "slide_y_um",
        ])
        for grain in list.grains {
            csv.append([
                Cell(grain.capture == 0 ? list.capture : grain.capture), Cell(grain.id), Cell(grain.species),
                Cell(grain.centroidPx.x), Cell(grain.centroidPx.y), Cell(grain.bboxPx.x), Cell(grain.bboxPx.y),
                Cell(grain.bboxPx.z), Cell(grain.bboxPx.w), Cell(grain.areaPx), Cell(grain.areaUm2),
                Cell(grain.equivalentDiameterUm), Cell(grain.confidence), Cell(grain.onBorder), Cell(grain.number),
                Cell(grain.status.rawValue), Cell(grain.counts), Cell(grain.reason), Cell(grain.doubleOf),
                Cell(grain.ellipseMajorUm), Cell(grain.ellipseMinorUm), Cell(grain.ellipseAngleDeg),
                Cell(grain.circularity), Cell(grain.focus), Cell(grain.slideXUm), Cell(grain.slideYUm),
            ])
        }
        return csv.text
    }
}
