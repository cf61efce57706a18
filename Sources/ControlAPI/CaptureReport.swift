/// One capture: an element of `GET /v1/slides/NAME/captures` and of a `CaptureJob`.
package struct CaptureReport: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        /// The input is stored, the results are not.
        case pending
        case done
        /// The input is stored and the lens will not look at it; `problem` says why (unknown scale, no lens, too dark).
        case refused
        case failed
    }

    /// Seconds each stage took; null for a stage not reached.
    package struct Timings: Codable, Sendable, Equatable {
        /// From the trigger to the frame in memory.
        @Nullable package var grabSeconds: Double?
        /// From the frame in memory to the input committed.
        @Nullable package var storeSeconds: Double?
        @Nullable package var lensSeconds: Double?
        @Nullable package var grainsSeconds: Double?
        /// From the grains in memory to the results committed.
        @Nullable package var resultsSeconds: Double?

        package init(
            grabSeconds: Double? = nil, storeSeconds: Double? = nil, lensSeconds: Double? = nil,
            grainsSeconds: Double? = nil, resultsSeconds: Double? = nil
        ) {
            self.grabSeconds = grabSeconds
            self.storeSeconds = storeSeconds
            self.lensSeconds = lensSeconds
            self.grainsSeconds = grainsSeconds
            self.resultsSeconds = resultsSeconds
        }
    }

    /// How the frame was shown to be exposed after the trigger.
    package enum Freshness: String, Codable, Sendable {
        /// By the time at which it was exposed.
        case timestamp
        /// By the order in which frames came: the camera's time stamps tell nothing, or cannot be right.
        case arrival
    }

    /// What happened to the camera's buffers between the frame before and this one.
    package struct Frames: Codable, Sendable, Equatable {
        /// Frames the driver counted and never delivered.
        package var sequenceGaps: Int
        /// Buffers flagged as faulty, discarded.
        package var errorFlagged: Int
        /// Good frames exposed before the trigger.
        package var discardedBeforeTrigger: Int

        package init(sequenceGaps: Int, errorFlagged: Int, discardedBeforeTrigger: Int) {
            self.sequenceGaps = sequenceGaps
            self.errorFlagged = errorFlagged
            self.discardedBeforeTrigger = discardedBeforeTrigger
        }
    }

    package var id: Int64
    package var slide: String
    package var state: State
    /// ISO 8601, UTC.
    package var capturedAt: String
    /// Name of the frame source.
    package var source: String
    /// Which picture of the source: a file name, the index of a simulated field; empty for a camera.
    package var origin: String
    /// Scale of the stored input; null when unknown.
    @Nullable package var nmPerPixel: Double?
    /// Name of the lens that made the counts.
    @Nullable package var lens: String?
    /// Every species of the lens, in the lens's order, zero counts too; empty until the results are stored.
    package var counts: [SpeciesCount]
    package var unidentified: Int
    package var timings: Timings
    package var frames: Frames
    /// null for captures of versions that did not note it.
    @Nullable package var freshness: Freshness?
    @Nullable package var problem: Problem?
    /// Null unless a person left the field out: then nothing of it counts.
    @Nullable package var exclusion: ExclusionReport?
    /// Sentences on what is doubtful about the field; empty where nothing is.
    package var doubts: [String]
    /// The same for programs, in the same order: `overexposed`.
    package var doubtKeys: [String]
    /// Share of the fields its lens knows that are as strange as this one, 0...1; null where the lens cannot tell. Below
    /// the lens's limit the doubt `not-vouched-for` stands among the others.
    @Nullable package var familiarity: Double?
    /// That it is divided by when it is analysed; null where it is not.
    @Nullable package var flatField: Int64?
    /// Where it was planned to lie on a trap's tape: its middle, from where the slide's part of it begins; null where it was
    /// not.
    @Nullable package var alongMm: Double?
    /// The same from one edge of the deposit.
    @Nullable package var acrossMm: Double?

    /// How the field was fused from focal planes; null where it is one frame.
    @Nullable package var focusSweep: FocusSweepReport?

    package init(
        id: Int64, slide: String, state: State, capturedAt: String, source: String, origin: String,
        nmPerPixel: Double?, lens: String?, counts: [SpeciesCount], unidentified: Int, timings: Timings,
        frames: Frames, freshness: Freshness? = nil, problem: Problem? = nil, exclusion: ExclusionReport? = nil,
        doubts: [(key: String, sentence: String)] = [], familiarity: Double? = nil, flatField: Int64? = nil,
        alongMm: Double? = nil, acrossMm: Double? = nil, focusSweep: FocusSweepReport? = nil
    ) {
        self.focusSweep = focusSweep
        self.alongMm = alongMm
        self.acrossMm = acrossMm
        self.id = id
        self.slide = slide
        self.state = state
        self.capturedAt = capturedAt
        self.source = source
        self.origin = origin
        self.nmPerPixel = nmPerPixel
        self.lens = lens
        self.counts = counts
        self.unidentified = unidentified
        self.timings = timings
        self.frames = frames
        self.freshness = freshness
        self.problem = problem
        self.exclusion = exclusion
        self.doubts = doubts.map(\.sentence)
        doubtKeys = doubts.map(\.key)
        self.familiarity = familiarity
        self.flatField = flatField
    }
}
