internal import Foundation
internal import Pairing

/// What is known of a lens that was taught, for people: `README.md` beside its `lens.json`.
package struct ModelCard: Sendable {
    package var name: String
    package var lesson: Lesson
    package var recipe: TrainingRecipe
    /// What it started from, in words.
    package var start: String
    /// Who taught it, and when.
    package var by: String
    package var at: String
    package var steps: Int?
    package var judgement: Judgement?
    package var before: Judgement?

    package init(
        name: String, lesson: Lesson, recipe: TrainingRecipe, start: String, by: String, at: String, steps: Int?,
        judgement: Judgement?, before: Judgement?
    ) {
        self.name = name
        self.lesson = lesson
        self.recipe = recipe
        self.start = start
        self.by = by
        self.at = at
        self.steps = steps
        self.judgement = judgement
        self.before = before
    }

    /// Markdown.
    package var text: String {
        let names = lesson.species.map(\.name).joined(separator: ", ")
        func slides(_ heldOut: Bool) -> String {
            var order: [String] = []
            for field in lesson.fields where field.isHeldOut == heldOut && !order.contains(field.slide) {
                order.append(field.slide)
            }
            return order.map { slide in
                let count = lesson.fields.count { $0.slide == slide && $0.isHeldOut == heldOut }
                return "\(Self.plain(slide)) (\(count) field\(count == 1 ? "" : "s"))"
            }.joined(separator: ", ")
        }
        var lines = [
            "# Model card: \(name)", "",
            "Counts \(names) by the labels of this instrument's own slides. It draws no picture.",
            "", "## How it was made", "",
            "- Taught by \(Self.plain(by)), \(at) UTC, with `neurallens lens teach`.",
            "- Starts from \(Self.plain(start)).",
            "- Taught from \(slides(false)).", "- Judged by \(slides(true)), which it was not taught from.",
            "- \(steps.map { "\($0) steps" } ?? "Steps") of \(recipe.batch) pictures of \(recipe.size) x \(recipe.size) pixels"
                + (recipe.make.binning > 1 ? ", means of \(recipe.make.binning) x \(recipe.make.binning)" : "")
                + ", \(recipe.make.nmPerPixel) nm a pixel of the lens, learning rate \(recipe.rate).",
            "", "| species | grains taught | grains held out |", "|---|---|---|",
        ]
        for grains in lesson.grains {
            let name = lesson.species.first { $0.key == grains.species }?.name ?? grains.species
            lines.append("| \(name) | \(grains.taught) | \(grains.heldOut) |")
        }
        lines += ["", "## What it is worth", ""]
        lines += lesson.remarks.map { Self.plain($0) + "\n" }
        if let judgement {
            lines += table("This lens", judgement)
            if let before { lines += [""] + table("The lens in force then, \(Self.plain(before.lens))", before) }
        } else {
            lines.append("It was not judged.")
        }
        lines += [
            "", "## Limits", "",
            "It knows the preparations, the light and the species of the slides named above, and nothing else: a slide that "
                + "looks otherwise, or a grain of another species, may be counted wrongly. Review its counts.", "",
        ]
        return lines.joined(separator: "\n")
    }

    private func table(_ title: String, _ judgement: Judgement) -> [String] {
        func text(_ share: Judgement.Share?) -> String {
            share.map { String(format: "%.3f (%.3f-%.3f)", $0.value, $0.low, $0.high) } ?? "-"
        }
        var lines = [
            "\(title), with 95 % intervals:", "", "| species | true | counted | precision | recall | F1 |",
            "|---|---|---|---|---|---|",
        ]
        for species in lesson.species {
            guard let score = judgement.species[species.key] else { continue }
            lines.append(
                "| \(species.name) | \(score.actual) | \(score.counted) | \(text(score.precision)) | \(text(score.recall)) "
                    + "| \(text(score.f1)) |")
        }
        return lines
    }

    /// Names that people give must not become marks of Markdown.
    package static func plain(_ text: String) -> String {
        text.map { "\\`*_[]<>|#".contains($0) ? "\\\($0)" : "\($0)" }.joined().replacingOccurrences(of: "\n", with: " ")
    }
}
