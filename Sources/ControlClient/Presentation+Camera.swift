package import ControlAPI

extension Presentation {
    package static func camera(_ camera: CameraReport) -> String {
        var facts = Facts()
        facts.append("source", camera.source)
        facts.append("state", camera.reason.map { "\(camera.state.rawValue): \($0)" } ?? camera.state.rawValue)
        facts.append("mode", camera.mode.map { sentence($0) + (isAsSet(camera) ? ", as was set" : "") })
        facts.append("scale", scale(camera.nmPerPixel))
        facts.append("objective", camera.objective)
        for remark in camera.remarks { facts.append("note", remark) }
        return facts.rendered()
    }

    private static func isAsSet(_ camera: CameraReport) -> Bool {
        guard let mode = camera.mode, let chosen = camera.modeChosen else { return false }
        return (mode.format, mode.width, mode.height) == (chosen.format, chosen.width, chosen.height)
    }

    package static func modes(_ modes: [CameraModeReport]) -> String {
        guard !modes.isEmpty else { return "The source offers no modes\n" }
        var table = Table(.elastic("format"), .number("width (px)"), .number("height (px)"), .number("rate (frames/s)"))
        for mode in modes {
            table.append(mode.format, "\(mode.width)", "\(mode.height)", fixed(mode.framesPerSecond, digits: 1))
        }
        return table.rendered()
    }

    /// The items of a menu stand under it.
    package static func controls(_ controls: [CameraControlReport]) -> String {
        guard !controls.isEmpty else { return "The source has no controls\n" }
        var table = Table(.text("control"), .number("value"), .number("default"), .text("range"), .elastic("kind"))
        for control in controls {
            let range = "\(control.minimum)...\(control.maximum)" + (control.step > 1 ? " by \(control.step)" : "")
            let kind = ([control.kind] + control.flags).joined(separator: ", ")
            table.append(control.name, "\(control.value)", "\(control.defaultValue)", range, kind)
            for item in control.menu { table.append("", "\(item.value)", "", item.label, "") }
        }
        return table.rendered()
    }

    /// Every calibration, oldest first; the objective in use is marked at the one that captures get.
    package static func calibrations(_ calibrations: [CalibrationReport]) -> String {
        guard !calibrations.isEmpty else {
            return "No calibrations yet; make one with neurallens camera calibrate --objective NAME\n"
        }
        var table = Table(
            .elastic("objective"), .text("in use"), .number("scale (nm/px)"), .text("from"), .text("time (UTC)"),
            .elastic("note"))
        for calibration in calibrations {
            table.append(
                calibration.objective, calibration.isInUse ? "yes" : "", significant(calibration.nmPerPixel),
                calibration.how.rawValue, time(calibration.at), calibration.note ?? "")
        }
        return table.rendered()
    }

    /// Oldest first.
    package static func flatFields(_ flats: [FlatFieldReport]) -> String {
        guard !flats.isEmpty else {
            return "No flat fields yet; move to empty glass and take one with neurallens camera flat-field\n"
        }
        var table = Table(
            .number("flat field"), .text("in use"), .elastic("objective"), .text("size"), .number("frames"),
            .number("fall-off"), .number("specks"), .text("time (UTC)"), .elastic("by"))
        for flat in flats {
            table.append(
                "\(flat.id)", flat.isInUse ? "yes" : "", flat.objective, "\(flat.width) x \(flat.height)",
                flat.frames == 0 ? "none" : "\(flat.frames)",
                flat.frames == 0 ? "" : "\(fixed(flat.fallOff * 100, digits: 0)) %",
                flat.frames == 0 ? "" : "\(flat.dust.count)", time(flat.at), person(flat.by))
        }
        return table.rendered()
    }

    package static func flatField(_ flat: FlatFieldReport) -> String {
        guard flat.frames > 0 else { return "Fields are not divided by a flat field from now on\n" }
        var text =
            "Flat field \(flat.id) of \(flat.frames) frames of \(flat.width) x \(flat.height)"
            + (flat.objective.isEmpty ? "" : ", objective \"\(visible(flat.objective))\"")
            + ": new captures are divided by it\n"
            + "The light falls off by \(fixed(flat.fallOff * 100, digits: 0)) %\n"
        guard !flat.dust.isEmpty else { return text + "No dust is seen\n" }
        let count = flat.dust.count
        text += "\(count) speck\(count == 1 ? "" : "s") of dust on camera or optics, which the division takes out:\n"
        for speck in flat.dust.prefix(shownSpecks) {
            text +=
                "  at \(fixed(speck.xPx, digits: 0)), \(fixed(speck.yPx, digits: 0)) px: "
                + "\(fixed(speck.diameterPx, digits: 0)) px wide, \(fixed(abs(speck.depth) * 100, digits: 0)) % "
                + "\(speck.depth < 0 ? "brighter" : "darker")\n"
        }
        return text + (count > shownSpecks ? "  and \(count - shownSpecks) more: clean them away\n" : "")
    }

    private static let shownSpecks = 8

    package static func instrument(_ report: InstrumentReport) -> String {
        guard !report.days.isEmpty else { return "Nothing was captured in the last sixty days\n" }
        let scale = report.nmPerPixel.map { ", \(significant($0)) nm/px" } ?? ""
        var table = Table(
            .text("day (UTC)"), .number("captures"), .number("light"), .number("tint"), .number("edge blur (um)"))
        for day in report.days {
            table.append(
                day.date, "\(day.captures)", "\(fixed(day.light * 100, digits: 0)) %",
                "\(fixed(day.tint * 100, digits: 0)) %", day.edgeBlurUm.map { fixed($0, digits: 2) } ?? "-")
        }
        let drifts = report.drifts.map { "note: \(visible($0))\n" }.joined()
        return "\(visible(report.source))\(scale)\n\n" + table.rendered()
            + (drifts.isEmpty ? "Nothing has changed on the last day against those before\n" : drifts)
    }

    package static func calibration(_ calibration: CalibrationReport) -> String {
        let use = calibration.isInUse ? ", in use" : ""
        let note = calibration.note.map { " (\(visible($0)))" } ?? ""
        let scale = significant(calibration.nmPerPixel)
        return "Objective \"\(visible(calibration.objective))\": \(scale) nm/px\(note)\(use)\n"
    }

    static func sentence(_ mode: CameraModeReport) -> String {
        let rate = mode.framesPerSecond.map { ", \(fixed($0, digits: 1)) frames/s" } ?? ""
        return "\(mode.format) \(mode.width) x \(mode.height)\(rate)"
    }
}
