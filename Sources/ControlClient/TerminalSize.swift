/// Of a terminal, and of its character cells.
package struct TerminalSize: Sendable, Equatable {
    package var columns: Int
    package var rows: Int
    /// Of a cell.
    package var cellWidthPx: Int
    package var cellHeightPx: Int

    /// Cells of unknown size are taken to be twice as high as wide, as nearly all are.
    package init(columns: Int, rows: Int, cellWidthPx: Int = 10, cellHeightPx: Int = 20) {
        self.columns = columns
        self.rows = rows
        self.cellWidthPx = max(1, cellWidthPx)
        self.cellHeightPx = max(1, cellHeightPx)
    }
}
