package import ControlAPI

extension Presentation {
    package static func plans(_ plans: [CapturePlan]) -> String {
        guard !plans.isEmpty else {
            return "No plans yet; make one with neurallens plan create --slide NAME --interval SECONDS\n"
        }
        var table = Table(
            .number("plan"), .elastic("slide"), .text("state"), .number("every (s)"), .number("taken"),
            .number("missed"), .text("next (UTC)"), .elastic("until"))
        for plan in plans {
            table.append(
                "\(plan.id)", plan.slide, plan.state.rawValue, significant(plan.intervalSeconds), "\(plan.taken)",
                "\(plan.missed)", plan.nextAt.map(time) ?? "-", end(of: plan))
        }
        return table.rendered()
    }

    package static func plan(_ plan: CapturePlan) -> String {
        var facts = Facts()
        facts.append("plan", "\(plan.id)")
        facts.append("slide", plan.slide)
        facts.append("state", plan.state.rawValue)
        facts.append("because", plan.reason)
        facts.append("every", "\(significant(plan.intervalSeconds)) s")
        facts.append("until", end(of: plan))
        facts.append("taken", "\(plan.taken)")
        facts.append("missed", "\(plan.missed)")
        facts.append("next", plan.nextAt.map { "\(time($0)) UTC" })
        for remark in plan.remarks { facts.append("remark", remark) }
        return facts.rendered()
    }

    /// Tells both addresses apart; each on a line of its own, to be copied whole.
    package static func pageLinks(_ links: PageLinks) -> String {
        "For looking and changing:\n\(visible(links.change))\n\nFor looking only:\n\(visible(links.read))\n"
    }

    private static func end(of plan: CapturePlan) -> String {
        var ends: [String] = []
        if let count = plan.count { ends.append(plural(count, "capture")) }
        if let grains = plan.untilGrains { ends.append(plural(grains, "grain")) }
        if let precision = plan.untilPrecision { ends.append("+-\(percent(precision))") }
        return ends.isEmpty ? "cancelled" : ends.joined(separator: " or ")
    }
}
