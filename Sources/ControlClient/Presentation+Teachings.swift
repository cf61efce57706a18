package import ControlAPI

extension Presentation {
    package static func teachings(_ jobs: [TeachingJob]) -> String {
        guard !jobs.isEmpty else {
            return "No lens was taught yet; neurallens lens teach NAME --slide SLIDE begins\n"
        }
        var table = Table(
            .number("teaching"), .elastic("lens"), .text("state"), .text("steps"), .text("left"), .text("F1"),
            .elastic("slides"))
        for job in jobs {
            table.append(
                job.id, job.name, job.state.rawValue, steps(of: job), job.secondsLeft.map(elapsed) ?? "-",
                fixed(job.result?.taught.species.last?.f1?.value, digits: 3),
                job.slides.map { $0.slide + ($0.isHeldOut ? " (held out)" : "") }.joined(separator: ", "))
        }
        return table.rendered()
    }

    /// All that is known of a teaching, its figures too.
    package static func teaching(_ job: TeachingJob) -> String {
        var facts = Facts()
        facts.append("teaching", "\(job.id), lens \(job.name)")
        facts.append("state", job.state.rawValue + (job.message == job.state.rawValue ? "" : ": \(job.message)"))
        if let problem = job.problem { facts.append("what to do", problem.hint) }
        for isHeldOut in [false, true] {
            let slides = job.slides.filter { $0.isHeldOut == isHeldOut }
            facts.append(
                isHeldOut ? "held out" : "taught from",
                slides.map { "\($0.slide) (\(plural($0.fields, "field")))" }.joined(separator: ", "))
        }
        for species in job.species {
            facts.append(
                "grains",
                "\(species.species): \(species.grainsTaught) to learn from, \(species.grainsHeldOut) held out")
        }
        facts.append("starts from", job.start)
        facts.append("steps", steps(of: job))
        facts.append("loss", loss(of: job))
        facts.append("left", job.secondsLeft.map(elapsed))
        for remark in job.remarks { facts.append("remark", remark) }
        facts.append("begun", "\(time(job.begunAt)) UTC by \(job.by)")
        return facts.rendered() + (job.result.map { "\n" + result($0) } ?? "") + use(of: job)
    }

    package static func begun(_ job: TeachingJob) -> String {
        let id = visible(job.id)
        return "Teaching \(id) begun: \(plural(job.slides.reduce(0) { $0 + $1.fields }, "field")); "
            + "neurallens lens teach stop \(id) stops it\n"
    }

    package static func stopped(_ job: TeachingJob) -> String {
        "Teaching \(visible(job.id)) \(job.state.rawValue) after \(plural(job.done, "step"))"
            + (job.state == .stopped ? "; neurallens lens teach resume \(visible(job.id)) goes on" : "") + "\n"
    }

    package static func deleted(_ job: TeachingJob) -> String {
        "Teaching \(visible(job.id)) deleted; the lens \(visible(job.name)) stays\n"
    }

    /// The job's state in at most 79 columns, to be drawn over on a terminal.
    package static func progressBar(_ job: TeachingJob) -> String {
        let left = job.secondsLeft.map { ", \(elapsed($0)) left" } ?? ""
        let loss = job.loss.map { ", loss \(fixed($0, digits: 3))" } ?? ""
        return progressBar(
            fraction: job.steps.map { Double(job.done) / Double(max($0, 1)) } ?? 0,
            message: job.state == .training ? "step \(steps(of: job))\(left)\(loss)" : job.message)
    }

    private static func steps(of job: TeachingJob) -> String { "\(job.done)" + (job.steps.map { " of \($0)" } ?? "") }

    /// From the first tenth of the curve to the last.
    private static func loss(of job: TeachingJob) -> String? {
        guard let first = job.curve.first, let last = job.curve.last, first != last else {
            return job.loss.map { fixed($0, digits: 4) }
        }
        return
            "\(fixed(first.loss, digits: 4)) at step \(first.step), \(fixed(last.loss, digits: 4)) at step \(last.step)"
    }

    private static func result(_ result: TeachingResult) -> String {
        var text = figures(result.taught, "What was held out, lens \(result.taught.lens)")
        if let before = result.before {
            text += "\n" + figures(before, "The same fields, lens in force (\(before.lens))")
        } else if let missing = result.beforeMissing {
            text +=
                "\n" + wrapped(visible(missing).split(separator: " ").map(String.init), gap: 1, first: "", indent: 0)
        }
        if let curve = result.learningCurve { text += "\n" + learningCurve(curve) }
        return text
    }

    /// F1 by the number of fields, and whether more would help.
    private static func learningCurve(_ curve: [TeachingResult.Part]) -> String {
        guard let all = curve.last else { return "" }
        func f1(_ part: TeachingResult.Part, _ key: String) -> Double? {
            part.species.first { $0.key == key }?.f1?.value
        }
        var table = Table([.number("fields")] + all.species.map { .number("F1 \($0.species)") })
        for part in curve {
            table.append(["\(part.fields)"] + all.species.map { fixed(f1(part, $0.key), digits: 2) })
        }
        var text = "Taught from fewer fields, as long:\n\n" + table.rendered()
        /// Mean over the species.
        func macro(_ part: TeachingResult.Part) -> Double {
            let own = part.species.filter { $0.key != "any" }
            return own.map { $0.f1?.value ?? 0 }.reduce(0, +) / Double(max(own.count, 1))
        }
        if curve.count > 1 {
            let gain = macro(all) - macro(curve[curve.count - 2])
            text +=
                "Twice the fields gave \(gain < 0 ? "" : "+")\(fixed(gain, digits: 2)) F1: "
                + (gain >= 0.02
                    ? "more labels are likely to help.\n" : "more labels of such slides would help little.\n")
        }
        return text
    }

    private static func figures(_ figures: TeachingResult.Figures, _ title: String) -> String {
        func share(_ share: TeachingResult.Share?) -> String {
            share.map {
                "\(fixed($0.value, digits: 2)) (\(fixed($0.low, digits: 2))-\(fixed($0.high, digits: 2)))"
            } ?? "-"
        }
        var table = Table(
            .elastic("species"), .number("true"), .number("counted"), .text("precision"), .text("recall"), .text("F1"))
        for score in figures.species {
            table.append(
                score.species, "\(score.actual)", "\(score.counted)", share(score.precision), share(score.recall),
                share(score.f1))
        }
        var text = "\(visible(title)), 95 % intervals:\n\n" + table.rendered()
        let wrong = figures.confusion.filter { $0.actual != $0.counted }
        if !wrong.isEmpty {
            let items = wrong.map { "\(visible($0.actual)) as \(visible($0.counted)) \($0.objects)" }
            text += wrapped(
                ["confused:"] + items.enumerated().map { $1 + ($0 < items.count - 1 ? "," : "") },
                gap: 1, first: "", indent: 2)
        }
        if let error = figures.calibrationError {
            text += "its confidence is off by \(fixed(error, digits: 3)) on average\n"
        }
        return text
    }

    /// What makes the lens count: nothing does by itself.
    private static func use(of job: TeachingJob) -> String {
        guard let mark = job.lensDigest?.prefix(12), let slide = job.slides.first else { return "" }
        return """

            To see what it would change on a slide:
              neurallens reanalyse --slide \(quoted(slide.slide)) --lens \(mark)
            To count with it from now on, on all slides or with --slide on one:
              neurallens lens activate \(mark)

            """
    }
}
