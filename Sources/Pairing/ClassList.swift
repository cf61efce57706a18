import Foundation

/// What the numbers of YOLO's labels stand for, as it lies beside them: `classes.txt` or `*.names`, a name a line, or the
/// `names` of a data set's YAML. A file of these endings that holds none is something else.
enum ClassList {
    static func isNamed(_ file: String) -> Bool {
        let name = file.lowercased()
        return name == "classes.txt" || [".names", ".yaml", ".yml"].contains { name.hasSuffix($0) }
    }

    /// - Parameter names: of the folder's files.
    /// - Returns: empty where there is no list.
    /// - Throws: `.badLabel` where a list is not understood, or two differ.
    static func find(among names: [String], in folder: String) throws(PairingError) -> [String] {
        var found: (file: String, classes: [String])?
        for name in names where isNamed(name) && !name.hasPrefix(".") {
            let file = "\(folder)/\(name)"
            let text = LabelText.decode(try Files.read(file, as: "a list of classes"))
            let isYAML = name.lowercased().hasSuffix(".yaml") || name.lowercased().hasSuffix(".yml")
            guard let classes = isYAML ? ofYAML(text) : ofLines(text) else { continue }
            guard !classes.isEmpty else {
                throw PairingError(
                    .badLabel, "\(file) does not say what the classes of its labels are called",
                    hint: "write their names into classes.txt, one a line in the order of the numbers")
            }
            if let found, found.classes != classes {
                throw PairingError(
                    .badLabel, "\(found.file) and \(file) give the classes different names", hint: "keep the right one")
            }
            found = (file, classes)
        }
        return found?.classes ?? []
    }

    /// - Returns: nil for a text without lines.
    private static func ofLines(_ text: String) -> [String]? {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        return lines.isEmpty ? nil : lines
    }

    /// `names: [iva, galanthus]`, or below it `- iva` or `0: iva`, a class a line.
    /// - Returns: nil where there are no `names`; empty where they are written otherwise.
    private static func ofYAML(_ text: String) -> [String]? {
        func bare(_ text: Substring) -> String {
            text.trimmingCharacters(in: .whitespaces).trimmingCharacters(in: CharacterSet(charactersIn: "\"'"))
        }
        var lines = text.split(whereSeparator: \.isNewline)[...]
        guard let start = lines.firstIndex(where: { $0.hasPrefix("names:") }) else { return nil }
        let rest = lines[start].dropFirst("names:".count).drop { $0.isWhitespace }
        if rest.hasPrefix("["), rest.contains("]") {
            return rest.dropFirst().prefix { $0 != "]" }.split(separator: ",").map(bare)
        }
        guard rest.isEmpty || rest.hasPrefix("#") else { return [] }
        lines = lines[(start + 1)...].prefix { $0.first == " " || $0.first == "-" || $0.first == "\t" }
        var classes: [String] = []
        for line in lines {
            let entry = line.drop { $0.isWhitespace }
            if entry.hasPrefix("-") {
                classes.append(bare(entry.dropFirst()))
            } else if let colon = entry.firstIndex(of: ":"), Int(entry[..<colon]) == classes.count {
                classes.append(bare(entry[entry.index(after: colon)...]))
            } else {
                return []
            }
        }
        return classes
    }
}
