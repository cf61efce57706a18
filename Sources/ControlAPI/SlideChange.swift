internal import Quantities

/// Body of `PATCH /v1/slides/NAME`: what is left out stays as it is.
package struct SlideChange: CheckedRequest, Equatable {
    /// An empty text removes the note.
    package var note: String?
    /// Air that passed the sampler.
    package var sampledVolumeM3: Double?
    /// Of the slide or tape that the air was sampled on.
    package var depositAreaMm2: Double?
    /// The run whose results count from here on.
    package var run: Int64?

    package init(
        note: String? = nil, sampledVolumeM3: Double? = nil, depositAreaMm2: Double? = nil, run: Int64? = nil
    ) {
        self.note = note
        self.sampledVolumeM3 = sampledVolumeM3
        self.depositAreaMm2 = depositAreaMm2
        self.run = run
    }

    /// What is wrong with the change whatever the slide, or nil.
    package var fault: Problem? {
        func refused(_ detail: String, _ hint: String) -> Problem { Problem(.invalidSlideChange, detail, hint: hint) }
        if self == SlideChange() {
            return refused("the change of the slide changes nothing", "give a note, a volume, an area or a run")
        }
        let fault = Quantity.sampledVolume.fault(sampledVolumeM3) ?? Quantity.depositArea.fault(depositAreaMm2)
        return fault.map { Problem(.invalidSlideChange, $0) }
    }
}
