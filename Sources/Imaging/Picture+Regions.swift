import COpenCV

/// Masks: pictures of one channel in which zero is background and any other value foreground.
extension Picture where Sample == UInt8 {
    /// 8-connected regions of a mask.
    /// - Returns: for each pixel 0 on background and 1...count on the regions.
    package func connectedComponents() -> (labels: [Int32], count: Int) {
        precondition(channels == 1, "a mask has one channel")
        var labels = [Int32](repeating: 0, count: samples.count)
        let count = ccv_connected_components(samples, Int32(width), Int32(height), &labels)
        precondition(count >= 0, "out of memory while finding regions in \(width) x \(height) pixels")
        return (labels, Int(count))
    }

    /// Euclidean distance, in pixels, from each foreground pixel to the nearest background pixel; 0 on background.
    /// What lies outside the picture does not count.
    package func distanceToBackground() -> [Float] {
        precondition(channels == 1, "a mask has one channel")
        var distance = [Float](repeating: 0, count: samples.count)
        let status = ccv_distance_to_edge(samples, Int32(width), Int32(height), &distance)
        precondition(status == 0, "out of memory while measuring distances in \(width) x \(height) pixels")
        return distance
    }
}
