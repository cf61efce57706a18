/// What a slide can be written as.
package enum ExportFormat: String, Sendable, CaseIterable {
    /// One row a grain, RFC 4180.
    case grainsCSV = "grains-csv"
    /// One row a species, RFC 4180.
    case countsCSV = "counts-csv"
    case json
    /// Outlines as QuPath reads them.
    case geoJSON = "geojson"
    /// The grains that count as EcoTaxa imports them; their pictures are `/v1/grains/ID/vignette`.
    case ecoTaxa = "ecotaxa"
    /// What the columns of that table mean.
    case ecoTaxaDictionary = "ecotaxa-columns"
    /// One self-contained HTML page.
    case report

    package var contentType: String {
        switch self {
        case .grainsCSV, .countsCSV: "text/csv; charset=utf-8; header=present"
        case .json: "application/json"
        case .geoJSON: "application/geo+json"
        case .ecoTaxa: "text/tab-separated-values; charset=utf-8"
        case .ecoTaxaDictionary: "text/markdown; charset=utf-8"
        case .report: "text/html; charset=utf-8"
        }
    }
}
