/// What the slide as a whole says about one grain.
package struct SlideVerdict: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// The same grain as another one of the run, in an overlapping field.
        case doubleOf(StoredGrain.ID)
        /// It stays put on the sensor while the slide moves.
        case dirt
    }

    package let grain: StoredGrain.ID
    package let kind: Kind

    package init(grain: StoredGrain.ID, kind: Kind) {
        self.grain = grain
        self.kind = kind
    }
}
