import Tabular

extension SlideReport {
    /// A line for each species, with the slide's doubts at its end: no line is to be read without them.
    package var countsCSV: [UInt8] {
        let doubts = doubts.joined(separator: "; ")
        return Self.csv(.counts(of: self) + [Column("doubts") { _ in Cell(doubts) }], counts)
    }

    /// A line for each capture.
    package var capturesCSV: [UInt8] { Self.csv(.captures(of: self), fields) }

    /// A line for each grain, counted or not.
    package var grainsCSV: [UInt8] { Self.csv(.grains(of: self), grains) }

    private static func csv<Row>(_ columns: [Column<Row>], _ rows: [Row]) -> [UInt8] {
        var csv = CSV(columns.map(\.name))
        for row in rows { csv.append(columns.map { $0.cell(row) }) }
        return Array(csv.text.utf8)
    }
}
