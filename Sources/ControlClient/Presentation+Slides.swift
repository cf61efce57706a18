package import ControlAPI

extension Presentation {
    package static func slides(_ slides: [SlideSummary]) -> String {
        guard !slides.isEmpty else { return "No slides yet; make one with neurallens slide create NAME\n" }
        var table = Table(
            .elastic("slide"), .text("created (UTC)"), .number("captures"), .number("grains"), .number("unidentified"))
        for slide in slides {
            table.append(
                slide.name, time(slide.createdAt), "\(slide.captures)", "\(slide.grains)", "\(slide.unidentified)")
        }
        return table.rendered()
    }

    package static func slide(_ slide: SlideSummary, _ counts: SlideCounts) -> String {
        var facts = Facts()
        facts.append("slide", slide.name)
        facts.append("note", slide.note)
        facts.append("created", "\(time(slide.createdAt)) UTC")
        facts.append("captures", "\(slide.captures)")
        return facts.rendered() + "\n" + Presentation.counts(counts)
    }

    package static func counts(_ counts: SlideCounts, as format: Format) throws(ControlClientError) -> String {
        switch format {
        case .json: return try json(counts)
        case .table: return Presentation.counts(counts)
        case .csv:
            var csv = CSV("slide", "captures", "species", "key", "grains")
            for count in counts.species {
                csv.append(counts.slide, "\(counts.captures)", count.species, count.key, "\(count.grains)")
            }
            let unidentified = GrainReport.unidentified
            csv.append(counts.slide, "\(counts.captures)", unidentified, unidentified, "\(counts.unidentified)")
            return csv.text
        }
    }

    static func counts(_ counts: SlideCounts) -> String {
        var table = Table(.elastic("species"), .elastic("key"), .number("grains"))
        for count in counts.species { table.append(count.species, count.key, "\(count.grains)") }
        table.append("all species", "", "\(counts.total)")
        table.append(GrainReport.unidentified, "", "\(counts.unidentified)")
        let heading = "Slide \"\(visible(counts.slide))\": \(plural(counts.captures, "capture")) counted"
        return heading + "\n\n" + table.rendered()
    }

    static func countItems(_ counts: [SpeciesCount], unidentified: Int) -> [String] {
        counts.map { "\(visible($0.key)) \($0.grains)" } + ["\(GrainReport.unidentified) \(unidentified)"]
    }
}
