internal import Quantities

/// What the labelling network saw in a field: features of square cells in the middle of the network, with the class
/// that the map gives each cell. Of a large field every so many-th cell.
package struct FieldCells: Sendable {
    /// Features a cell.
    package let channels: Int
    /// Of each cell: 0 for glass, then the species in the manifest's order, then other objects.
    package private(set) var classes: [UInt8] = []
    /// `channels` a cell.
    package private(set) var features: [Float] = []
    /// Middles of the cells, in pixels of the field.
    package private(set) var places: [SIMD2<Float>] = []

    /// Cells that are kept of one field, about.
    static let limit = 8192

    package init(channels: Int) { self.channels = channels }

    /// - Parameter place: its middle, in pixels of the field.
    package mutating func add(
        class kind: UInt8, _ features: UnsafeBufferPointer<Float>, at place: SIMD2<Float> = .zero
    ) {
        precondition(features.count == channels)
        classes.append(kind)
        places.append(place)
        self.features.append(contentsOf: features)
    }

    /// Means of the features over the cells whose middles lie within an outline; those of the nearest cell where none does.
    /// - Parameter outline: closed, in pixels of the field.
    package func mean(within outline: [SIMD2<Double>]) -> [Float] {
        var (sum, count) = ([Float](repeating: 0, count: channels), 0)
        func add(_ cell: Int) {
            for channel in 0..<channels { sum[channel] += features[cell * channels + channel] }
            count += 1
        }
        let corners = outline.map { SIMD2<Float>($0) }
        for (cell, place) in places.enumerated() {
            var isInside = false
            for (a, b) in zip(corners, corners.dropFirst() + corners.prefix(1))
            where (a.y <= place.y) != (b.y <= place.y)
                && a.x + (place.y - a.y) / (b.y - a.y) * (b.x - a.x) > place.x
            {
                isInside.toggle()
            }
            if isInside { add(cell) }
        }
        if count == 0, !corners.isEmpty {
            let middle = corners.reduce(.zero, +) / Float(corners.count)
            func distance(_ cell: Int) -> Float {
                let gap = places[cell] - middle
                return (gap * gap).sum()
            }
            if let nearest = places.indices.min(by: { distance($0) < distance($1) }) { add(nearest) }
        }
        return count > 0 ? sum.map { $0 / Float(count) } : sum
    }
}
