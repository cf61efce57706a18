/// A lens that the daemon can count with, or is about to get, as `GET /v1/lenses` lists it.
package struct LensDescription: Codable, Sendable, Equatable {
    package enum Origin: String, Codable, Sendable {
        /// Named by the daemon's configuration.
        case configured
        /// By a client.
        case brought
        /// Here, from labels.
        case taught
    }

    package struct File: Codable, Sendable, Equatable {
        package var name: String
        /// Nil where the file is not here.
        @Nullable package var bytes: Int64?
        /// Hexadecimal.
        package var sha256: String

        package init(name: String, bytes: Int64?, sha256: String) {
            self.name = name
            self.bytes = bytes
            self.sha256 = sha256
        }
    }

    /// SHA-256 of the manifest, 64 lower-case hexadecimal digits: names exactly this lens.
    package var digest: String
    package var name: String
    package var title: String
    package var species: [LensReport.Species]
    /// The scale that it works at.
    package var nmPerPixel: Double
    /// With its manifest, in the order of the manifest.
    package var files: [File]
    package var origin: Origin
    /// Who brought it or had it taught; null where that is not known.
    @Nullable package var by: String?
    /// The teaching that it came of, while that is kept.
    @Nullable package var teaching: String?
    /// When it came; null for a configured one.
    @Nullable package var at: String?
    /// Why it cannot count, where that was found out.
    @Nullable package var problem: Problem?
    /// It counts the fields of all slides that have no lens of their own.
    package var isInForce: Bool
    /// Slides that it was set for.
    package var slides: [String]
    /// Captures that it counted, also in runs that are not in force.
    package var captures: Int

    package init(
        digest: String, name: String, title: String, species: [LensReport.Species], nmPerPixel: Double, files: [File],
        origin: Origin, by: String?, teaching: String?, at: String?, problem: Problem?, isInForce: Bool,
        slides: [String], captures: Int
    ) {
        self.digest = digest
        self.name = name
        self.title = title
        self.species = species
        self.nmPerPixel = nmPerPixel
        self.files = files
        self.origin = origin
        self.by = by
        self.teaching = teaching
        self.at = at
        self.problem = problem
        self.isInForce = isInForce
        self.slides = slides
        self.captures = captures
    }

    /// Of the files that are here.
    package var bytes: Int64 { files.reduce(0) { $0 + ($1.bytes ?? 0) } }
    /// Files that are not here yet: the lens cannot count without them.
    package var missing: [String] { files.filter { $0.bytes == nil }.map(\.name) }
    /// The beginning of the digest, as people name the lens by.
    package var mark: String { String(digest.prefix(12)) }
}

/// `GET /v1/lenses/DIGEST`: all that is known of a lens.
package struct LensDetails: Codable, Sendable, Equatable {
    package var lens: LensDescription
    /// Markdown: data, labels, who, when, figures, limits; as far as they are known.
    package var card: String
    /// What it was worth on what was held out, where it was taught here.
    @Nullable package var figures: TeachingResult?
    /// When it was put in force, newest first.
    package var activations: [LensActivation]

    package init(lens: LensDescription, card: String, figures: TeachingResult?, activations: [LensActivation]) {
        self.lens = lens
        self.card = card
        self.figures = figures
        self.activations = activations
    }
}
