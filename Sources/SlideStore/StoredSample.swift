package import Foundation

/// What a slide bears of a trap's tape, as it was last said.
package struct StoredSample: Sendable, Equatable {
    package let at: Date
    /// Who said it.
    package let agent: Agent
    /// JSON, as whoever wrote it reads it.
    package let sample: String
    /// The same of where it is examined; nil: nothing is planned.
    package let plan: String?
}

/// A sample to be kept with its slide.
package struct NewSample: Sendable, Equatable {
    /// Tells traps apart: two slides of one trap are not of the same hours.
    package var trapKey: String
    /// Of the part of the tape that the slide bears.
    package var begins: Date
    package var ends: Date
    /// JSON.
    package var sample: String
    /// JSON; nil: nothing is planned.
    package var plan: String?
    package var sampledVolumeCubicMetres: Double
    package var depositAreaSquareMillimetres: Double

    package init(
        trapKey: String, begins: Date, ends: Date, sample: String, plan: String?, sampledVolumeCubicMetres: Double,
        depositAreaSquareMillimetres: Double
    ) {
        self.trapKey = trapKey
        self.begins = begins
        self.ends = ends
        self.sample = sample
        self.plan = plan
        self.sampledVolumeCubicMetres = sampledVolumeCubicMetres
        self.depositAreaSquareMillimetres = depositAreaSquareMillimetres
    }
}

/// Where the centre of a field lies on the deposit of its slide.
package struct TapePlace: Sendable, Equatable {
    /// From where the slide's part of the tape begins.
    package var alongMillimetres: Double
    /// From one edge of the deposit.
    package var acrossMillimetres: Double

    package init(alongMillimetres: Double, acrossMillimetres: Double) {
        self.alongMillimetres = alongMillimetres
        self.acrossMillimetres = acrossMillimetres
    }
}
