package import Foundation

/// A field as the camera gave it, with everything known about how.
package struct CaptureInput: Sendable {
    /// The demosaiced field; its kind is `PictureRecord.input`.
    package var png: [UInt8]
    /// In pixels.
    package var width: Int
    /// In pixels.
    package var height: Int
    /// nil: unknown, lengths of this capture stay null.
    package var scale: FieldScale?
    /// Where the stage or the user says the field lies; nil: unknown.
    package var stagePosition: SlidePosition?
    /// Where it was planned to lie on a trap's tape; nil where it was not.
    package var tapePlace: TapePlace?
    /// That it is divided by when it is analysed; nil where it is not.
    package var flatField: Int64?
    /// Camera or replay that made the frame, for instance "v4l2:/dev/video0 (uvcvideo, USB camera)".
    package var source: String
    /// Which picture of the source: file name, simulated field index; empty for a camera.
    package var origin: String
    /// FourCC of the wire format, "PNG", "simulated BA81".
    package var wireFormat: String
    /// Significant bits a sample, 8...16.
    package var bitDepth: Int
    /// The driver's frame number.
    package var sequence: UInt32
    /// Camera controls in force, by name.
    package var controls: [String: Int64]
    package var frames: FrameCounts
    /// How the frame was shown to be exposed after the trigger.
    package var freshness: Freshness
    /// Of a field that was fused from focal planes; nil for one frame.
    package var sweep: FocalSweep?
    /// Of the same, beside the fused field: `sharpest` and `heights`.
    package var sweepPictures: [PictureRecord]
    /// Wall clock at the exposure.
    package var capturedAt: Date
    /// CLOCK_MONOTONIC at the start of exposure, in nanoseconds since boot.
    package var exposedAtMonotonicNanoseconds: Int64
    /// What is doubtful about it before any lens looks.
    package var doubts: [FieldDoubt]

    package enum Freshness: String, Sendable, Equatable {
        /// By the time at which it was exposed.
        case timestamp
        /// By the order in which frames came: the camera's stamps tell nothing, or cannot be right.
        case arrival
    }

    /// Buffers around the frame, as the camera counted them.
    package struct FrameCounts: Sendable, Equatable {
        /// Frames the driver counted and never delivered.
        package var sequenceGaps: Int
        /// Buffers flagged as broken, discarded.
        package var errorFlagged: Int
        /// Good frames exposed before the trigger, discarded.
        package var discardedBeforeTrigger: Int

        package init(sequenceGaps: Int, errorFlagged: Int, discardedBeforeTrigger: Int) {
            self.sequenceGaps = sequenceGaps
            self.errorFlagged = errorFlagged
            self.discardedBeforeTrigger = discardedBeforeTrigger
        }
    }

    package init(
        png: [UInt8], width: Int, height: Int, scale: FieldScale?, source: String, origin: String,
        wireFormat: String, bitDepth: Int, sequence: UInt32, controls: [String: Int64], frames: FrameCounts,
        capturedAt: Date, exposedAtMonotonicNanoseconds: Int64, stagePosition: SlidePosition? = nil,
        tapePlace: TapePlace? = nil, flatField: Int64? = nil, doubts: [FieldDoubt] = [],
        freshness: Freshness = .timestamp,
        sweep: FocalSweep? = nil, sweepPictures: [PictureRecord] = []
    ) {
        precondition((sweep == nil) == sweepPictures.isEmpty, "a sweep has its pictures")
        self.sweep = sweep
        self.sweepPictures = sweepPictures
        self.png = png
        self.width = width
        self.height = height
        self.scale = scale
        self.stagePosition = stagePosition
        self.tapePlace = tapePlace
        self.flatField = flatField
        self.source = source
        self.origin = origin
        self.wireFormat = wireFormat
        self.bitDepth = bitDepth
        self.sequence = sequence
        self.controls = controls
        self.frames = frames
        self.freshness = freshness
        self.capturedAt = capturedAt
        self.exposedAtMonotonicNanoseconds = exposedAtMonotonicNanoseconds
        self.doubts = doubts
    }
}
