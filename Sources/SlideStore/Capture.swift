package import Foundation

/// One stored field without pictures and grains.
package struct Capture: Sendable, Equatable, Identifiable {
    package let id: Int64
    package let slide: Slide
    /// In the run in force of its slide.
    package let state: CaptureState
    /// When the field was exposed.
    package let capturedAt: Date
    /// CLOCK_MONOTONIC at the start of exposure, in nanoseconds since boot.
    package let exposedAtMonotonicNanoseconds: Int64
    /// When the capture was done or failed in the run in force.
    package let finishedAt: Date?
    package let source: String
    package let origin: String
    package let wireFormat: String
    package let bitDepth: Int
    package let sequence: UInt32
    package let controls: [String: Int64]
    package let frames: CaptureInput.FrameCounts
    /// How the frame was shown to be fresh; nil for captures of versions that did not note it.
    package let freshness: CaptureInput.Freshness?
    package let scale: FieldScale?
    /// Where the stage or the user said it lies; nil where unknown.
    package let stagePosition: SlidePosition?
    /// Where it was planned to lie on a trap's tape; nil where it was not.
    package let tapePlace: TapePlace?
    /// How it was fused from focal planes; nil where it is one frame.
    package let sweep: FocalSweep?
    /// That it is divided by when it is analysed; nil where it is not.
    package let flatField: Int64?
    /// What an early version stored of it and cannot be: `the scale is 1e+300 nm per pixel, which cannot be`.
    package let unusable: [String]
    /// How often the lens was started on it.
    package let attempts: Int
    /// What analysed it in the run in force; nil before it is done.
    package let lens: LensIdentity?
    package let engineVersion: String?
    package let settings: [String: Setting]
    package let stageSeconds: [String: Double]
    /// How familiar its lens found it in the run in force, 0...1: the share of the fields it knows that are as strange;
    /// nil before it is done and where the lens cannot tell.
    package let familiarity: Double?
    /// Why it failed.
    package let failure: Failure?
    /// What is doubtful about it, whatever lens looks and in the run in force.
    package let doubts: [FieldDoubt]
    /// Nil unless a person left it out.
    package let exclusion: Exclusion?

    /// Whether its lens knows such fields; nil before it is done and where the lens cannot tell.
    package var isVouchedFor: Bool? {
        familiarity.map { _ in !doubts.contains { $0.key == .notVouchedFor } }
    }

    package struct Failure: Sendable, Equatable {
        /// Tells programs what a person reads in `message`, for instance "scale-unknown".
        package let kind: String
        package let message: String
        package let hint: String
    }
}
