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

    /// Outer contour of the largest 8-connected region, a closed polygon through pixel centres that keeps within
    /// `tolerance` pixels of the true one (Douglas and Peucker); empty where there is no foreground.
    package func outline(tolerance: Double) -> [(x: Int, y: Int)] {
        precondition(channels == 1, "a mask has one channel")
        var corners = [Int32](repeating: 0, count: 256)
        while true {
            let count = Int(ccv_outline(samples, Int32(width), Int32(height), tolerance, &corners, Int32(corners.count / 2)))
            precondition(count >= 0, "out of memory while outlining \(width) x \(height) pixels")
            if count <= corners.count / 2 { return (0..<count).map { (Int(corners[2 * $0]), Int(corners[2 * $0 + 1])) } }
            corners = [Int32](repeating: 0, count: 2 * count)
        }
    }
}
