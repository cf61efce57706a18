package import ControlAPI

extension Presentation {
    package static func sample(_ sample: SampleReport) -> String {
        var facts = Facts()
        facts.append("slide", sample.slide)
        facts.append("station", sample.station)
        facts.append(
            "trap",
            sample.trap.rawValue + (sample.trapName.isEmpty ? "" : " \(sample.trapName)")
                + ", \(significant(sample.flowLMin)) l/min, \(significant(sample.tapeSpeedMmH)) mm/h, "
                + "\(significant(sample.depositWidthMm)) mm wide")
        facts.append("exposed", "\(sample.begins) to \(sample.ends), \(sample.timeZone)")
        facts.append("day", sample.day)
        facts.append("value of", "\(sample.date), \(sample.partBegins) to \(sample.partEnds)")
        facts.append(
            "deposit",
            "\(significant(sample.depositLengthMm)) x \(significant(sample.depositWidthMm)) mm, "
                + "\(significant(sample.hours)) h, \(significant(sample.sampledVolumeM3)) m3 of air")
        facts.append("medium", sample.mountingMedium)
        facts.append("stain", sample.stain)
        facts.append("prepared by", sample.preparedBy)
        for (name, text) in sample.notes.sorted(by: { $0.key < $1.key }) { facts.append(name, text) }
        facts.append("method", sample.method?.rawValue ?? "not said; neurallens sample set NAME --method")
        facts.append("said", "by \(sample.by), \(time(sample.at)) UTC")
        return facts.rendered()
    }

    package static func samplePlan(_ plan: SamplePlanReport) -> String {
        let amount =
            plan.bands.isEmpty
            ? plural(plan.fields, "field") : "\(plural(plan.bands.count, "band")), \(plural(plan.fields, "field"))"
        var text =
            "Slide \"\(visible(plan.slide))\": \(plan.method.rawValue), \(amount)"
            + (plan.seed.map { " of seed \($0)" } ?? "") + " of \(significant(plan.fieldAlongUm)) x "
            + "\(significant(plan.fieldAcrossUm)) um on \(significant(plan.depositLengthMm)) x "
            + "\(significant(plan.depositWidthMm)) mm\n"
            + "\(plan.taken) captured, \(plan.missing) missing; \(share(plan.takenShare)) of the deposit, "
            + "\(share(plan.plannedShare)) planned, \(share(plan.wantedShare)) wanted\n"
        text += nextPlanned(plan)
        if !plan.bands.isEmpty {
            let where_ = plan.method == .longitudinal ? "across (mm)" : "along (mm)"
            var table = Table(.number("band"), .number(where_), .number("fields"), .number("captured"))
            for band in plan.bands {
                table.append("\(band.number)", fixed(band.atMm, digits: 3), "\(band.fields)", "\(band.taken)")
            }
            text += "\n" + table.rendered()
        }
        return text + faults(plan.faults)
    }

    /// Where the stage goes.
    package static func nextPlanned(_ plan: SamplePlanReport) -> String {
        guard let next = plan.next else { return "All planned fields are captured\n" }
        var text =
            "next: field \(next.number)\(next.band.map { " of band \($0)" } ?? ""), \(fixed(next.alongMm, digits: 3)) mm along, "
            + "\(fixed(next.acrossMm, digits: 3)) mm across, \(next.time)"
        if let along = plan.moveAlongMm, let across = plan.moveAcrossMm {
            text += "; move \(signed(along)) mm along, \(signed(across)) mm across"
        }
        return text + "\n"
    }

    /// Of a deposit: small ones keep their figures.
    static func share(_ share: Double) -> String {
        share > 0 && share < 0.01 ? "\(significant(share * 100)) %" : "\(fixed(share * 100, digits: 1)) %"
    }

    private static func signed(_ value: Double) -> String { (value < 0 ? "" : "+") + fixed(value, digits: 3) }

    package static func plannedFields(_ fields: [SamplePlanReport.Field]) -> String {
        var table = Table(
            .number("field"), .number("band"), .number("along (mm)"), .number("across (mm)"), .text("time"))
        for field in fields {
            table.append(
                "\(field.number)", field.band.map { "\($0)" } ?? "-", fixed(field.alongMm, digits: 3),
                fixed(field.acrossMm, digits: 3), field.time)
        }
        return table.rendered()
    }

    package static func sampleValues(_ values: SampleValues) -> String {
        let sample = values.sample
        var text =
            "\(visible(sample.station)), \(sample.date): \(sample.partBegins) to \(sample.partEnds)\n"
            + "\(values.plan.method.rawValue), \(plural(values.fields, "field")), \(share(values.examinedShare)) of the deposit\n\n"
        var table = Table(.elastic("species"), .number("grains"), .number("per m3"), .text("95 %"))
        for taxon in values.taxa {
            table.append(
                taxon.species, "\(taxon.day.grains)", fixed(taxon.day.perM3, digits: 1),
                "\(fixed(taxon.day.lowPerM3, digits: 1)) to \(fixed(taxon.day.highPerM3, digits: 1))")
        }
        text += table.rendered()
        let seen = values.taxa.filter { $0.day.grains > 0 && !$0.slots.isEmpty }
        if let first = seen.first {
            var slots = Table([.text("from"), .text("to")] + seen.map { .number($0.key) })
            for index in first.slots.indices {
                slots.append(
                    [first.slots[index].begins, first.slots[index].ends].map { String($0.dropFirst(11).prefix(5)) }
                        + seen.map { $0.slots[index].value.map { fixed($0.perM3, digits: 1) } ?? "-" })
            }
            text += "\ngrains per m3 in each two hours\n" + slots.rendered()
        }
        text += "\n" + steps(values.arithmetic)
        for taxon in values.taxa where taxon.day.grains > 0 {
            text += "\n\(visible(taxon.species))\n" + steps(taxon.arithmetic)
        }
        return text + faults(values.doubts)
    }

    private static func steps(_ steps: [SampleValues.Step]) -> String {
        var facts = Facts()
        for step in steps {
            facts.append(step.words, (step.working.isEmpty ? "" : "\(step.working) ") + "= \(step.text)")
        }
        return facts.rendered()
    }

    private static func faults(_ faults: [String]) -> String {
        guard !faults.isEmpty else { return "" }
        return "\n" + faults.map { "note: \(visible($0))\n" }.joined()
    }
}
