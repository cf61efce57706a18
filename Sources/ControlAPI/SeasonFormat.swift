/// What a season can be written as: `GET /v1/season/FORMAT`.
package enum SeasonFormat: String, Sendable, CaseIterable {
    /// A row a day and taxon, with intervals, RFC 4180.
    case csv
    /// A column a pollen type, as R's AeRobiology reads it.
    case aeRobiology = "aerobiology"
    /// One self-contained HTML page, with plots.
    case report
    /// The plots alone, as SVG.
    case picture = "svg"

    package var contentType: String {
        switch self {
        case .csv, .aeRobiology: "text/csv; charset=utf-8; header=present"
        case .report: "text/html; charset=utf-8"
        case .picture: "image/svg+xml"
        }
    }
}
