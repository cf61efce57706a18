package import ControlAPI

extension ControlClient {
    /// Writes the grains of a slide as EcoTaxa imports them: a Zip file of a table, each grain's picture, and what the columns
    /// mean. Whole or not at all.
    /// - Parameter progress: called with the pictures that are written, and all of them.
    package func ecoTaxa(
        slide name: String, to path: String, overwrite: Bool, progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) throws(ControlClientError) {
        let table = try export(slide: name, format: .ecoTaxa)
        let pictures = try Self.pictures(in: table)
        let dictionary = try export(slide: name, format: .ecoTaxaDictionary)
        let archive = try ZipOutput(path, overwrite: overwrite)
        try archive.add("ecotaxa_grains.tsv", table)
        try archive.add("README.md", dictionary)
        for (index, picture) in pictures.enumerated() {
            try archive.add(picture.name, try vignette(ofGrain: picture.grain))
            progress(index + 1, pictures.count)
        }
        try archive.finish()
    }

    /// Names of pictures and the grains that they show, from the table's first column. The first two lines are names and types.
    private static func pictures(in table: [UInt8]) throws(ControlClientError) -> [(name: String, grain: Int64)] {
        let lines = String(decoding: table, as: UTF8.self).split(separator: "\n")
        var pictures: [(name: String, grain: Int64)] = []
        for line in lines.dropFirst(2) {
            let name = line.prefix { $0 != "\t" }
            guard name.hasPrefix("grain-"), name.hasSuffix(".png"), let grain = Int64(name.dropFirst(6).dropLast(4))
            else {
                throw ControlClientError(
                    .notUnderstood, "the daemon names a picture \(visible(String(name))), which is none of a grain",
                    hint: "check that neurallens and neurallensd are of one version")
            }
            pictures.append((String(name), grain))
        }
        return pictures
    }
}
