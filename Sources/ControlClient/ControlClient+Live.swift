package import ControlAPI

extension ControlClient {
    package func liveState() throws(ControlClientError) -> LiveState { try get(RequestPath("live")) }

    /// Where a live picture is asked for.
    static func path(_ request: LivePicture.Request) -> RequestPath {
        RequestPath(
            "live", "frame",
            query: [
                "view": request.view.rawValue, "after": String(request.after), "width": String(request.width),
                "format": request.format.rawValue,
            ])
    }
}

extension LivePicture {
    /// Nil where nothing newer came in time.
    init?(_ response: HTTPResponse, view: View, format: Format) {
        func number<Value: LosslessStringConvertible>(_ name: String, _ type: Value.Type = Value.self) -> Value? {
            response.headers["neurallens-\(name)"].flatMap { Value($0) }
        }
        guard response.status == 200, let width = number("width", Int.self), let height = number("height", Int.self)
        else { return nil }
        if format == .raw, response.body.count < width * height * 3 { return nil }
        self.init(
            bytes: response.body, format: format, sequence: number("sequence") ?? 0,
            ageMilliseconds: number("age-ms") ?? 0,
            // A header that went missing must not turn a drawn picture into an observed one.
            isSynthesised: number("synthesised") ?? view.isSynthesised, widthPx: width, heightPx: height,
            nmPerPixel: number("nm-per-pixel"),
            mode: response.headers["neurallens-mode"].flatMap(LiveState.Mode.init) ?? .off)
    }
}
