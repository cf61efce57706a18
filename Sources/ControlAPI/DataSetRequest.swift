/// Body of `POST /v1/data-sets`: the labels of slides for other programs to learn from. Nothing is changed by it.
package struct DataSetRequest: CheckedRequest, Equatable {
    package static let slidesLimit = 1000

    /// To learn from.
    package var slides: [String]
    /// To judge by, and for nothing else; one of several slides is chosen by rule when left out.
    package var heldOut: [String]?
    /// Keys of the species to tell apart, the others are other objects; all that are labelled when left out.
    package var species: [String]?

    package init(slides: [String], heldOut: [String]? = nil, species: [String]? = nil) {
        self.slides = slides
        self.heldOut = heldOut
        self.species = species
    }

    package var fault: Problem? {
        guard !slides.isEmpty, slides.count + (heldOut ?? []).count <= Self.slidesLimit else {
            return Problem(
                .exportRefused, "the data set names no slide to learn from, or more than \(Self.slidesLimit)",
                hint: "name one slide or more")
        }
        let all = slides + (heldOut ?? [])
        if let twice = all.first(where: { name in all.count { $0 == name } > 1 }) {
            return Problem(
                .exportRefused, "the slide \"\(twice)\" is named twice",
                hint: "a slide is to learn from or to judge by, never both")
        }
        if let species, species.isEmpty || Set(species).count != species.count {
            return Problem(.exportRefused, "the species to tell apart are none, or one twice", hint: "name each once")
        }
        return nil
    }
}
