internal import ControlAPI
internal import Sampling
internal import Tabular

/// The daily values of a taxon in a year as SVG: bars with 95 % intervals, the cumulative sum, the main season behind them, and
/// days without a value hatched out. Only attributes, no style: it takes the ink of the page that it stands in.
struct SeasonPlot {
    /// In CSS pixels.
    enum Size {
        static let width = 760.0
        static let height = 170.0
        static let left = 58.0
        static let right = 42.0
        static let top = 26.0
        static let bottom = 24.0
        /// Of a bar, below which its interval is left out.
        static let barWithInterval = 3.0
        static let widestBar = 36.0
    }

    let taxon: SeasonReport.Taxon
    let season: SeasonReport.Season
    let year: SeasonReport.Year
    /// Of the year.
    let days: [SeasonReport.Day]
    /// Days after the year's first day: the same for all years, so that their plots stand under one another.
    let span: ClosedRange<Int>
    /// Highest value of the scale in grains per m³, more than 0.
    let highest: Double
    let colour: String

    private var step: Double { (Size.width - Size.left - Size.right) / Double(span.count) }
    private var base: Double { Size.height - Size.bottom }
    private var scale: Double { (base - Size.top) / highest }

    /// - Parameter top: of it in the picture that it stands in.
    func svg(top: Double = 0) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" class="season-plot" y="\(text(top))" \
        viewBox="0 0 \(text(Size.width)) \(text(Size.height))" width="\(text(Size.width))" height="\(text(Size.height))" \
        role="img" aria-label="\(Markup.escaped(label))" font-size="11" fill="currentColor">
        \((mainSeason + gaps + grid + bars + cumulative + titles).joined(separator: "\n"))
        </svg>
        """
    }

    private var label: String {
        let peak = season.peakDate.map { ", the highest value on \($0)" } ?? ""
        return "\(taxon.species) \(season.year): daily values in grains per m³\(peak)"
    }

    private func index(_ date: String) -> Int? { Self.days(from: year.begins, to: date) }

    private func x(_ index: Int) -> Double { Size.left + Double(index - span.lowerBound) * step }

    private var mainSeason: [String] {
        guard let first = season.begins.flatMap(index), let last = season.ends.flatMap(index) else { return [] }
        return [
            "<rect x=\"\(text(x(first)))\" y=\"\(text(Size.top))\" width=\"\(text(Double(last - first + 1) * step))\" "
                + "height=\"\(text(base - Size.top))\" fill=\"\(colour)\" fill-opacity=\"0.1\"/>"
        ]
    }

    /// A cross through each day that nobody has a value of.
    private var gaps: [String] {
        year.missingDates.compactMap(index).map { index in
            let (left, right, top) = (text(x(index)), text(x(index) + step), text(base - 8))
            return "<path d=\"M\(left) \(text(base))L\(right) \(top)M\(left) \(top)L\(right) \(text(base))\" "
                + "stroke=\"currentColor\" stroke-opacity=\"0.45\"/>"
        }
    }

    private var bars: [String] {
        let width = min(max(0.5, step * 0.8), Size.widestBar)
        return days.flatMap { day -> [String] in
            guard day.missing == nil, let index = index(day.date),
                let value = day.values.first(where: { $0.key == taxon.key }), value.perM3 > 0
            else { return [] }
            let left = x(index) + (step - width) / 2, height = value.perM3 * scale
            let bar =
                "<rect x=\"\(text(left))\" y=\"\(text(base - height))\" width=\"\(text(width))\" height=\"\(text(height))\" "
                + "fill=\"\(colour)\"><title>\(day.date): \(Figure.significant(value.perM3)) "
                + "(\(Figure.significant(value.lowPerM3)) to \(Figure.significant(value.highPerM3)))</title></rect>"
            guard width >= Size.barWithInterval else { return [bar] }
            let middle = text(left + width / 2)
            return [
                bar,
                "<path d=\"M\(middle) \(text(base - value.lowPerM3 * scale))V\(text(base - min(value.highPerM3, highest) * scale))\" "
                    + "stroke=\"currentColor\"/>",
            ]
        }
    }

    private var cumulative: [String] {
        guard season.integral > 0 else { return [] }
        var sum = 0.0, points: [String] = []
        for day in days where day.missing == nil {
            guard let index = index(day.date) else { continue }
            sum += day.values.first { $0.key == taxon.key }?.perM3 ?? 0
            points.append("\(text(x(index) + step)) \(text(base - sum / season.integral * (base - Size.top)))")
        }
        return [
            "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" stroke=\"currentColor\" "
                + "stroke-opacity=\"0.6\" stroke-dasharray=\"4 3\"/>"
        ]
    }

    private var grid: [String] {
        let right = Size.width - Size.right
        var marks = [0, highest / 2, highest].flatMap { value in
            let y = base - value * scale
            return [
                "<path d=\"M\(text(Size.left)) \(text(y))H\(text(right))\" stroke=\"currentColor\" stroke-opacity=\"0.25\"/>",
                "<text x=\"\(text(Size.left - 6))\" y=\"\(text(y + 4))\" text-anchor=\"end\">\(Figure.significant(value))</text>",
            ]
        }
        marks += [("0 %", base), ("100 %", Size.top)].map { words, y in
            "<text x=\"\(text(right + 5))\" y=\"\(text(y + 4))\" fill-opacity=\"0.7\">\(words)</text>"
        }
        marks += self.marks.map { index, words in
            "<path d=\"M\(text(x(index))) \(text(base))v5\" stroke=\"currentColor\"/>"
                + "<text x=\"\(text(x(index) + 2))\" y=\"\(text(base + 16))\">\(words)</text>"
        }
        return marks
    }

    private var titles: [String] {
        [
            "<text x=\"\(text(Size.left))\" y=\"14\" font-size=\"13\"><tspan font-style=\"italic\">"
                + "\(Markup.escaped(taxon.species))</tspan> \(Markup.escaped(season.year))</text>",
            "<text x=\"\(text(Size.width - Size.right))\" y=\"14\" text-anchor=\"end\" fill-opacity=\"0.7\">"
                + "grains per m³ of air a day; dashed: share of the year's sum</text>",
        ]
    }

    private func text(_ value: Double) -> String { Figure.fixed(value, digits: 1) }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Days from one to another.
    static func days(from first: String, to last: String) -> Int? {
        guard let first = CalendarDay(first), let last = CalendarDay(last) else { return nil }
        return last.daysSinceEpoch - first.daysSinceEpoch
    }

    /// The first of each month; of a span of less than two months each seventh day, of two weeks each.
    private var marks: [(index: Int, words: String)] {
        guard let first = CalendarDay(year.begins) else { return [] }
        let isShort = span.count < 60, step = span.count <= 14 ? 1 : 7
        return span.compactMap { index in
            let day = CalendarDay(sinceEpoch: first.daysSinceEpoch + index)
            guard isShort ? (index - span.lowerBound).isMultiple(of: step) : day.day == 1 else { return nil }
            let month = Self.months[day.month - 1]
            return (index, isShort ? "\(day.day) \(month)" : month)
        }
    }
}
