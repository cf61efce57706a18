/// `GET /v1/live`: what the live view shows and how it fares. Its counts are those of the moment and are never stored.
package struct LiveState: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        /// Nobody watches.
        case off
        case running
        /// Somebody watches and there is no picture; `reason` says why.
        case waiting
    }

    package enum Mode: String, Codable, Sendable {
        case full, map, centre, off
    }

    /// 64 equal classes of each channel's range.
    package struct Histogram: Codable, Sendable, Equatable {
        package var red: [Int]
        package var green: [Int]
        package var blue: [Int]

        package init(red: [Int], green: [Int], blue: [Int]) {
            self.red = red
            self.green = green
            self.blue = blue
        }
    }

    package struct Outline: Codable, Sendable, Equatable {
        /// Key of a species, or `unidentified`.
        package var species: String
        /// Closed polygon of [x, y] in the camera's pixels; the first corner is not repeated.
        package var outlinePx: [SIMD2<Double>]

        package init(species: String, outlinePx: [SIMD2<Double>]) {
            self.species = species
            self.outlinePx = outlinePx
        }
    }

    package var state: State
    /// Why nothing is shown, or why the lens shows nothing.
    @Nullable package var reason: String?
    /// Of the newest picture; see `LivePicture`.
    package var sequence: Int
    package var previewPerSecond: Double
    package var lensPerSecond: Double
    /// What the lens took for its newest picture.
    @Nullable package var lensSeconds: Double?
    /// Since the newest frame's exposure began.
    @Nullable package var frameAgeSeconds: Double?
    /// The same of the frame that the lens's newest picture was made from.
    @Nullable package var lensAgeSeconds: Double?
    /// Part of that frame that counts and outlines are of, as `LivePicture.covers`; nil for the whole field.
    @Nullable package var lensCovers: SIMD4<Double>?
    /// Frames that the camera counted and the live view passed over since somebody watches.
    package var droppedFrames: Int
    /// Vollath's F4 over the squared mean, in thousandths: higher is sharper; comparable within one scene.
    @Nullable package var focus: Double?
    /// Share of samples at the lowest value, 0...1.
    package var clippedLow: Double
    package var clippedHigh: Double
    package var histogram: Histogram
    /// Of the camera's frame.
    package var widthPx: Int
    package var heightPx: Int
    @Nullable package var nmPerPixel: Double?
    package var lensMode: Mode
    @Nullable package var lensModeReason: String?
    package var lensChoice: LiveOptions.Lens
    package var region: LiveOptions.Region
    /// Grains of the frame that the lens saw last, never of a capture: every species of the lens, zero counts too;
    /// empty without a lens picture.
    package var counts: [GrainCount]
    package var unidentified: Int
    /// What whoever reads the counts must know of the field: sentences; none where nothing is doubtful.
    package var doubts: [String]
    package var outlines: [Outline]
    package var viewers: Int

    package init(
        state: State = .off, reason: String? = nil, sequence: Int = 0, previewPerSecond: Double = 0,
        lensPerSecond: Double = 0, lensSeconds: Double? = nil, frameAgeSeconds: Double? = nil,
        lensAgeSeconds: Double? = nil, lensCovers: SIMD4<Double>? = nil, droppedFrames: Int = 0,
        focus: Double? = nil, clippedLow: Double = 0, clippedHigh: Double = 0,
        histogram: Histogram = Histogram(red: [], green: [], blue: []), widthPx: Int = 0,
        heightPx: Int = 0, nmPerPixel: Double? = nil, lensMode: Mode = .off, lensModeReason: String? = nil,
        lensChoice: LiveOptions.Lens = .auto, region: LiveOptions.Region = .field, counts: [GrainCount] = [],
        unidentified: Int = 0, doubts: [String] = [], outlines: [Outline] = [], viewers: Int = 0
    ) {
        self.state = state
        self.reason = reason
        self.sequence = sequence
        self.previewPerSecond = previewPerSecond
        self.lensPerSecond = lensPerSecond
        self.lensSeconds = lensSeconds
        self.frameAgeSeconds = frameAgeSeconds
        self.lensAgeSeconds = lensAgeSeconds
        self.lensCovers = lensCovers
        self.droppedFrames = droppedFrames
        self.focus = focus
        self.clippedLow = clippedLow
        self.clippedHigh = clippedHigh
        self.histogram = histogram
        self.widthPx = widthPx
        self.heightPx = heightPx
        self.nmPerPixel = nmPerPixel
        self.lensMode = lensMode
        self.lensModeReason = lensModeReason
        self.lensChoice = lensChoice
        self.region = region
        self.counts = counts
        self.unidentified = unidentified
        self.doubts = doubts
        self.outlines = outlines
        self.viewers = viewers
    }
}
