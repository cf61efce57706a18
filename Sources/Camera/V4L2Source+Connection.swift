import Logging

extension V4L2Source {
    /// Nanoseconds between attempts to open the device: 0.25 s after a loss, doubling to 2 s.
    static let firstDelay: Int64 = 250_000_000
    private static let longestDelay: Int64 = 2_000_000_000

    /// The stream, after an attempt to open the device if one is due.
    func connected() throws(CameraError) -> CaptureSession {
        connectIfDue()
        switch link {
        case .streaming(let session): return session
        case .absent(let reason, _, _): throw reason
        case .closed: throw .closed(name)
        }
    }

    func connectIfDue() {
        guard case .absent(let former, let retryAt, let delay) = link, retryAt <= .now else { return }
        do throws(CameraError) {
            let session = try open()
            link = .streaming(session)
            ledger.streamStarted()
            noteControls(session)
            identity = identity ?? session.device.identity
            settledMode = session.stream.mode
            rename(session.device.identity)
            noteOthers()
            logger.info("camera streams", metadata: ["camera": "\(name)", "mode": "\(session.stream.mode)"])
            if let modeRemark, modeRemark != toldRemark {
                logger.notice("about the camera's mode", metadata: ["camera": "\(name)", "remark": "\(modeRemark)"])
            }
            toldRemark = modeRemark
        } catch {
            if error != former {
                logger.info("camera is not available", metadata: ["camera": "\(name)", "reason": "\(error)"])
            }
            link = .absent(
                error, retryAt: MonotonicInstant(nanoseconds: MonotonicInstant.now.nanoseconds + delay),
                delay: min(2 * delay, Self.longestDelay))
        }
    }

    /// Lets go of the device, every descriptor with it: some drivers return only then.
    ///
    /// A stream that gave frames and broke off is started again at once, and whoever waits for a frame waits on.
    func lose(_ error: CameraError) {
        logger.info("camera lost", metadata: ["camera": "\(name)", "reason": "\(error)"])
        var isPassing = false
        if case .streaming(let session) = link, session.lastArrival != nil { isPassing = error.isOfStreamAlone }
        lossReason = isPassing ? nil : error.description
        noteOthers()
        let pause = isPassing ? 0 : Self.firstDelay
        link = .absent(
            error, retryAt: MonotonicInstant(nanoseconds: MonotonicInstant.now.nanoseconds + pause),
            delay: Self.firstDelay)
        guard isPassing else { return failWaiters(error) }
        for index in waiters.indices { waiters[index].trigger?.restart() }
    }

    private func noteOthers() {
        guard let identity else { return }
        others.formUnion(CameraDevice.present().filter { $0.bus != identity.bus })
    }

    /// Takes in what the controls were last read as.
    func noteControls(_ session: CaptureSession) {
        lastValues = session.values
        ledger.nominalFrameTime = session.nominalFrameTime
    }

    /// Opens the device; after a loss with the former mode and controls.
    private func open() throws(CameraError) -> CaptureSession {
        let device = try find()
        let session = CaptureSession(stream: try stream(device), startedAt: .now)
        guard identity != nil else { return session }
        session.restore(lastValues)
        for (name, value) in requestedValues.sorted(by: { $0.key < $1.key }) {
            guard let known = session.controls.first(where: { $0.control.name == name }), !known.isVolatile,
                known.control.value != value
            else { continue }
            throw CameraError(
                .badControl, operation: "VIDIOC_S_EXT_CTRLS",
                "\(device.identity.path) came back and keeps \(name) at \(known.control.value), not \(value)",
                hint: "unplug it and plug it in again, or set \(name) after a restart of the daemon")
        }
        return session
    }

    private func stream(_ device: V4L2Device) throws(CameraError) -> V4L2Stream {
        if let stream = try chosenStream(device) { return stream }
        if let settledMode, chosen == nil {
            var former = configuration
            former.fourcc = settledMode.fourcc
            former.width = settledMode.width
            former.height = settledMode.height
            former.framesPerSecond = settledMode.framesPerSecond
            do throws(CameraError) {
                let stream = try V4L2Stream(device: device, configuration: former)
                if stream.mode != settledMode { noteChange(from: settledMode, to: stream.mode) }
                automatic = stream.mode
                return stream
            } catch  where error.code != .noUsableFormat {
                throw error
            } catch {
                logger.debug("camera lacks its former mode", metadata: ["camera": "\(name)", "reason": "\(error)"])
            }
        }
        let stream = try V4L2Stream(device: device, configuration: configuration)
        let mode = stream.mode
        automatic = mode
        let isAsAsked =
            mode.width == configuration.width ?? mode.width && mode.height == configuration.height ?? mode.height
        if !isAsAsked {
            logger.info(
                "camera gives another size than asked for",
                metadata: [
                    "camera": "\(name)", "mode": "\(mode)",
                    "asked": "\(configuration.width ?? 0) x \(configuration.height ?? 0)",
                ])
        }
        return stream
    }

    private func noteChange(from former: CameraMode, to mode: CameraMode) {
        logger.info(
            "camera came back in another mode",
            metadata: ["camera": "\(name)", "mode": "\(mode)", "former": "\(former)"])
    }

    /// The device of the path, or, when that is gone or another camera now, the same camera elsewhere.
    private func find() throws(CameraError) -> V4L2Device {
        let stablePaths = CameraDevice.stablePaths()
        var reason: CameraError
        do throws(CameraError) {
            let device = try V4L2Device(path: path, stablePaths: stablePaths)
            guard let identity, identity.found(among: [device.identity], others: others) == nil else { return device }
            reason = CameraError(
                .notFound, operation: "open", "\(path) is another camera now (\(device.identity.card))",
                hint: "plug \(identity.card) in again")
        } catch {
            reason = error
        }
        // A path under /dev/v4l follows its camera by itself.
        if let identity, !path.hasPrefix("/dev/v4l/"), reason.code == .notFound || reason.code == .disconnected,
            let found = identity.found(among: CameraDevice.present(), others: others), found.path != path
        {
            return try V4L2Device(path: found.path, stablePaths: stablePaths)
        }
        throw reason
    }
}
