/// Body of `PUT /v1/live/options`: what is left out stays as it is.
package struct LiveOptions: Codable, Sendable, Equatable {
    package enum Lens: String, Codable, Sendable, CaseIterable {
        /// As much as the measured time allows.
        case auto
        /// All networks.
        case full
        /// The labelling network alone: map, outlines, counts.
        case map
        case off
    }

    package enum Region: String, Codable, Sendable, CaseIterable {
        case field
        /// One tile in the middle of the field.
        case centre
    }

    package var lens: Lens?
    package var region: Region?

    package init(lens: Lens? = nil, region: Region? = nil) {
        self.lens = lens
        self.region = region
    }
}
