/// Rows under headers, two spaces between columns, no spaces at the ends of lines, and at most 80 columns wide as far
/// as elastic columns can give way.
struct Table {
    struct Column {
        let title: String
        let alignsRight: Bool
        /// Gives up width, down to 8 columns, when the table is too wide; cut texts end with an ellipsis.
        let isElastic: Bool

        static func text(_ title: String) -> Column { Column(title: title, alignsRight: false, isElastic: false) }

        static func elastic(_ title: String) -> Column { Column(title: title, alignsRight: false, isElastic: true) }

        static func number(_ title: String) -> Column { Column(title: title, alignsRight: true, isElastic: false) }
    }

    private static let gap = 2
    private static let elasticMinimum = 8

    private let header: [Column]
    private var rows: [[String]] = []

    init(_ header: Column...) { self.header = header }

    init(_ header: [Column]) { self.header = header }

    mutating func append(_ cells: String...) { append(cells) }

    mutating func append(_ cells: [String]) {
        precondition(cells.count == header.count, "a row has as many cells as the table has columns")
        rows.append(cells.map(visible))
    }

    /// Lines, each ended by a newline.
    func rendered() -> String {
        let widths = fittedWidths()
        return ([header.map(\.title)] + rows).map { line($0, widths) + "\n" }.joined()
    }

    private func fittedWidths() -> [Int] {
        var widths = header.indices.map { index in
            rows.reduce(columns(header[index].title)) { max($0, columns($1[index])) }
        }
        var excess = widths.reduce(0, +) + Self.gap * (widths.count - 1) - lineWidth
        while excess > 0 {
            let elastic = header.indices.filter { header[$0].isElastic && widths[$0] > Self.elasticMinimum }
            guard let widest = elastic.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let text = shortened(cell, to: widths[index])
            let padding = String(repeating: " ", count: widths[index] - columns(text))
            line += header[index].alignsRight ? padding + text : text + padding
            line += String(repeating: " ", count: Self.gap)
        }
        return String(line.reversed().drop { $0 == " " }.reversed())
    }
}
