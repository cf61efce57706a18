package import ControlAPI

extension Presentation {
    package static func reviewList(_ list: ReviewList, as format: Format) throws(ControlClientError) -> String {
        let grains = GrainList(capture: 0, slide: list.slide, nmPerPixel: nil, grains: list.grains)
        switch format {
        case .json: return try json(list)
        case .csv: return grainCSV(grains)
        case .table:
            guard !list.grains.isEmpty else { return "Slide \"\(visible(list.slide))\": no grain left to look at\n" }
            var table = Table(
                .number("grain"), .number("capture"), .number("number"), .elastic("species"), .text("status"),
                .number("confidence"), .number("diameter (um)"))
            for grain in list.grains {
                table.append(
                    "\(grain.id)", "\(grain.capture)", "\(grain.number)", grain.species, grain.status.rawValue,
                    fixed(grain.confidence, digits: 2), fixed(grain.equivalentDiameterUm, digits: 1))
            }
            return table.rendered() + "\n\(list.grains.count) of \(list.remaining) still to look at\n"
        }
    }

    /// One grain with everything measured and said of it.
    package static func grain(_ grain: GrainReport) -> String {
        var facts = Facts()
        facts.append("grain", "\(grain.id), number \(grain.number) of capture \(grain.capture)")
        facts.append("species", "\(grain.species), confidence \(fixed(grain.confidence, digits: 2))")
        facts.append("status", status(grain))
        facts.append(
            "place",
            "x \(fixed(grain.centroidPx.x, digits: 1)) px, y \(fixed(grain.centroidPx.y, digits: 1)) px in the field"
                + (grain.onBorder ? ", cut by its border" : ""))
        if let x = grain.slideXUm, let y = grain.slideYUm {
            facts.append("", "x \(fixed(x, digits: 1)) um, y \(fixed(y, digits: 1)) um on the slide")
        }
        let area = grain.areaUm2.map { "\(fixed($0, digits: 1)) um2" } ?? "\(fixed(grain.areaPx, digits: 0)) px"
        facts.append("area", area)
        facts.append("diameter", grain.equivalentDiameterUm.map { "\(fixed($0, digits: 1)) um" })
        if let major = grain.ellipseMajorUm, let minor = grain.ellipseMinorUm {
            let angle = grain.ellipseAngleDeg.map { " at \(fixed($0, digits: 0)) degrees" } ?? ""
            facts.append("ellipse", "\(fixed(major, digits: 1)) x \(fixed(minor, digits: 1)) um\(angle)")
        }
        facts.append("circularity", grain.circularity.map { fixed($0, digits: 2) })
        facts.append("focus", grain.focus.map { significant($0) })
        let reviews = grain.reviews ?? []
        return facts.rendered() + (reviews.isEmpty ? "" : "\n" + history(reviews))
    }

    package static func reviews(_ reviews: [ReviewReport]) -> String {
        reviews.isEmpty ? "No reviews yet; begin with neurallens review next --slide NAME\n" : history(reviews)
    }

    /// What a review did, one line a grain.
    package static func review(_ result: ReviewResult) -> String {
        result.grains.map { grain in
            "grain \(grain.id)  \(visible(grain.species))  \(visible(status(grain)))\n"
        }.joined()
    }

    static func status(_ grain: GrainReport) -> String {
        switch grain.status {
        case .rejected: grain.reason.map { "rejected: \($0)" } ?? "rejected"
        case .double: grain.doubleOf.map { "double of \($0)" } ?? "double"
        default: grain.status.rawValue
        }
    }

    private static func history(_ reviews: [ReviewReport]) -> String {
        var table = Table(
            .number("review"), .text("time (UTC)"), .text("action"), .elastic("grains"), .elastic("says"),
            .elastic("who"))
        for review in reviews {
            let grains =
                review.grains.map(String.init).joined(separator: " ")
                + (review.made.isEmpty ? "" : " -> " + review.made.map(String.init).joined(separator: " "))
            let taken = review.undoes.map { "takes back \($0)" } ?? review.undoneBy.map { "taken back by \($0)" }
            let says = [review.species, review.reason, taken, review.note].compactMap { $0 }.joined(separator: "; ")
            table.append(
                "\(review.id)", time(review.at), review.action.rawValue, grains, says,
                review.reviewer ?? String(review.by.prefix { $0 != " " }))
        }
        return table.rendered()
    }

    /// Groups of unidentified grains, the largest first.
    package static func grainGroups(_ groups: GrainGroups) -> String {
        guard !groups.groups.isEmpty else { return "Slide \"\(visible(groups.slide))\" has no unidentified grain\n" }
        var table = Table(
            .number("group"), .number("grains"), .number("diameter (um)"), .text("from to"), .number("circularity"),
            .elastic("the most typical"))
        for group in groups.groups {
            table.append(
                "\(group.number)", "\(group.grains.count)", group.diameterUm.map { fixed($0, digits: 1) } ?? "-",
                group.smallestUm.flatMap { low in
                    group.largestUm.map { "\(fixed(low, digits: 1)) to \(fixed($0, digits: 1))" }
                } ?? "", group.circularity.map { fixed($0, digits: 2) } ?? "-",
                group.grains.prefix(8).map { "\($0)" }.joined(separator: " "))
        }
        return table.rendered() + "\n\(groups.grains) grains in \(groups.groups.count) groups, at a threshold of "
            + "\(fixed(groups.threshold, digits: 2)): \(visible(groups.method))\n"
            + groups.remarks.map { visible($0) + "\n" }.joined()
    }
}
