internal import Quantities

/// Body of `POST /v1/reanalyses`.
package struct ReanalysisRequest: CheckedRequest, Equatable {
    package var slide: String
    /// SHA-256 of the manifest of a lens that was offered; the lens in use when left out.
    package var lensDigest: String?
    /// Below it a grain is unidentified, 0...1; as the lens says when left out.
    package var minimumConfidence: Double?
    /// Below it an object is rejected; as the lens says when left out.
    package var minimumAreaUm2: Double?
    /// `two-edges` when left out.
    package var border: RunSettings.Border?
    /// An unfinished run to go on with, which keeps its lens and settings: none may be given beside it.
    package var run: Int64?

    package init(
        slide: String, lensDigest: String? = nil, minimumConfidence: Double? = nil, minimumAreaUm2: Double? = nil,
        border: RunSettings.Border? = nil, run: Int64? = nil
    ) {
        self.slide = slide
        self.lensDigest = lensDigest
        self.minimumConfidence = minimumConfidence
        self.minimumAreaUm2 = minimumAreaUm2
        self.border = border
        self.run = run
    }

    /// What is wrong with the request whatever the slide, or nil.
    package var fault: Problem? {
        func refused(_ detail: String, _ hint: String) -> Problem { Problem(.invalidReanalysis, detail, hint: hint) }
        let fault =
            Quantity.confidence.fault(minimumConfidence, name: "least confidence")
            ?? Quantity.grainArea.fault(minimumAreaUm2, name: "least area of a grain")
        if let fault { return Problem(.invalidReanalysis, fault) }
        if run != nil, self != ReanalysisRequest(slide: slide, run: run) {
            return refused("a run that goes on keeps its lens and settings", "give the run alone")
        }
        return nil
    }
}
