import Grains

/// What drawing a grain into a field needs to know of it.
struct DrawnField {
    /// Of the run that the grain is drawn in.
    let analysis: Int64
    /// In pixels.
    let width: Int
    /// In pixels.
    let height: Int
    /// Nil where unknown.
    let nmPerPixel: Double?
    let borderRule: BorderRule
    let guardMicrometres: Double
}
