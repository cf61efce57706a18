import Foundation

/// `index.html` of a run: curves of the losses, the newest sample pictures; loads itself again while the run lasts.
struct RunPage {
    let title: String
    /// "running", "finished", ...
    let status: String
    let isRunning: Bool
    /// Name and value, in order.
    let facts: [(String, String)]
    let rows: [LossHistory.Row]
    /// Mean result loss over validation fields, by step.
    let validation: [(step: Int, loss: Double)]
    /// Paths relative to the page, newest first, and what they show.
    let pictures: [(path: String, caption: String)]

    var html: String {
        let refresh = isRunning ? "<meta http-equiv=\"refresh\" content=\"20\">" : ""
        let table = facts.map { "<tr><th>\(Self.escaped($0.0))</th><td>\(Self.escaped($0.1))</td></tr>" }.joined()
        func curve(_ name: String, _ colour: String, _ value: (LossHistory.Row) -> Double) -> LossCurve.Line {
            LossCurve.Line(name: name, colour: colour, points: rows.map { (Double($0.step), value($0)) })
        }
        let result = LossCurve(
            title: "Distance from the target",
            lines: [
                curve("training", "#2468b2") { $0.losses.result },
                .init(
                    name: "validation", colour: "#c0392b",
                    points: validation.map { (Double($0.step), $0.loss) }, isSmoothed: false),
            ])
        let adversarial = LossCurve(
            title: "Generator against discriminator",
            lines: [
                curve("generated taken for real", "#2468b2") { $0.losses.adversarial },
                curve("discriminator", "#c07f1a") { $0.losses.discriminator },
            ])
        let isAdversarial = rows.contains { $0.losses.adversarial != 0 }
        let figures = pictures.map {
            "<figure><img src=\"\($0.path)\" alt=\"\(Self.escaped($0.caption))\">"
                + "<figcaption>\(Self.escaped($0.caption))</figcaption></figure>"
        }.joined(separator: "\n")
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">\(refresh)<title>\(Self.escaped(title))</title><style>
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 1100px; margin: 2em auto; padding: 0 1em }
            body { color: #222 }
            th { text-align: left; padding-right: 1.5em; font-weight: 500 } figure { margin: 1.5em 0 }
            img { max-width: 100%; background: #000 } figcaption { color: #666 } svg { width: 100%; height: auto }
            </style></head><body>
            <h1>\(Self.escaped(title))</h1><p>\(Self.escaped(status))</p><table>\(table)</table>
            \(result.svg)\(isAdversarial ? adversarial.svg : "")
            <p>Pictures: input, generated, target; lower and upper bound where there are any. What is generated is synthesised, not observed.</p>
            \(figures)
            </body></html>

            """
    }

    static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: "\"", with: "&quot;")
    }
}
