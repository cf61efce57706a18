internal import ControlAPI
internal import Foundation
internal import Lens
internal import Teaching

/// What is known of a lens, for people, where nobody wrote a card: from its manifest, who brought it, and what it counted.
struct LensCard: Sendable {
    let manifest: LensManifest
    let lens: LensDescription

    /// Markdown.
    var text: String {
        let species = lens.species.map { "\(Self.plain($0.name)) (`\($0.key)`)" }.joined(separator: ", ")
        let draws =
            manifest.networks.contains { $0.writes == LensManifest.magnified }
            ? "It also draws a synthesised picture, which nothing is counted from." : "It draws no picture."
        var lines = [
            "# Model card: \(Self.plain(lens.name))", "",
            Self.plain(lens.title),
            "", "Counts \(species) at \(lens.nmPerPixel) nm a pixel. \(draws)", "", "## How it was made", "",
        ]
        lines += manifest.provenance.sorted { $0.key < $1.key }.map {
            "- \(Self.plain($0.key)): \(Self.plain($0.value))"
        }
        if manifest.provenance.isEmpty { lines.append("Its maker says nothing of that.") }
        let came = [lens.by.map { "by \(Self.plain($0))" }, lens.at].compactMap(\.self).joined(separator: ", ")
        switch lens.origin {
        case .configured: lines.append("- Named by the daemon's configuration.")
        case .brought: lines.append("- Brought to this instrument \(came).")
        case .taught: lines.append("- Taught here \(came), teaching \(lens.teaching ?? "-").")
        }
        lines += ["", "## What it is worth", ""]
        if let least = manifest.minimumConfidence {
            lines.append("- Grains below a confidence of \(least) are unidentified.")
        }
        lines.append(
            manifest.confidenceCalibration == nil
                ? "- Its confidence was not compared with what is right."
                : "- Its confidence was fitted to the share that is right.")
        lines.append("- It counted \(lens.captures) capture\(lens.captures == 1 ? "" : "s") of this instrument.")
        lines += [
            "", "## Limits", "", "- Objects below \(manifest.minimumGrainAreaSquareMicrometres) µm² are dirt to it.",
            manifest.familiarity == nil
                ? "- It cannot tell which fields are unlike those it knows: what it counts there may be anything."
                : "- It marks fields that are unlike those it knows.",
            "- What figures it has, its maker gave; compare it with grains that you know before you use its counts.",
            "",
        ]
        return lines.joined(separator: "\n")
    }

    private static func plain(_ text: String) -> String { ModelCard.plain(text) }
}
