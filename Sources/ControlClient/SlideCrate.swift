package import ControlAPI
import Digest
import FoundationEssentials

/// A slide for deposit as an RO-Crate 1.1 (Soiland-Reyes et al. 2022, *Packaging research artefacts with RO-Crate*, Data Science 5,
/// 97-138): a folder with report, tables, every capture's pictures, what is known of the lenses, and
/// `ro-crate-metadata.json`, which says of each file what it is, its size and SHA-256, and of the whole who publishes it, under which
/// licence, and by which software and lenses it came about.
package struct SlideCrate {
    package struct Summary: Codable, Sendable {
        package let folder: String
        package let files: Int
        package let bytes: Int64
    }

    /// What of a slide's JSON is needed here.
    private struct Slide: Decodable {
        struct Capture: Decodable {
            let capture: Int64
            let capturedAt: String?
            let lens: String?
            let lensSha256: String?
        }

        let captures: [Capture]
    }

    private let slide: String
    private let licence: String
    private let publisher: String
    private let version: String

    /// - Parameters:
    ///   - licence: by its SPDX name.
    ///   - publisher: a person or an institution.
    ///   - version: of the program.
    package init(slide: String, licence: String, publisher: String, version: String) {
        self.slide = slide
        self.licence = licence
        self.publisher = publisher
        self.version = version
    }

    /// - Parameters:
    ///   - path: of a new folder.
    ///   - now: ISO 8601, UTC.
    ///   - progress: called with the captures that are written, and all of them.
    package func write(
        to path: String, from client: ControlClient, now: String, progress: (_ done: Int, _ of: Int) -> Void
    ) throws(ControlClientError) -> Summary {
        let folder = try OutputFolder(path)
        var files: [CrateEntity] = []
        func add(
            _ name: String, _ bytes: [UInt8], _ title: String, _ type: String, _ more: [String: CrateValue] = [:]
        ) throws(ControlClientError) {
            try folder.add(name, bytes)
            files.append(.file(name, bytes, title: title, type: type, more))
        }
        let json = try client.export(slide: slide, format: .json)
        let known = try Self.decoded(json)
        try add("slide.json", json, "Everything known of the slide", "application/json")
        for (name, format, title) in [
            ("report.html", ExportFormat.report, "Report of one page, to sign"),
            ("counts.csv", .countsCSV, "Counts, a row a species"),
            ("grains.csv", .grainsCSV, "Grains, a row each"),
        ] {
            let type = format == .report ? "text/html" : "text/csv"
            try add(name, try client.export(slide: slide, format: format), title, type)
        }
        var pictures: [CrateValue] = []
        for (index, capture) in known.captures.enumerated() {
            let name = "captures/capture-\(capture.capture).ome.tiff"
            let bytes = try client.export(capture: capture.capture, as: .omeTIFF)
            var more: [String: CrateValue] = [
                "description": .text(
                    capture.lens == nil
                        ? "The camera's picture, observed."
                        : "The camera's picture, observed, and what the lens made of it, which is synthesised and says so."
                )
            ]
            if let at = capture.capturedAt { more["dateCreated"] = .text(at) }
            try add(name, bytes, "Capture \(capture.capture)", "image/tiff", more)
            pictures.append(.reference(name))
            progress(index + 1, known.captures.count)
        }
        var instruments: [CrateEntity] = [.software(version)]
        for digest in Set(known.captures.compactMap(\.lensSha256)).filter({ !$0.isEmpty }).sorted() {
            let details = try? client.lens(digest)
            let name = details?.lens.name ?? known.captures.first { $0.lensSha256 == digest }?.lens ?? digest
            instruments.append(.lens(digest, name: name, title: details?.lens.title))
            guard let details else { continue }
            let card = "lenses/\(name)-\(digest.prefix(12)).md"
            try add(card, Array(details.card.utf8), "Model card of the lens \(name)", "text/markdown")
        }
        let graph = graph(files, pictures: pictures, instruments: instruments, now: now)
        let metadata = try CrateEntity.document(graph)
        try folder.add("ro-crate-metadata.json", metadata)
        return Summary(
            folder: try folder.finish(), files: files.count + 1,
            bytes: files.reduce(Int64(metadata.count)) { $0 + $1.bytes })
    }

    private static func decoded(_ json: [UInt8]) throws(ControlClientError) -> Slide {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(Slide.self, from: Data(json))
        } catch {
            throw ControlClientError(
                .notUnderstood, "the daemon's account of a slide is not understood",
                hint: "check that neurallens and neurallensd are of one version")
        }
    }

    private func graph(
        _ files: [CrateEntity], pictures: [CrateValue], instruments: [CrateEntity], now: String
    ) -> [CrateEntity] {
        let licenceAddress = "https://spdx.org/licenses/\(licence.replacing(" ", with: "-"))"
        let root = CrateEntity(
            "./", "Dataset",
            [
                "name": .text("Pollen slide \(slide)"),
                "description": .text(
                    "Captures of the slide \(slide), the grains that a neural lens and people found in them, and the counts."
                ),
                "datePublished": .text(now), "license": .reference(licenceAddress),
                "author": .reference("#publisher"), "publisher": .reference("#publisher"),
                "hasPart": .list(files.map { .reference($0.id) }), "mentions": .reference("#count"),
            ])
        return [
            CrateEntity(
                "ro-crate-metadata.json", "CreativeWork",
                [
                    "about": .reference("./"), "conformsTo": .reference("https://w3id.org/ro/crate/1.1"),
                    "license": .reference(licenceAddress),
                ]),
            root,
            CrateEntity(
                licenceAddress, "CreativeWork",
                ["name": .text(licence), "description": .text("The licence, by its SPDX name.")]),
            CrateEntity("#publisher", "Organization", ["name": .text(publisher), "url": .text("#publisher")]),
            CrateEntity(
                "#count", "CreateAction",
                [
                    "name": .text("Count of the slide \(slide)"), "endTime": .text(now),
                    "instrument": .list(instruments.map { .reference($0.id) }), "object": .list(pictures),
                    "result": .list(["counts.csv", "grains.csv", "slide.json", "report.html"].map { .reference($0) }),
                ]),
        ] + instruments + files
    }
}
