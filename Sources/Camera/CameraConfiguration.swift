/// What is asked of a camera; nil leaves the choice to the program and the driver.
package struct CameraConfiguration: Sendable, Equatable {
    /// V4L2 pixel format: "BA81", "YUYV". nil: the best of `PixelFormat.all` that the camera offers.
    package var fourcc: String?
    /// In pixels. nil: as large as the camera goes.
    package var width: Int?
    /// In pixels. nil: as large as the camera goes.
    package var height: Int?
    /// nil: as the driver has it.
    package var framesPerSecond: Double?
    /// How long no frame may arrive before the camera counts as without signal.
    package var signalTimeout: Duration

    package init(
        fourcc: String? = nil, width: Int? = nil, height: Int? = nil, framesPerSecond: Double? = nil,
        signalTimeout: Duration = .seconds(5)
    ) {
        self.fourcc = fourcc
        self.width = width
        self.height = height
        self.framesPerSecond = framesPerSecond
        self.signalTimeout = signalTimeout
    }

    /// Chooses among what a camera offers.
    /// - Parameter modes: all that the camera offers.
    /// - Returns: the format, size and rate to ask the driver for, which may still give another size.
    package func choice(among modes: [CameraMode], device: String) throws(CameraError) -> CameraMode {
        guard !modes.isEmpty else {
            throw CameraError(
                .noUsableFormat, operation: "VIDIOC_ENUM_FMT", "\(device) offers no picture format now",
                hint: "start what feeds it, or use a camera with a Bayer, grey, RGB, YUYV, UYVY, NV12 or MJPEG format")
        }
        let offered = Set(modes.map(\.fourcc)).sorted().joined(separator: ", ")
        let wanted = fourcc.map { FourCC($0)?.description ?? $0 }
        let candidates = modes.filter { mode in
            FourCC(mode.fourcc).flatMap(PixelFormat.init(code:)) != nil && (wanted == nil || wanted == mode.fourcc)
        }
        func rank(_ mode: CameraMode) -> Int { PixelFormat(code: FourCC(mode.fourcc)!)!.rank }
        func misfit(_ mode: CameraMode) -> Int {
            abs(mode.width - (width ?? mode.width)) + abs(mode.height - (height ?? mode.height))
        }
        let best = candidates.min {
            (rank($0), misfit($0), -$0.width * $0.height, -($0.framesPerSecond ?? 0))
                < (rank($1), misfit($1), -$1.width * $1.height, -($1.framesPerSecond ?? 0))
        }
        guard let best else {
            throw CameraError(
                .noUsableFormat, operation: "VIDIOC_ENUM_FMT",
                wanted.map { "\(device) does not offer the format \($0)" }
                    ?? "\(device) offers no picture format that this program reads",
                hint: "it offers \(offered)")
        }
        return CameraMode(
            fourcc: best.fourcc, width: width ?? best.width, height: height ?? best.height,
            framesPerSecond: framesPerSecond)
    }
}
