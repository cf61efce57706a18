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

    /// Cells that are kept of one field, about.
    static let limit = 8192

    package init(channels: Int) { self.channels = channels }

    package mutating func add(class kind: UInt8, _ features: UnsafeBufferPointer<Float>) {
        precondition(features.count == channels)
        classes.append(kind)
        self.features.append(contentsOf: features)
    }
}
