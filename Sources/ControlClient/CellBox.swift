/// A rectangle of character cells; columns and rows from 0.
package struct CellBox: Sendable, Equatable {
    package var column: Int
    package var row: Int
    package var columns: Int
    package var rows: Int

    package init(column: Int, row: Int, columns: Int, rows: Int) {
        self.column = column
        self.row = row
        self.columns = columns
        self.rows = rows
    }

    /// The largest box inside this one, in its middle, that shows a picture undistorted.
    package func fitted(width: Int, height: Int, size: TerminalSize) -> CellBox {
        let room = (width: columns * size.cellWidthPx, height: rows * size.cellHeightPx)
        let scale = min(Double(room.width) / Double(width), Double(room.height) / Double(height))
        func cells(_ pixels: Int, _ cell: Int, _ most: Int) -> Int {
            min(most, max(1, Int((Double(pixels) * scale / Double(cell)).rounded())))
        }
        let columns = cells(width, size.cellWidthPx, self.columns)
        let rows = cells(height, size.cellHeightPx, self.rows)
        return CellBox(
            column: column + (self.columns - columns) / 2, row: row + (self.rows - rows) / 2, columns: columns,
            rows: rows)
    }
}
