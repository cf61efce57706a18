internal import SlideStore

// ControlAPI has types of the same names, and the store's module cannot be named beside its class.
typealias StoredSlide = SlideSummary
typealias StoredCount = SpeciesCount
