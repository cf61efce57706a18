internal import Foundation
internal import Imaging

/// Labels by picture, as this program, other programs and spreadsheets keep them: see the files beside this one for each
/// form. What cannot be right is refused with its place.
package struct LabelFile: Sendable {
    /// By file name as the label file gives it.
    package private(set) var labels: [String: [Label]] = [:]
    package let path: String
    /// Sizes of pictures that the label file states, in pixels.
    private(set) var sizes: [String: (width: Int, height: Int)] = [:]
    /// Names that the label file did not give: those of the files that the labels stood in.
    private var unnamed: Set<String> = []

    /// - Parameter path: of a file, or of a folder with a file a picture.
    package init(path: String) throws(PairingError) {
        self.path = path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            try readFolder()
        } else {
            try read(path, classes: [])
        }
        for (name, labels) in labels.sorted(by: { $0.key < $1.key }) {
            for (index, label) in labels.enumerated() {
                if let fault = label.fault { throw self.fault("\(label.place) of \(name) \(fault)") }
                if let first = labels[..<index].first(where: { $0.repeats(label) }) {
                    throw self.fault("\(first.place) and \(label.place) of \(name) label the same object twice")
                }
            }
        }
    }

    /// What one file holds, before it is added.
    struct Content {
        var labels: [String: [Label]] = [:]
        var sizes: [String: (width: Int, height: Int)] = [:]
        var unnamed: Set<String> = []
    }

    private mutating func readFolder() throws(PairingError) {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw PairingError(
                .unreadable, "\(path) cannot be read as a folder", hint: "name a label file, or a folder of label files"
            )
        }
        let classes = try ClassList.find(among: names, in: path)
        let files = names.filter { name in
            !name.hasPrefix(".") && !ClassList.isNamed(name)
                && ["json", "geojson", "xml", "txt", "csv", "tsv"].contains(
                    (name as NSString).pathExtension.lowercased())
        }
        guard !files.isEmpty else { throw fault("the folder holds no label files") }
        for name in files { try read("\(path)/\(name)", classes: classes) }
    }

    /// - Parameter classes: names of the classes that numbers stand for, where a list of them lies beside the files.
    private mutating func read(_ file: String, classes: [String]) throws(PairingError) {
        let text = LabelText.decode(try Files.read(file, as: "a label file"))
        let content: Content
        switch text.first(where: { !$0.isWhitespace && !$0.isNewline }) {
        case "{", "[": content = try Self.json(text, file)
        case "<": content = try Self.voc(text, file)
        default:
            content =
                Self.isYOLO(text, file) ? try Self.yolo(text, file, classes: classes) : try Self.table(text, file)
        }
        for (name, labels) in content.labels {
            guard self.labels[name] == nil else { throw fault("two files hold labels of \(name)") }
            self.labels[name] = labels
        }
        sizes.merge(content.sizes) { first, _ in first }
        unnamed.formUnion(content.unnamed)
    }

    /// Labels of a picture by its file name, with or without ending; nil where the file does not name it.
    package func labels(of picture: String) -> [Label]? {
        key(of: picture).flatMap { labels[$0] }
    }

    /// The size that the label file states of a picture.
    func size(of picture: String) -> (width: Int, height: Int)? { key(of: picture).flatMap { sizes[$0] } }

    private func key(of picture: String) -> String? {
        labels[picture] != nil ? picture : labels.keys.first { Self.stem($0) == Self.stem(picture) }
    }

    /// As people mean it: without folders of either kind and ending, accents composed.
    private static func stem(_ name: String) -> String {
        Files.stem(name.replacingOccurrences(of: "\\", with: "/")).precomposedStringWithCanonicalMapping
    }

    /// Throws for the first picture named here that is not among these.
    package mutating func check(pictures: [String], in folder: String) throws(PairingError) {
        let known = Set(pictures.map(Self.stem))
        // A file that names no picture, beside one picture, is of that one.
        if pictures.count == 1, labels.count == 1, let only = labels.first, unnamed.contains(only.key) {
            labels = [pictures[0]: only.value]
        }
        try checkOnePathAPicture()
        if let stray = labels.keys.sorted().first(where: { !known.contains(Self.stem($0)) }) {
            throw PairingError(
                .badLabel,
                unnamed.contains(stray)
                    ? "\(path) does not say which picture of \(folder) it is of"
                    : "\(path) labels \(stray), and \(folder) holds no such picture",
                hint: unnamed.contains(stray)
                    ? "give the label file the picture's name" : "correct the name in the label file or add the picture"
            )
        }
    }

    /// Two names of one picture, as "a/f.png" and "b/f.png": the labels of one would be lost.
    private func checkOnePathAPicture() throws(PairingError) {
        let names = Dictionary(grouping: labels.keys, by: Self.stem).values.first { $0.count > 1 }?.sorted()
        guard let names else { return }
        throw PairingError(
            .badLabel, "\(path) names one picture by two names, \(names[0]) and \(names[1])",
            hint: "give the two pictures different names, or put all labels under one")
    }

    func fault(_ what: String) -> PairingError { Self.fault(path, what) }

    static func fault(_ path: String, _ what: String) -> PairingError {
        PairingError(
            .badLabel, "\(path): \(what)", hint: "see neurallens-lab pair fields --help for the forms of label files")
    }
}
