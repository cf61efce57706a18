package import Stage

/// What a microscope consists of.
package struct MicroscopeConfiguration: Sendable, Equatable {
    /// `simulated[:SEED]`, `folder:DIR` or a V4L2 device path.
    package var camera: String
    /// Folder of the lens; nil stores fields without looking at them.
    package var lensFolder: String?
    /// Scale of the camera's own pixels in the object plane, for sources that do not know it; nil is unknown.
    package var nmPerPixel: Double?
    /// Folder that holds `slides.sqlite`.
    package var stateDirectory: String
    /// Threads that share the work of one network.
    package var threads: Int
    /// Folder that slides are archived in; nil: none are.
    package var archiveFolder: String?
    /// Days after which the pictures of a slide are not kept any more, counts are; nil: for ever.
    package var keepPicturesDays: Int?

    /// The motor; nil: slide and focus are moved by hand.
    package var motor: StageConfiguration?

    package init(
        camera: String, lensFolder: String?, nmPerPixel: Double?, stateDirectory: String, threads: Int,
        archiveFolder: String? = nil, keepPicturesDays: Int? = nil, motor: StageConfiguration? = nil
    ) {
        self.motor = motor
        self.camera = camera
        self.lensFolder = lensFolder
        self.nmPerPixel = nmPerPixel
        self.stateDirectory = stateDirectory
        self.threads = threads
        self.archiveFolder = archiveFolder
        self.keepPicturesDays = keepPicturesDays
    }
}
