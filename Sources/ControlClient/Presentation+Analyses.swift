package import ControlAPI

extension Presentation {
    package static func runs(_ runs: [RunReport]) -> String {
        guard !runs.isEmpty else { return "No runs yet; the first capture that is counted begins one\n" }
        var facts = Facts()
        for run in runs {
            let force = run.isInForce ? ", in force" : ""
            let share = run.capturesDone == run.capturesTotal ? "" : "\(run.capturesDone) of "
            facts.append("run \(run.id)", "\(run.lens) (\(run.lensDigest.prefix(8)))\(force)")
            facts.append("", sentence(run.settings))
            facts.append("", "\(share)\(plural(run.capturesTotal, "capture")), begun \(time(run.startedAt)) UTC")
            facts.append("", countItems(run.counts, unidentified: run.unidentified).joined(separator: ", "))
        }
        return facts.rendered()
    }

    package static func difference(_ difference: RunDifference) -> String {
        var facts = Facts()
        facts.append("first", sentence(difference.first))
        facts.append("second", sentence(difference.second))
        var table = Table(
            .elastic("species"), .number("first"), .number("second"), .number("in both"), .number("only first"),
            .number("only second"), .number("relabelled"))
        for species in difference.species {
            table.append(
                species.species, "\(species.first)", "\(species.second)", "\(species.matched)",
                "\(species.onlyInFirst)", "\(species.onlyInSecond)", "\(species.relabelled)")
        }
        return facts.rendered() + "\n" + table.rendered()
    }

    /// What a reanalysis brought and how to make it count.
    package static func reanalysis(_ job: ReanalysisJob) -> String {
        let run = job.run.map { "run \($0)" } ?? "no run"
        let heading = "Slide \"\(visible(job.slide))\": \(plural(job.done, "capture")) in \(run)\n"
        let switching = job.run.map {
            "\nTo let run \($0) count: neurallens slide set \(quoted(job.slide)) --run \($0)\n"
        }
        var reviews = job.reviewsCarried > 0 ? "\n\(plural(job.reviewsCarried, "review")) hold in it too\n" : ""
        if !job.reviewsLeft.isEmpty {
            var table = Table(.number("review"), .text("action"), .number("capture"), .text("grains"), .elastic("why"))
            for left in job.reviewsLeft {
                table.append(
                    "\(left.review.id)", left.review.action.rawValue, "\(left.capture)",
                    left.review.grains.map(String.init).joined(separator: " "), left.reason)
            }
            reviews += "\n\(plural(job.reviewsLeft.count, "review")) could not be carried over:\n\n" + table.rendered()
        }
        return heading + (job.difference.map { "\n" + difference($0) } ?? "") + reviews + (switching ?? "")
    }

    package static func queued(_ job: ReanalysisJob) -> String {
        let id = visible(job.id)
        return "Job \(id) queued: \(plural(job.total, "capture")) of slide \"\(visible(job.slide))\"; "
            + "neurallens reanalyse stop \(id) stops it\n"
    }

    package static func stopped(_ job: ReanalysisJob) -> String {
        let resumption =
            job.run.map { "; neurallens reanalyse --slide \(quoted(job.slide)) --resume \($0) goes on" } ?? ""
        return
            "Job \(visible(job.id)) \(job.state.rawValue): \(job.done) of \(plural(job.total, "capture"))\(resumption)\n"
    }

    /// The job's state in at most 79 columns, to be drawn over on a terminal.
    package static func progressBar(_ job: ReanalysisJob) -> String {
        let message = job.message.isEmpty ? job.state.rawValue : job.message
        return progressBar(
            fraction: job.total > 0 ? Double(job.done) / Double(job.total) : 0,
            message: "\(job.done) of \(job.total)  \(message)")
    }

    static func sentence(_ run: RunReference) -> String {
        "run \(run.id), lens \(run.lens) (\(run.lensDigest.prefix(8)))"
    }

    private static func sentence(_ settings: RunSettings) -> String {
        [
            settings.minimumConfidence.map { "confidence >= \(significant($0))" },
            settings.minimumAreaUm2.map { "area >= \(significant($0)) um2" },
            settings.border.map { "border \($0.rawValue)" },
        ].compactMap { $0 }.joined(separator: ", ")
    }
}
