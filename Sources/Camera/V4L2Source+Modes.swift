extension V4L2Source {
    package func mode() -> CameraMode? { try? connected().stream.mode }

    /// In the formats that this module reads.
    package func modes() throws(CameraError) -> [CameraMode] {
        try connected().device.modes().filter { FourCC($0.fourcc).flatMap(PixelFormat.init(code:)) != nil }
    }

    package nonisolated var hasSettableMode: Bool { true }

    // Asynchronous as the protocol has them, so that they win over its defaults also for who knows the type.

    package func chosenMode() async -> CameraMode? { chosen }

    package func automaticMode() async -> CameraMode? { automatic }

    package func remarks() async -> [String] { [modeRemark].compactMap(\.self) }

    package func setMode(_ mode: CameraMode?) async throws(CameraError) {
        if let mode { try checkOffered(mode) }
        let (formerChoice, formerMode) = (chosen, settledMode)
        (chosen, settledMode) = (mode, nil)
        guard case .streaming = link else { return }
        do throws(CameraError) {
            restart()
            let given = try connected().stream.mode
            guard let mode, !given.isAlike(mode) else { return }
            throw CameraError(
                .modeNotOffered, operation: "VIDIOC_S_FMT",
                "\(path) gives \(given.notation) when asked for \(mode.notation)", hint: "choose another mode")
        } catch {
            (chosen, settledMode) = (formerChoice, formerMode)
            restart()
            connectIfDue()
            throw error
        }
    }

    /// Ends the stream, every descriptor with it; the next turn opens the device again. Whoever waits for a frame waits on.
    private func restart() {
        let reason = CameraError(
            .disconnected, operation: "VIDIOC_S_FMT", "\(path) is being set to another mode", hint: "wait a moment")
        link = .absent(reason, retryAt: .now, delay: Self.firstDelay)
        for index in waiters.indices { waiters[index].trigger?.restart() }
    }

    private func checkOffered(_ mode: CameraMode) throws(CameraError) {
        let device = try connected().device
        let isRead = FourCC(mode.fourcc).flatMap(PixelFormat.init(code:)) != nil
        guard !isRead || !device.offers(mode) else { return }
        throw CameraError(
            .modeNotOffered, operation: "VIDIOC_ENUM_FMT", "\(path) does not offer \(mode.notation)",
            hint: Self.alternatives(to: mode, among: try modes()))
    }

    /// What comes nearest of what is offered: rates of this size, sizes of this format, or formats.
    private static func alternatives(to mode: CameraMode, among offered: [CameraMode]) -> String {
        let sameFormat = offered.filter { $0.fourcc == mode.fourcc }
        let sameSize = sameFormat.filter { $0.isAlike(mode) }
        let near = !sameSize.isEmpty ? sameSize : sameFormat.isEmpty ? offered : sameFormat
        var notations: [String] = []
        for mode in near {
            let notation =
                sameSize.isEmpty
                ? CameraMode(fourcc: mode.fourcc, width: mode.width, height: mode.height).notation : mode.notation
            if !notations.contains(notation) { notations.append(notation) }
        }
        guard !notations.isEmpty else { return "it offers no mode that this program reads" }
        let rest = notations.count > 12 ? " and others; neurallens camera modes lists them" : ""
        return "it offers " + notations.prefix(12).joined(separator: ", ") + rest
    }

    /// The chosen mode where the device offers it.
    /// - Returns: nil where the choice is `configuration`'s.
    func chosenStream(_ device: V4L2Device) throws(CameraError) -> V4L2Stream? {
        modeRemark = nil
        guard let chosen else { return nil }
        automatic = try? configuration.choice(among: device.modes(), device: path)
        var refusal = "\(device.identity.card) does not offer it"
        if device.offers(chosen) {
            var exact = configuration
            (exact.fourcc, exact.width, exact.height) = (chosen.fourcc, chosen.width, chosen.height)
            exact.framesPerSecond = chosen.framesPerSecond
            do throws(CameraError) {
                let stream = try V4L2Stream(device: device, configuration: exact)
                noteDeparture(of: stream.mode, from: chosen)
                return stream
            } catch  where error.code != .noUsableFormat {
                throw error
            } catch {
                refusal = error.message
            }
        }
        modeRemark =
            "the camera was set to \(chosen.notation) and runs in another mode, since \(refusal); set one that "
            + "`neurallens camera modes` lists"
        return nil
    }

    private func noteDeparture(of given: CameraMode, from chosen: CameraMode) {
        if !given.isAlike(chosen) {
            modeRemark = "the camera was set to \(chosen.notation) and gives \(given.notation)"
        } else if let wanted = chosen.framesPerSecond, let rate = given.framesPerSecond,
            abs(rate - wanted) > 0.01 * wanted
        {
            modeRemark = "the camera was set to \(chosen.notation), and its driver tells of \(rate) frames a second"
        }
    }
}
