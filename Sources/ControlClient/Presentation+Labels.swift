package import ControlAPI

extension Presentation {
    /// The fields of a slide with who finished them, and which is next.
    package static func labels(_ labels: SlideLabels) -> String {
        guard !labels.fields.isEmpty else {
            return "Slide \"\(visible(labels.slide))\": no lens has looked at a field yet\n"
        }
        var table = Table(
            .number("capture"), .text("finished (UTC)"), .elastic("by"), .number("grains"), .number("confirmed"),
            .number("left"), .number("errors"))
        var species: [String: Int] = [:]
        for field in labels.fields {
            table.append(
                "\(field.capture)", field.finished.map { time($0.at) } ?? (field.isExcluded ? "left out" : "-"),
                field.finished.map { person($0.by) } ?? "-", "\(field.counts.reduce(0) { $0 + $1.grains })",
                "\(field.confirmed)", "\(field.unreviewed)", fixed(field.expectedErrors, digits: 1))
            for count in field.counts { species[count.key, default: 0] += count.grains }
        }
        let totals = species.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: "  ")
        let finished = labels.fields.count { $0.finished != nil }
        return table.rendered() + "\n\(totals)\n\(finished) of \(labels.fields.count) fields finished"
            + (labels.next.map { "; next: capture \($0)" } ?? "") + "\n"
    }

    /// Without the process: `Anna` of `Anna uid=1000 pid=4711`, `uid=1000` where no name was given.
    static func person(_ by: String) -> String {
        let words = by.split(separator: " ")
        let name = words.filter { !$0.hasPrefix("uid=") && !$0.hasPrefix("gid=") && !$0.hasPrefix("pid=") }
        return name.isEmpty ? String(words.first ?? "-") : name.joined(separator: " ")
    }

    package static func finish(_ list: GrainList) -> String {
        let grains = list.grains.count { $0.counts }
        guard let finished = list.finished else { return "capture \(list.capture) is not finished\n" }
        return
            "capture \(list.capture) is finished with \(grains) grain\(grains == 1 ? "" : "s"), by \(visible(finished.by))\n"
    }

    /// What a folder of labels holds.
    package static func dataSet(_ summary: DataSetFolder.Summary) -> String {
        var table = Table(.elastic("slide"), .text("part"), .number("fields"))
        for slide in summary.slides {
            table.append(slide.slide, slide.isHeldOut ? "held out" : "to learn from", "\(slide.fields)")
        }
        var species = Table(.elastic("species"), .number("grains"), .number("held out"))
        for one in summary.species { species.append(one.species, "\(one.grains)", "\(one.grainsHeldOut)") }
        return table.rendered() + "\n" + species.rendered() + "\n"
            + summary.remarks.map { visible($0) + "\n" }.joined()
            + "\(visible(summary.folder)) written: \(summary.pictures) pictures, \(summary.objects) objects\n"
    }

    package static func species(_ species: [SpeciesReport]) -> String {
        var table = Table(.text("key"), .elastic("species"), .text("colour"), .text("from"))
        for species in species {
            table.append(species.key, species.name, species.colour, species.isOfLens ? "lens" : "people")
        }
        return table.rendered()
    }
}
