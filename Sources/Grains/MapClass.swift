/// One kind of thing that a sample map tells apart, in a channel of its own.
package struct MapClass: Sendable, Equatable {
    /// Species key such as `iva`; nil for objects that are none of the species.
    package let key: String?
    /// Channel of the map.
    package let channel: Int

    package init(key: String?, channel: Int) {
        self.key = key
        self.channel = channel
    }
}
