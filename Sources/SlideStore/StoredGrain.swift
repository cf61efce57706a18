package import Grains

/// A grain with its place in the store.
package struct StoredGrain: Sendable, Equatable, Identifiable {
    package let id: Int64
    package let capture: Int64
    /// 1, 2, ... within the capture, in reading order.
    package let number: Int
    package let grain: Grain
}
