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
