package import ControlAPI

extension Presentation {
    package static func focus(_ report: FocusReport) -> String {
        var facts = Facts()
        facts.append("focus at", "\(fixed(report.heightUm, digits: 1)) um, where the motor stands now")
        facts.append("from", "\(fixed(report.startedAtUm, digits: 1)) um, by \(plural(report.curve.count, "frame"))")
        if report.atLimit {
            facts.append(
                "doubtful:", "that is the end of what it may do; the focus may lie beyond: bring it nearer by hand")
        }
        return facts.rendered()
    }

    package static func scans(_ scans: [ScanReport]) -> String {
        guard !scans.isEmpty else { return "No scans yet; begin one with neurallens scan --slide NAME\n" }
        var table = Table(
            .number("scan"), .elastic("slide"), .text("state"), .number("fields"), .number("taken"), .elastic("reason"))
        for scan in scans {
            table.append(
                "\(scan.id)", scan.slide, scan.state.rawValue, "\(scan.columns) x \(scan.rows)", "\(scan.taken)",
                scan.reason ?? "-")
        }
        return table.rendered()
    }

    package static func scan(_ scan: ScanReport) -> String {
        let fields = scan.columns * scan.rows
        var text =
            "Scan \(scan.id) \(scan.state.rawValue): \(scan.taken) of \(plural(fields, "field")) "
            + "(\(scan.columns) x \(scan.rows)) of slide \"\(visible(scan.slide))\"\n"
        if let reason = scan.reason { text += visible(reason) + "\n" }
        if scan.state == .paused { text += "neurallens scan resume \(scan.id) goes on with it\n" }
        return text
    }

    package static func progressBar(_ scan: ScanReport) -> String {
        let fields = scan.columns * scan.rows
        return progressBar(
            fraction: Double(scan.taken) / Double(max(1, fields)), message: "\(scan.taken) of \(fields) fields")
    }
}
