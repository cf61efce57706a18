internal import Quantities

/// Body of `POST /v1/teachings`.
package struct TeachingRequest: CheckedRequest, Equatable {
    /// Of the new lens.
    package var name: String
    /// Slides to be taught from.
    package var slides: [String]
    /// Slides that the lens is only judged by; one is chosen by rule when left out.
    package var heldOut: [String]?
    /// Keys of the species to tell apart; all that are labelled when left out.
    package var species: [String]?
    /// 1000 where neither this nor the time is given.
    package var steps: Int?
    /// Time for the training, in place of a number of steps.
    package var minutes: Double?
    /// ``random``, or SHA-256 of the manifest of a lens that was offered; the lens in use when left out.
    package var from: String?

    /// Whether lenses are also taught from a quarter and half of the fields, to see what more labels would give; each takes
    /// as long as the lens itself. False when left out.
    package var learningCurve: Bool?

    package static let random = "random"

    package init(
        name: String, slides: [String], heldOut: [String]? = nil, species: [String]? = nil, steps: Int? = nil,
        minutes: Double? = nil, from: String? = nil, learningCurve: Bool? = nil
    ) {
        self.name = name
        self.slides = slides
        self.heldOut = heldOut
        self.species = species
        self.steps = steps
        self.minutes = minutes
        self.from = from
        self.learningCurve = learningCurve
    }

    /// What is wrong with the request whatever the slides hold, or nil.
    package var fault: Problem? {
        func refused(_ detail: String, _ hint: String) -> Problem { Problem(.invalidTeaching, detail, hint: hint) }
        let letters = name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                || [0x2d, 0x2e, 0x5f].contains($0)
        }
        guard letters, (1...64).contains(name.utf8.count), name.first != ".", name.first != "-" else {
            return refused(
                "a lens cannot be called \"\(name)\"",
                "take up to 64 letters of a to z, digits, hyphens, dots and underscores, not beginning with a dot or hyphen"
            )
        }
        guard !slides.isEmpty, slides.count <= 1000, (heldOut ?? []).count <= 1000 else {
            return refused("the teaching names no slide, or more than a thousand", "name slides with --slide")
        }
        let all = slides + (heldOut ?? [])
        if let twice = Dictionary(grouping: all, by: \.self).first(where: { $1.count > 1 })?.key {
            return refused(
                "the slide \"\(twice)\" is named twice", "a slide is to be taught from or held out, not both")
        }
        if let species, species.isEmpty || species.count > 3 || Set(species).count != species.count {
            return refused("\(species.count) species cannot be told apart", "name one to three, each once")
        }
        guard steps == nil || minutes == nil else {
            return refused("the length is given twice", "give steps or minutes")
        }
        let fault = Quantity.trainingSteps.fault(steps) ?? Quantity.trainingMinutes.fault(minutes)
        if let fault { return Problem(.invalidTeaching, fault) }
        return nil
    }
}
