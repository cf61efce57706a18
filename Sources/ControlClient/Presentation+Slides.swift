package import ControlAPI

extension Presentation {
    package static func slides(_ slides: [SlideSummary]) -> String {
        guard !slides.isEmpty else { return "No slides yet; make one with neurallens slide create NAME\n" }
        var table = Table(
            .elastic("slide"), .text("created (UTC)"), .number("captures"), .number("grains"), .number("unidentified"))
        for slide in slides {
            table.append(
                slide.name + (slide.pictures == .here ? "" : " (\(slide.pictures.rawValue))"), time(slide.createdAt),
                "\(slide.captures)", slide.grains.map { "\($0)" } ?? "-",
                slide.unidentified.map { "\($0)" } ?? "-")
        }
        return table.rendered()
    }

    package static func slide(_ slide: SlideSummary, _ counts: SlideCounts) -> String {
        Presentation.slide(slide) + "\n" + Presentation.counts(counts)
    }

    package static func slide(_ slide: SlideSummary) -> String {
        var facts = Facts()
        facts.append("slide", slide.name)
        facts.append("note", slide.note)
        facts.append("created", "\(time(slide.createdAt)) UTC")
        facts.append("captures", "\(slide.captures)")
        facts.append("sample", slide.sampleDate.map { "\($0); neurallens sample show NAME" })
        facts.append("sampled volume", slide.sampledVolumeM3.map { "\(significant($0)) m3" })
        facts.append("deposit area", slide.depositAreaMm2.map { "\(significant($0)) mm2" })
        facts.append("counts", slide.run.map(sentence))
        switch slide.pictures {
        case .here: break
        case .archiving: facts.append("pictures", "on their way to the archive")
        case .archived: facts.append("pictures", "archived; neurallens slide restore NAME brings them back")
        case .removed: facts.append("pictures", "not kept any more: they were old enough")
        }
        return facts.rendered()
    }

    package static func deletionQuestion(_ slide: SlideSummary) -> String {
        "Delete \"\(visible(slide.name))\" with \(plural(slide.captures, "capture")), for good? Type its name: "
    }

    package static func deletion(_ gone: SlideDeletionReport) -> String {
        "\"\(visible(gone.slide))\" is deleted: \(plural(gone.captures, "capture")), \(size(gone.pictureBytes)) of pictures\n"
    }

    static func countItems(_ counts: [SpeciesCount], unidentified: Int) -> [String] {
        counts.map { "\(visible($0.key)) \($0.grains)" } + ["\(GrainReport.unidentified) \(unidentified)"]
    }
}
