/// Labelled sentences, one under the other, wrapped between words at 80 columns.
struct Facts {
    private var facts: [(label: String, text: String)] = []

    /// Nothing known leaves the fact out.
    mutating func append(_ label: String, _ text: String?) {
        if let text, !text.isEmpty { facts.append((label, visible(text))) }
    }

    func rendered() -> String {
        let indent = (facts.map { columns($0.label) }.max() ?? 0) + 2
        return facts.map { fact in
            let label = fact.label + String(repeating: " ", count: indent - columns(fact.label))
            return wrapped(fact.text.split(separator: " ").map(String.init), gap: 1, first: label, indent: indent)
        }.joined()
    }
}

/// Items side by side with `gap` spaces between them, as many as 80 columns hold, then on the next line; each line is
/// ended by a newline.
func wrapped(_ items: [String], gap: Int, first: String, indent: Int, width: Int = lineWidth) -> String {
    var text = ""
    var line = first
    var isEmpty = true
    for item in items {
        if !isEmpty, columns(line) + gap + columns(item) > width {
            text += line + "\n"
            line = String(repeating: " ", count: indent)
            isEmpty = true
        }
        line += (isEmpty ? "" : String(repeating: " ", count: gap)) + item
        isEmpty = false
    }
    return text + line + "\n"
}
