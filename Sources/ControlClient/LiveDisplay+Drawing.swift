import ControlAPI

extension LiveDisplay {
    /// What changed since the last drawing, as one write: a terminal that knows synchronised updates shows it at once.
    func draw() {
        let layout = screen.layout(size, hasPicture: graphics != .none)
        if layout != drawnLayout || isStale {
            drawnLayout = layout
            drawnRows = [:]
            drawnPictureBox = nil
            isPictureStale = true
            isStale = false
            terminal.write(removal() + ControlSequence.plain + ControlSequence.clearScreen)
        }
        var text = ""
        text += row(0, CellBox(column: 0, row: 0, columns: size.columns, rows: 1), screen.title)
        let lines = screen.lines
        for index in 0..<layout.text.rows {
            text += row(layout.text.row + index, layout.text, index < lines.count ? lines[index] : LiveScreen.Line(""))
        }
        if size.rows > 1 {
            let last = CellBox(column: 0, row: size.rows - 1, columns: size.columns, rows: 1)
            text += row(size.rows - 1, last, screen.keys)
        }
        if let box = layout.picture, isPictureStale {
            isPictureStale = false
            text += drawing(in: box)
        }
        if !text.isEmpty { terminal.write(ControlSequence.beginUpdate + text + ControlSequence.endUpdate) }
    }

    private func drawing(in box: CellBox) -> String {
        if let problem = screen.pictureProblem ?? (picture == nil ? "waiting for a picture" : nil) {
            return removal() + blank(box)
                + ControlSequence.move(toColumn: box.column + 1, row: box.row + box.rows / 2)
                + shortened(visible(problem), to: max(1, box.columns - 2))
        }
        guard let picture else { return "" }
        let fitted = box.fitted(width: picture.width, height: picture.height, size: size)
        var text = ""
        if fitted != drawnPictureBox {
            text += removal() + blank(box)
            drawnPictureBox = fitted
        }
        switch graphics {
        case .kitty:
            // The new picture is there before the old one goes.
            let old = kittyID
            kittyID = old == 1 ? 2 : 1
            text += KittyPicture.encoded(picture, in: fitted, id: kittyID)
            if old > 0 { text += KittyPicture.removal(id: old) }
        case .sixel: text += SixelPicture.encoded(picture, in: fitted, size: size)
        case .blocks: text += BlockPicture.encoded(picture, in: fitted)
        case .none: break
        }
        return text + label(fitted)
    }

    /// Written on the picture itself, so that a copy of the screen says what it is.
    private func label(_ box: CellBox) -> String {
        let name = " \(LiveScreen.name(screen.view)) "
        let mark = screen.isSynthesised ? " SYNTHESISED " : ""
        guard name.count + mark.count <= box.columns || screen.isSynthesised else { return "" }
        let move = ControlSequence.move(toColumn: box.column, row: box.row)
        let shownName = name.count + mark.count <= box.columns ? ControlSequence.label + name : ""
        let shownMark = mark.isEmpty ? "" : ControlSequence.mark + String(mark.prefix(box.columns))
        return move + shownName + ControlSequence.plain + shownMark + ControlSequence.plain
    }

    private func removal() -> String {
        guard graphics == .kitty, kittyID > 0 else { return "" }
        defer { kittyID = 0 }
        return KittyPicture.removal(id: kittyID)
    }

    private func blank(_ box: CellBox) -> String {
        let spaces = String(repeating: " ", count: box.columns)
        return ControlSequence.plain
            + (0..<box.rows).map { ControlSequence.move(toColumn: box.column, row: box.row + $0) + spaces }.joined()
    }

    /// Nothing where the row shows the line already.
    private func row(_ row: Int, _ box: CellBox, _ line: LiveScreen.Line) -> String {
        guard drawnRows[row] != line else { return "" }
        drawnRows[row] = line
        let text = shortened(visible(line.text), to: box.columns)
        let style =
            switch line.style {
            case .plain: ""
            case .heading: ControlSequence.bold
            case .dim: ControlSequence.dim
            case .warning: ControlSequence.yellow
            case .error: ControlSequence.bold + ControlSequence.red
            }
        let padding = String(repeating: " ", count: max(0, box.columns - columns(text)))
        return ControlSequence.move(toColumn: box.column, row: row) + style + text + ControlSequence.plain + padding
    }
}
