/// Why a request was refused or failed, as RFC 9457 problem details (`application/problem+json`) with two members more:
/// `kind`, which programs compare, and `hint`, which tells a person what to do.
package struct Problem: Error, Codable, Sendable, Equatable, CustomStringConvertible {
    package static let contentType = "application/problem+json"

    /// A URI that names the kind; it is an identifier and leads nowhere.
    package let type: String
    /// The kind in words, the same for every occurrence.
    package let title: String
    /// HTTP status.
    package let status: Int
    /// One sentence on this occurrence: what failed, on what.
    package let detail: String
    /// `Problem.Kind`'s raw value; a string so that an older client reads a newer daemon.
    package let kind: String
    /// What to do about it.
    package let hint: String

    package init(_ kind: Kind, _ detail: String, hint: String) {
        type = "tag:neurallens,2026:\(kind.rawValue)"
        title = kind.title
        status = kind.status
        self.detail = detail
        self.kind = kind.rawValue
        self.hint = hint
    }

    package func isKind(_ kind: Kind) -> Bool { self.kind == kind.rawValue }

    package var description: String { hint.isEmpty ? detail : "\(detail); \(hint)" }
}
