/// The kinds of numbers that come from outside. Ranges are those of light microscopes and air samplers, with room; none
/// is so wide that a product of a few of them cannot be computed with.
extension Quantity {
    // MARK: Space

    /// Of a camera's or a lens's pixels in the object plane: from beyond the finest objective to a hand lens.
    package static let scale = Quantity("scale", 1...100_000, "nm per pixel")
    /// Of a sensor's pixels.
    package static let pixelPitch = Quantity("pixel pitch", 0.1...1000, "um")
    /// Between slide and sensor.
    package static let magnification = Quantity("magnification", 0.01...10_000)
    package static let binning = Quantity(counting: "binning", 1...16)
    package static let stageMicrometerDivision = Quantity("stage micrometer's division", 0.1...100_000, "um")
    /// From the stage's zero, along one axis: a metre each way.
    package static let stagePosition = Quantity("stage position", -1e6...1e6, "um")
    /// Of a field on its slide, along one axis: where pictures and a turned stage put it.
    package static let slidePosition = Quantity("position on the slide", -1e7...1e7, "um")
    /// Along one side of a picture.
    package static let pictureSide = Quantity(counting: "side of the picture", 1...65_535, "pixels")
    /// In a picture, along one axis.
    package static let pixelPlace = Quantity("place in the picture", -65_536...65_536, "pixels")

    // MARK: Samples

    /// Air that passed the sampler.
    package static let sampledVolume = Quantity("sampled volume", 1e-6...1e6, "m3")
    /// Of the slide or tape.
    package static let depositArea = Quantity("deposit area", 1e-3...1e6, "mm2")
    /// Of one object.
    package static let grainArea = Quantity("area of a grain", 0...1e6, "um2")

    // MARK: Shares

    package static let confidence = Quantity("confidence", 0...1)
    /// Half of a 95 % interval over its density.
    package static let precision = Quantity("precision", 0.001...0.999)

    // MARK: Lenses

    /// Of the squares that networks run on.
    package static let tileSide = Quantity(counting: "side of a tile", 2...8192, "pixels")
    /// Number of a class among those of a sample map.
    package static let mapChannel = Quantity(counting: "map channel", 0...63)
    /// Networks of a lens, or species.
    package static let lensParts = Quantity(counting: "number of parts", 1...64)
    /// By which a network may be off on another processor, its output running from -1 to 1.
    package static let testTolerance = Quantity("tolerance", 0...0.1)

    // MARK: Focus

    /// Frames that are fused into one field.
    package static let sweepFrames = Quantity(counting: "number of frames", 2...500)
    /// Of a focus sweep by hand.
    package static let sweepTime = Quantity("time of the sweep", 0.1...600, "seconds")
    /// From the lowest to the highest plane of a sweep by motor.
    package static let sweepSpan = Quantity("span of the sweep", 0.1...2000, "um")

    /// That a field of a scan shares with the next.
    package static let scanOverlap = Quantity("overlap", 0...0.9)

    // MARK: Time and numbers

    /// Fields of one job: a day at one a second.
    package static let captures = Quantity(counting: "number of captures", 1...86_400)
    /// From one capture of a job to the next: up to a day.
    package static let captureInterval = Quantity("interval", 0...86_400, "seconds")
    package static let planCaptures = Quantity(counting: "number of captures", 1...1_000_000)
    /// Of a training.
    package static let trainingSteps = Quantity(counting: "number of steps", 1...1_000_000)
    /// Of a training: up to a week.
    package static let trainingMinutes = Quantity("time", 0.1...10_080, "minutes")
    /// From one slot of a plan to the next: up to a week.
    package static let planInterval = Quantity("interval", 0.5...604_800, "seconds")
    package static let planGrains = Quantity(counting: "number of grains", 1...1_000_000_000)
    /// Frames a second, down to one in ten minutes.
    package static let frameRate = Quantity("frame rate", 1.0 / 600...100_000, "frames per second")
    /// Of a camera's sensor.
    package static let exposure = Quantity("exposure", 0...600, "seconds")
}
