import Foundation

/// A diagram of losses over steps, as SVG.
struct LossCurve {
    struct Line {
        let name: String
        let colour: String
        let points: [(x: Double, y: Double)]
        /// Whether points are averaged to one every few pixels.
        var isSmoothed = true

        var shown: [(x: Double, y: Double)] {
            let size = isSmoothed ? max(1, points.count / 300) : 1
            return stride(from: 0, to: points.count, by: size).map { start in
                let part = points[start..<min(start + size, points.count)]
                let count = Double(part.count)
                return (part.reduce(0) { $0 + $1.x } / count, part.reduce(0) { $0 + $1.y } / count)
            }
        }
    }

    let title: String
    let lines: [Line]

    var svg: String {
        let (width, height, left, bottom, top) = (1000.0, 300.0, 60.0, 30.0, 30.0)
        let shown = lines.map(\.shown)
        let all = shown.flatMap(\.self)
        guard let lastStep = all.map(\.x).max(), let highest = all.map(\.y).max(), highest > 0 else { return "" }
        let steps = max(lastStep, 1)
        func place(_ point: (x: Double, y: Double)) -> String {
            let x = left + (width - left - 10) * point.x / steps
            let y = height - bottom - (height - bottom - top) * max(0, point.y) / highest
            return String(format: "%.1f,%.1f", x, y)
        }
        var parts = ["<text x=\"\(left)\" y=\"16\" font-weight=\"600\">\(title)</text>"]
        for tick in 0...4 {
            let value = highest * Double(tick) / 4
            let y = height - bottom - (height - bottom - top) * Double(tick) / 4
            parts.append(
                "<line x1=\"\(left)\" x2=\"\(width - 10)\" y1=\"\(y)\" y2=\"\(y)\" stroke=\"#ddd\"/>"
                    + "<text x=\"\(left - 6)\" y=\"\(y + 4)\" text-anchor=\"end\">"
                    + "\(String(format: "%.3g", value))</text>")
            let step = Int(steps * Double(tick) / 4)
            let x = left + (width - left - 10) * Double(tick) / 4
            let anchor = tick == 4 ? "end" : "middle"
            parts.append("<text x=\"\(x)\" y=\"\(height - 10)\" text-anchor=\"\(anchor)\">\(step)</text>")
        }
        for (index, (line, points)) in zip(lines, shown).enumerated() where !points.isEmpty {
            parts.append(
                "<polyline fill=\"none\" stroke=\"\(line.colour)\" stroke-width=\"1.5\" points=\""
                    + points.map(place).joined(separator: " ") + "\"/>"
                    + "<text x=\"\(width - 10)\" y=\"\(16 + 16 * Double(index))\" text-anchor=\"end\" "
                    + "fill=\"\(line.colour)\">\(line.name)</text>")
        }
        return
            "<svg viewBox=\"0 0 \(Int(width)) \(Int(height))\" font-size=\"12\" xmlns=\"http://www.w3.org/2000/svg\">"
            + parts.joined() + "</svg>"
    }
}
