package import ControlAPI

extension Presentation {
    package static func lenses(_ lenses: [LensDescription]) -> String {
        guard !lenses.isEmpty else {
            return "No lens yet; neurallens lens import FILE brings one, neurallens lens teach NAME makes one\n"
        }
        var table = Table(
            .elastic("lens"), .text("digest"), .elastic("species"), .number("nm"), .number("size"), .text("came"),
            .number("counted"), .elastic("in force"))
        for lens in lenses {
            table.append(
                lens.name, lens.mark, lens.species.map(\.key).joined(separator: ", "), significant(lens.nmPerPixel),
                size(lens.bytes), origin(of: lens), "\(lens.captures)", place(of: lens))
        }
        return table.rendered()
    }

    /// All that is known of a lens, with its card.
    package static func lens(_ details: LensDetails) -> String {
        let lens = details.lens
        var facts = Facts()
        facts.append("lens", lens.name + (lens.title.isEmpty || lens.title == lens.name ? "" : ", \(lens.title)"))
        facts.append("digest", lens.digest)
        facts.append("species", lens.species.map { "\($0.name) (\($0.key))" }.joined(separator: ", "))
        facts.append("scale", scale(lens.nmPerPixel))
        facts.append("size", "\(size(lens.bytes)), \(plural(lens.files.count, "file"))")
        facts.append("came", sentence(ofOrigin: lens))
        if !lens.missing.isEmpty { facts.append("lacks", lens.missing.joined(separator: ", ")) }
        if let problem = lens.problem { facts.append("cannot count", "\(problem.detail); \(problem.hint)") }
        facts.append("in force", place(of: lens))
        facts.append("counted", plural(lens.captures, "capture"))
        for activation in details.activations.prefix(10) { facts.append("activated", sentence(activation)) }
        return facts.rendered() + "\n"
            + details.card.split(separator: "\n", omittingEmptySubsequences: false).map { visible(String($0)) }
            .joined(separator: "\n") + "\n"
    }

    package static func activations(_ activations: [LensActivation]) -> String {
        guard !activations.isEmpty else { return "No lens was activated yet: the configured one counts\n" }
        var table = Table(.text("at (UTC)"), .elastic("lens"), .text("digest"), .elastic("for"), .elastic("by"))
        for each in activations {
            table.append(
                time(each.at), (each.lens ?? "(default)") + (each.isReturn ? ", gone back to" : ""),
                each.lensDigest.map { String($0.prefix(12)) } ?? "-", each.slide ?? "all slides", each.by)
        }
        return table.rendered()
    }

    package static func activated(_ result: LensActivationResult) -> String {
        let slide = result.activation.slide
        let mark = String(result.lensDigest.prefix(12))
        var text =
            "The lens \(visible(result.lens)) (\(mark)) counts the fields of "
            + (slide.map { "the slide \(visible($0))" } ?? "all slides that have none of their own") + " from now on\n"
        guard !result.slides.isEmpty else { return text }
        text += "What other lenses counted stays as it is. To look at it again:\n"
        for other in result.slides {
            text +=
                "  neurallens reanalyse --slide \(quoted(other.slide)) --lens \(mark)\n"
                + "    \(plural(other.fields, "field")) counted by \(other.lenses.map(visible).joined(separator: ", "))\n"
        }
        let more = result.slidesInAll - result.slides.count
        if more > 0 { text += "and \(plural(more, "older slide"))\n" }
        return text
    }

    package static func imported(_ lens: LensDescription) -> String {
        "Lens \(visible(lens.name)) (\(lens.mark)) imported, \(size(lens.bytes)); "
            + "neurallens lens activate \(lens.mark) lets it count\n"
    }

    package static func deleted(_ lens: LensDescription) -> String {
        "Lens \(visible(lens.name)) (\(lens.mark)) deleted; what it counted stays\n"
    }

    private static func origin(of lens: LensDescription) -> String {
        switch lens.origin {
        case .configured: "configured"
        case .brought: "brought"
        case .taught: "taught"
        }
    }

    private static func sentence(ofOrigin lens: LensDescription) -> String {
        let who = [lens.by.map { "by \($0)" }, lens.at.map { "\(time($0)) UTC" }].compactMap { $0 }.joined(
            separator: ", ")
        return switch lens.origin {
        case .configured: "named by the daemon's configuration"
        case .brought: "brought \(who)"
        case .taught: "taught here \(who), teaching \(lens.teaching ?? "-")"
        }
    }

    private static func place(of lens: LensDescription) -> String {
        if lens.problem != nil { return "cannot count" }
        if !lens.missing.isEmpty { return "incomplete" }
        let places = (lens.isInForce ? ["all slides"] : []) + lens.slides
        return places.isEmpty ? "-" : places.joined(separator: ", ")
    }

    private static func sentence(_ activation: LensActivation) -> String {
        "\(time(activation.at)) UTC for \(activation.slide ?? "all slides") by \(activation.by)"
            + (activation.isReturn ? ", gone back to" : "")
    }
}
