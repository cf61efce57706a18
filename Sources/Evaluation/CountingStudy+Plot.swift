internal import Foundation

extension CountingStudy {
    /// Count error and F1 of each species against the share of touching grains, as an SVG picture, of levels of one world.
    package var plot: String {
        let keys = overall.species.keys.sorted()
        let colours = ["#d0402b", "#2b62d0", "#2b9348", "#9b5de5", "#c77d00"]
        let largest = max(0.06, levels.map { abs($0.countError) }.max() ?? 0) * 1.15
        let lowest = min(0.9, (levels.flatMap { $0.species.values.map(\.f1) }.min() ?? 0.9) - 0.02)
        let errors = Panel(left: 70, low: -largest, high: largest, step: largest > 0.2 ? 0.1 : 0.03)
        let scores = Panel(left: 490, low: lowest, high: 1, step: lowest < 0.7 ? 0.1 : 0.02)
        var body = errors.frame("count error, %", levels) { String(format: "%+.0f", 100 * $0) }
        body += scores.frame("F1", levels) { String(format: "%.2f", $0) }
        // What is asked of the most crowded level.
        for limit in [-0.06, 0.06] { body += errors.rule(limit) }
        body += errors.line(levels.map { ($0.touchingShare, $0.countError) }, "#444")
        for (number, key) in keys.enumerated() {
            let colour = colours[number % colours.count]
            body += scores.line(levels.map { ($0.touchingShare, $0.species[key]?.f1 ?? 0) }, colour)
            body +=
                "<text x=\"510\" y=\"\(250 + 18 * number)\" fill=\"\(colour)\">\(key)</text>"
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 360" font-family="sans-serif" font-size="13">
            <rect width="860" height="360" fill="#fff"/>
            <text x="430" y="20" text-anchor="middle" font-size="15">\(lens): \(overall.fields) simulated fields, \
            \(overall.actual) grains</text>
            \(body)</svg>\n
            """
    }

    private struct Panel {
        let left: Double
        let low: Double
        let high: Double
        let step: Double
        private let top = 40.0
        private let width = 330.0
        private let height = 260.0

        init(left: Double, low: Double, high: Double, step: Double) {
            (self.left, self.low, self.high, self.step) = (left, low, high, step)
        }

        func x(_ share: Double, _ largest: Double) -> Double { left + width * share / max(largest, 0.01) }
        func y(_ value: Double) -> Double { top + height * (high - value) / (high - low) }

        func frame(_ title: String, _ levels: [Level], _ label: (Double) -> String) -> String {
            let largest = levels.map(\.touchingShare).max() ?? 0
            var text =
                "<rect x=\"\(left)\" y=\"\(top)\" width=\"\(width)\" height=\"\(height)\" fill=\"none\" stroke=\"#888\"/>"
            var value = (low / step).rounded(.up) * step
            while value <= high + 1e-9 {
                text +=
                    "<line x1=\"\(left)\" x2=\"\(left + width)\" y1=\"\(y(value))\" y2=\"\(y(value))\" stroke=\"#ddd\"/>"
                    + "<text x=\"\(left - 8)\" y=\"\(y(value) + 4)\" text-anchor=\"end\">\(label(value))</text>"
                value += step
            }
            for level in levels {
                text +=
                    "<text x=\"\(x(level.touchingShare, largest))\" y=\"\(top + height + 18)\" text-anchor=\"middle\">"
                    + "\(Int((100 * level.touchingShare).rounded())) %</text>"
            }
            return text
                + "<text x=\"\(left + width / 2)\" y=\"\(top + height + 40)\" text-anchor=\"middle\">grains laid against another</text>"
                + "<text x=\"\(left + 6)\" y=\"\(top + 16)\">\(title)</text>"
        }

        func rule(_ value: Double) -> String {
            "<line x1=\"\(left)\" x2=\"\(left + width)\" y1=\"\(y(value))\" y2=\"\(y(value))\" stroke=\"#b00\" "
                + "stroke-dasharray=\"4 4\"/>"
        }

        func line(_ points: [(Double, Double)], _ colour: String) -> String {
            let largest = points.map(\.0).max() ?? 0
            let places = points.map { (x($0.0, largest), y($0.1)) }
            return "<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\" points=\""
                + places.map { "\($0.0),\($0.1)" }.joined(separator: " ") + "\"/>"
                + places.map { "<circle cx=\"\($0.0)\" cy=\"\($0.1)\" r=\"4\" fill=\"\(colour)\"/>" }.joined()
        }
    }
}
