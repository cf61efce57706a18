/// A lens that is taught from labels, as `GET /v1/teachings` tells it. It goes on when the client leaves and when the daemon
/// is started again.
package struct TeachingJob: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        /// Pictures and labels are written as a data set.
        case preparing
        case training
        /// The lens looks at what was held out.
        case judging
        case done, failed
        /// Somebody stopped it; it can be gone on with.
        case stopped

        package var isFinal: Bool { self == .done || self == .failed || self == .stopped }
    }

    package struct Slide: Codable, Sendable, Equatable {
        package var slide: String
        package var fields: Int
        package var isHeldOut: Bool

        package init(slide: String, fields: Int, isHeldOut: Bool) {
            self.slide = slide
            self.fields = fields
            self.isHeldOut = isHeldOut
        }
    }

    package struct Species: Codable, Sendable, Equatable {
        package var key: String
        package var species: String
        package var grainsTaught: Int
        package var grainsHeldOut: Int

        package init(key: String, species: String, grainsTaught: Int, grainsHeldOut: Int) {
            self.key = key
            self.species = species
            self.grainsTaught = grainsTaught
            self.grainsHeldOut = grainsHeldOut
        }
    }

    /// A point of the loss's curve.
    package struct Loss: Codable, Sendable, Equatable {
        package var step: Int
        /// Mean since the point before.
        package var loss: Double

        package init(step: Int, loss: Double) {
            self.step = step
            self.loss = loss
        }
    }

    /// A number.
    package var id: String
    /// Of the lens.
    package var name: String
    package var state: State
    /// Grows with every change of the job: what long polling waits for.
    package var revision: Int
    package var begunAt: String
    package var by: String
    package var slides: [Slide]
    package var species: [Species]
    /// What it starts from, in words.
    package var start: String
    package var done: Int
    /// Null while it is not known.
    @Nullable package var steps: Int?
    /// Estimated; null while it is not known.
    @Nullable package var secondsLeft: Double?
    /// Of the latest step.
    @Nullable package var loss: Double?
    /// At most 200 points; empty in lists.
    package var curve: [Loss]
    package var message: String
    /// What a reader of the figures must know.
    package var remarks: [String]
    /// SHA-256 of the manifest of the lens, when done: what a reanalysis names it by.
    @Nullable package var lensDigest: String?
    /// Of the lens on the daemon's machine, when done.
    @Nullable package var lensFolder: String?
    @Nullable package var result: TeachingResult?
    /// Why it failed.
    @Nullable package var problem: Problem?

    package init(
        id: String, name: String, state: State, revision: Int, begunAt: String, by: String, slides: [Slide],
        species: [Species], start: String, done: Int, steps: Int?, message: String, remarks: [String],
        secondsLeft: Double? = nil, loss: Double? = nil, curve: [Loss] = [], lensDigest: String? = nil,
        lensFolder: String? = nil, result: TeachingResult? = nil, problem: Problem? = nil
    ) {
        self.id = id
        self.name = name
        self.state = state
        self.revision = revision
        self.begunAt = begunAt
        self.by = by
        self.slides = slides
        self.species = species
        self.start = start
        self.done = done
        self.steps = steps
        self.secondsLeft = secondsLeft
        self.loss = loss
        self.curve = curve
        self.message = message
        self.remarks = remarks
        self.lensDigest = lensDigest
        self.lensFolder = lensFolder
        self.result = result
        self.problem = problem
    }
}
