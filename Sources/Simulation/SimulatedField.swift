package import Imaging

/// One field of the simulated microscope, decided by its seed, index, view and density alone.
package struct SimulatedField: Sendable {
    package enum View: String, Sendable, CaseIterable {
        /// The camera's 1280 x 1024 frame at 180 nm a pixel.
        case camera
        /// 1024 x 1024 at 83 nm a pixel, optical and electron pictures of the same field.
        case pair
    }

    /// How the sensor's colour filters lie: V4L2's BA81.
    package static let pattern = Sensor.pattern

    package let seed: UInt64
    package let index: Int
    package let view: View
    package var density: FieldDensity
    /// Added to the height of the focal plane, in µm.
    package var focusOffset: Float = 0
    /// Of a thick mount, in µm: bodies' middles lie at any height within half of it above and below; nil leaves them to the
    /// preparation.
    package var thickness: Float?
    /// Height of the focal plane above the middle of the mount, in µm; nil: what the field draws, and ``focusOffset``.
    package var focusHeight: Float?
    /// Exposures of one field differ by their noise.
    package var exposureNumber = 0
    /// Relative exposure time; 1 puts glass at about 0.8 of full scale.
    package var exposure: Float = 1
    /// What slides it belongs to.
    package var world: World
    /// Number of the slide within its world; nil makes a slide of every field.
    package var slide: Int?
    /// Of a slide, in place of a scene of the field's own.
    var window: SlideWindow?

    package init(
        seed: UInt64, index: Int, view: View, density: FieldDensity = FieldDensity(), world: World = .classic
    ) {
        self.world = world
        self.seed = seed
        self.index = index
        self.view = view
        self.density = density
    }

    /// Scale of the optical picture.
    package var nmPerPixel: Double { view == .camera ? 180 : 83 }

    package struct Rendering: Sendable {
        /// What the sensor gave: one channel, 0...255, filters as ``SimulatedField/pattern``.
        package let mosaic: Picture<UInt16>
        /// RGB. Camera view: the demosaiced frame. Pair view: that frame at the lens's scale.
        package let optical: Picture<UInt8>
        /// Pair view only.
        package let electron: ElectronPictures?
        /// Its `file` is empty.
        package internal(set) var truth: FieldTruth
    }

    /// RGB pictures of 1024 x 1024 at 83 nm a pixel.
    package struct ElectronPictures: Sendable {
        package let sem: Picture<UInt8>
        /// Grains of known species on black.
        package let semOnBlack: Picture<UInt8>
        /// 0 or 255: red *Iva*, blue *Galanthus*, green other, black glass.
        package let map: Picture<UInt8>
    }

    /// The sensor's frame alone, for a camera that nobody tells the truth.
    /// - Returns: one channel, 0...255.
    package func exposed() -> Picture<UInt16> { expose(prepare()) }

    /// Everything; about 2.5 s of one core.
    package func render() -> Rendering {
        let specimen = prepare()
        let mosaic = expose(specimen)
        let demosaiced = mosaic.demosaiced(Self.pattern).eightBit(ofDepth: 8)
        let frame = preparation.map { $0.camera.processed(demosaiced) } ?? demosaiced
        switch view {
        case .camera:
            let (width, height) = cameraSize
            let fine = BrightField.oversampling
            return Rendering(
                mosaic: mosaic, optical: frame, electron: nil,
                truth: truth(
                    specimen, grid: BrightField.grid, width: width * fine, height: height * fine, perPixel: fine))
        case .pair:
            // As the lens brings any camera's picture to its own scale.
            let optical = frame.normalised.resampled(width: Self.resampledSize, height: Self.resampledSize)
                .cropped(x: Self.cut, y: Self.cut, width: Self.pairSize, height: Self.pairSize).eightBit
            return Rendering(
                mosaic: mosaic, optical: optical, electron: electronPictures(specimen),
                truth: truth(specimen, grid: Self.lensGrid, width: Self.pairSize, height: Self.pairSize, perPixel: 1))
        }
    }

    /// How its slide was prepared; nil for the classic way.
    var preparation: Preparation? {
        world == .classic ? nil : world.preparation(seed: seed, number: slide ?? index)
    }

    /// Camera pixels that are exposed. For pairs 498 = 6 x 83, which resample to exactly 1080 = 6 x 180 lens pixels.
    var cameraSize: (width: Int, height: Int) {
        if let window { return (window.width, window.height) }
        return view == .camera ? (1280, 1024) : (498, 498)
    }

    /// Of the pictures, in pixels.
    package static func size(of view: View) -> (width: Int, height: Int) {
        view == .camera ? (1280, 1024) : (pairSize, pairSize)
    }

    static let pairSize = 1024
    private static let resampledSize = 1080
    /// Lens pixels cut from each side of the resampled camera picture.
    private static let cut = (resampledSize - pairSize) / 2
    /// Pixels of the pair view, in µm from the corner of the camera's field.
    static let lensGrid = Grid(originX: Float(cut) * 0.083, originY: Float(cut) * 0.083, step: 0.083)
}
