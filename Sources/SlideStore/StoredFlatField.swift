package import Foundation

/// The empty glass under an objective, as fields were divided by from then on. Flat fields are only ever added; the latest of an
/// objective, a camera and a size of frames is in force, and one without light says that none is.
package struct StoredFlatField: Sendable, Equatable, Identifiable {
    package let id: Int64
    package let at: Date
    package let agent: Agent
    /// Empty where nobody said which objective is on the microscope.
    package let objective: String
    package let camera: String
    package let frameSize: FrameSize
    /// That it is the mean of; 0: from then on fields are not divided.
    package let frames: Int
    /// Brightest over darkest place of the light without the dust, less 1.
    package let fallOff: Double
    /// What lies on the optics, as JSON.
    package let dust: String
}
