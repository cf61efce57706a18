/// What a capture with its pictures can be written as: `GET /v1/captures/ID/FORMAT`.
package enum CaptureFormat: String, Sendable, CaseIterable {
    case omeTIFF = "ome-tiff"
    /// OME-Zarr, whose files lie in one Zip file.
    case omeZarr = "ome-zarr"

    package var contentType: String {
        switch self {
        case .omeTIFF: "image/tiff"
        case .omeZarr: "application/zip"
        }
    }
}
