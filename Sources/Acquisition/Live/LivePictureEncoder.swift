internal import Camera
internal import ControlAPI
internal import Imaging
internal import Lens
internal import Quantities

/// Makes the live view's pictures ready to send: one of each kind and width at a time, shared by all who ask for it.
actor LivePictureEncoder {
    /// Widths that pictures are sent in, so that clients share them.
    static let widths = [16, 32, 64, 96, 128, 192, 256, 320, 480, 640, 800, 960, 1280, 1600, 1920, 2560, 3200, 4096]

    private struct Key: Hashable {
        let view: LivePicture.View
        let format: LivePicture.Format
        let width: Int
    }

    /// A picture, and when its frame was exposed.
    private struct Made: Sendable {
        let picture: LivePicture
        let exposedAt: MonotonicInstant

        /// As old as it is now.
        var now: LivePicture {
            var picture = picture
            picture.ageMilliseconds = Int((MonotonicInstant.now.nanoseconds - exposedAt.nanoseconds) / 1_000_000)
            return picture
        }
    }

    private var pictures: [Key: Made] = [:]
    private var usedAt: [Key: ContinuousClock.Instant] = [:]
    private var underWay: [Key: Task<Result<Made, Problem>, Never>] = [:]
    /// The camera's pictures do not wait for the lens's.
    private let cameraThread = WorkThread("neurallens.live.camera-pictures")
    private let lensThread = WorkThread("neurallens.live.lens-pictures")

    func picture(
        of shot: LiveView.Shot, source: String, _ request: LivePicture.Request
    ) async throws(Problem) -> LivePicture {
        let (frame, width) = (shot.frame, Self.width(request.width))
        return try await picture(
            Key(view: request.view, format: request.format, width: width), sequence: shot.sequence,
            exposedAt: frame.exposedAt, on: cameraThread
        ) { () throws(ImagingError) in
            let small = frame.preview(width: width)
            return LivePicture(
                bytes: try Self.bytes(small, request.format, comment: "Live picture of \(source)"),
                format: request.format, sequence: shot.sequence, ageMilliseconds: 0, isSynthesised: false,
                widthPx: small.width, heightPx: small.height,
                nmPerPixel: shot.nmPerPixel.map { $0 * Double(frame.width) / Double(small.width) }, mode: .off)
        }
    }

    func picture(
        of look: LiveLook, _ kind: ImageKind, _ request: LivePicture.Request
    ) async throws(Problem) -> LivePicture {
        let width = Self.width(request.width)
        return try await picture(
            Key(view: request.view, format: request.format, width: width), sequence: look.shot.sequence,
            exposedAt: look.shot.frame.exposedAt, on: lensThread
        ) { () throws(ImagingError) in
            guard let small = look.picture(kind, width: width) else {
                throw ImagingError(
                    .cannotEncode, "the lens gave no picture \(kind.rawValue)", hint: "look at another view")
            }
            let name = look.lens.manifest.name
            let isSynthesised = request.view.isSynthesised
            return LivePicture(
                bytes: try Self.bytes(
                    small, request.format,
                    comment: isSynthesised
                        ? "Synthesised by the neural lens \(name): the statistically most likely picture, not an observation."
                        : "Sample map by the neural lens \(name)"
                ), format: request.format, sequence: look.shot.sequence, ageMilliseconds: 0,
                isSynthesised: isSynthesised,
                widthPx: small.width, heightPx: small.height,
                nmPerPixel: look.nmPerPixel * Double(look.map.width) / Double(small.width), mode: look.mode.wire,
                covers: look.covers)
        }
    }

    /// The picture of that number; or, where an older one is just being made, that one.
    private func picture(
        _ key: Key, sequence: Int, exposedAt: MonotonicInstant, on thread: WorkThread,
        _ make: @escaping @Sendable () throws(ImagingError) -> LivePicture
    ) async throws(Problem) -> LivePicture {
        usedAt[key] = .now
        if let known = pictures[key], known.picture.sequence == sequence { return known.now }
        if let task = underWay[key] { return try await task.value.get().now }
        let task = Task { () -> Result<Made, Problem> in
            let result = await thread.run { Result { () throws(ImagingError) in try make() } }
            underWay[key] = nil
            switch result {
            case .success(let picture):
                let made = Made(picture: picture, exposedAt: exposedAt)
                if usedAt[key] != nil { pictures[key] = made }
                return .success(made)
            case .failure(let error): return .failure(Problem(.internalError, error.message, hint: error.hint))
            }
        }
        underWay[key] = task
        return try await task.value.get().now
    }

    func forget() {
        pictures = [:]
        usedAt = [:]
    }

    /// Pictures that nobody asks for any longer.
    func forgetUnused() {
        for (key, at) in usedAt where at.duration(to: .now) > LiveView.patience {
            usedAt[key] = nil
            pictures[key] = nil
        }
    }

    /// The widest that is no wider than asked.
    static func width(_ asked: Int) -> Int { widths.last { $0 <= asked } ?? widths[0] }

    private static func bytes(
        _ picture: Picture<UInt8>, _ format: LivePicture.Format, comment: String
    ) throws(ImagingError) -> [UInt8] {
        switch format {
        case .jpeg: try JPEG.encode(picture, comment: comment)
        case .raw: picture.channels == 3 ? picture.samples : picture.greyAsRGB.samples
        }
    }
}
