/// What a slide can be written as.
package enum ExportFormat: String, Sendable, CaseIterable {
    /// One row a grain, RFC 4180.
    case grainsCSV = "grains-csv"
    /// One row a species, RFC 4180.
    case countsCSV = "counts-csv"
    case json
    /// Outlines as QuPath reads them.
    case geoJSON = "geojson"
    /// One self-contained HTML page.
    case report

    package var contentType: String {
        switch self {
        case .grainsCSV, .countsCSV: "text/csv; charset=utf-8; header=present"
        case .json: "application/json"
        case .geoJSON: "application/geo+json"
        case .report: "text/html; charset=utf-8"
        }
    }
}
