import ControlAPI
import NIOHTTP1

extension Route {
    static let live: [Route] = [
        Route(.GET, "/v1/live") { instrument, _, _ throws(Problem) in try .json(await instrument.liveState()) },
        Route(.PUT, "/v1/live/options") { instrument, _, call throws(Problem) in
            try .json(await instrument.setLiveOptions(call.decoded(LiveOptions.self), by: call.peer))
        },
        Route(.GET, "/v1/live/frame") { instrument, parameters, call throws(Problem) in
            let request = try pictureRequest(parameters)
            guard let picture = try await instrument.livePicture(request, by: call.peer) else {
                return Reply(status: .noContent, contentType: "", body: [])
            }
            return .live(picture)
        },
    ]

    /// Pixels across that may be asked for; smaller pictures are for terminals.
    private static let widths = 16...4096

    private static func pictureRequest(_ parameters: Parameters) throws(Problem) -> LivePicture.Request {
        let name = parameters.query["view"] ?? "camera"
        guard let view = LivePicture.View(rawValue: name) else {
            throw Problem(
                .invalidLiveView, "there is no live view \"\(name)\"",
                hint: "views are camera, field, map, magnified, labelled and only-KEY, as in only-iva")
        }
        let formatName = parameters.query["format"] ?? "jpeg"
        guard let format = LivePicture.Format(rawValue: formatName) else {
            throw Problem(
                .invalidLiveView, "live pictures are not sent as \"\(formatName)\"", hint: "formats are jpeg and raw")
        }
        let width = try parameters.number("width", Int.self) ?? 1280
        guard widths.contains(width) else {
            throw Problem(
                .invalidLiveView, "a live picture cannot be \(width) pixels across",
                hint: "give \(widths.lowerBound) to \(widths.upperBound)")
        }
        let after = try parameters.number("after", Int.self) ?? 0
        return LivePicture.Request(view: view, format: format, after: after, width: width)
    }
}

extension Reply {
    static func live(_ picture: LivePicture) -> Reply {
        var reply = Reply(
            status: .ok, contentType: picture.format == .jpeg ? "image/jpeg" : "application/octet-stream",
            body: picture.bytes)
        reply.headers = [
            ("Cache-Control", "no-store"), ("NeuralLens-Sequence", "\(picture.sequence)"),
            ("NeuralLens-Age-Ms", "\(picture.ageMilliseconds)"),
            ("NeuralLens-Synthesised", "\(picture.isSynthesised)"), ("NeuralLens-Width", "\(picture.widthPx)"),
            ("NeuralLens-Height", "\(picture.heightPx)"),
        ]
        if let nmPerPixel = picture.nmPerPixel { reply.headers.append(("NeuralLens-Nm-Per-Pixel", "\(nmPerPixel)")) }
        if picture.mode != .off { reply.headers.append(("NeuralLens-Mode", picture.mode.rawValue)) }
        if let part = picture.covers {
            reply.headers.append(("NeuralLens-Covers", "\(part.x),\(part.y),\(part.z),\(part.w)"))
        }
        return reply
    }
}
