/// A place on the earth, in degrees of WGS 84.
package struct GeographicPlace: Sendable, Equatable {
    /// -90...90, north positive.
    package let latitudeDegrees: Double
    /// -180...180, east positive.
    package let longitudeDegrees: Double

    /// - Parameter text: `51.34,12.37`: latitude first.
    package init?(_ text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, let latitude = Double(parts[0]), let longitude = Double(parts[1]),
            (-90...90).contains(latitude), (-180...180).contains(longitude)
        else { return nil }
        latitudeDegrees = latitude
        longitudeDegrees = longitude
    }
}
