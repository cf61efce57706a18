internal import CV4L2
internal import Glibc
internal import Quantities

extension V4L2Source {
    /// Nanoseconds without a frame that count as no signal; slow cameras get more.
    var signalTimeout: Int64 { max(configuration.signalTimeout.nanoseconds, 4 * (ledger.frameTime ?? 0)) }

    /// One round of the device's thread: takes filled buffers, ends waiting that took too long, reconnects.
    /// - Returns: what to wait for.
    func turn() -> DeviceThread.Wait {
        connectIfDue()
        if case .streaming(let session) = link {
            drain(session)
            endLongWaits(session)
        }
        switch link {
        case .closed: return DeviceThread.Wait()
        case .absent(_, let retryAt, _): return DeviceThread.Wait(deadline: retryAt)
        case .streaming(let session):
            let deadlines = waiters.map { deadline(of: $0, session) } + [giveUp(session)]
            return DeviceThread.Wait(
                descriptor: session.device.descriptor,
                deadline: deadlines.min().map(MonotonicInstant.init(nanoseconds:)))
        }
    }

    /// Takes every filled buffer; loses the device when it fails.
    /// - Returns: how many of them were good.
    @discardableResult
    func drain(_ session: CaptureSession) -> Int {
        var good = 0
        var taken = 0
        do {
            while let filled = try session.stream.dequeue() {
                taken += 1
                if try receive(filled, session) { good += 1 }
            }
        } catch {
            lose(.broken(path, operation: "VIDIOC_DQBUF", failure: error))
            return good
        }
        if taken == 0 && hasFailed(session) { lose(.disconnected(path, operation: "poll")) }
        return good
    }

    func heldFrame(_ session: CaptureSession) -> Frame? {
        guard let held = session.held else { return nil }
        do {
            let pixels = try session.stream.layout.unpack(held.bytes)
            return makeFrame(
                pixels, held, exposedAt: held.stamp.earliestExposure(frameTime: ledger.frameTime),
                accounting: ledger.deliveredPreview(), session)
        } catch {
            ledger.damaged()
            session.held = nil
            try? session.stream.queue(held.index)
            return nil
        }
    }

    func failWaiters(_ error: CameraError) {
        let failed = waiters
        waiters = []
        for waiter in failed { waiter.continuation.resume(returning: .failure(error)) }
    }

    func noSignal(from session: CaptureSession) -> CameraError {
        .noSignal(session.device.identity.path, after: .nanoseconds(signalTimeout))
    }

    /// - Returns: whether the buffer held a good frame.
    private func receive(_ filled: V4L2Stream.Filled, _ session: CaptureSession) throws(SystemFailure) -> Bool {
        session.lastArrival = filled.stamp.dequeuedAt
        lossReason = nil
        ledger.received(filled.stamp)
        let frameTime = ledger.frameTime
        let bound = filled.stamp.earliestExposure(frameTime: frameTime) ?? filled.stamp.dequeuedAt
        var exposures: [MonotonicInstant?] = []
        for index in waiters.indices {
            exposures.append(
                waiters[index].trigger == nil
                    ? bound : waiters[index].trigger?.exposure(of: filled.stamp, frameTime: frameTime))
        }
        let layout = session.stream.layout
        var damage = filled.isFlagged ? "the driver flagged the frame" : layout.check(filled.bytes)?.reason
        if damage == nil, exposures.contains(where: { $0 != nil }) {
            do {
                deliver(try layout.unpack(filled.bytes), filled, exposures, session)
            } catch {
                damage = error.reason
            }
        } else if damage == nil {
            for index in waiters.indices { waiters[index].discarded += 1 }
        }
        guard damage == nil else {
            ledger.damaged()
            for index in waiters.indices { waiters[index].damage = damage }
            try session.stream.queue(filled.index)
            return false
        }
        if let held = session.held {
            session.held = nil
            try session.stream.queue(held.index)
        }
        session.held = filled
        return true
    }

    /// - Parameter exposures: for each waiter when exposure began, nil for those that wait on.
    private func deliver(
        _ pixels: Frame.Pixels, _ filled: V4L2Stream.Filled, _ exposures: [MonotonicInstant?], _ session: CaptureSession
    ) {
        var waiting: [Waiter] = []
        var areControlsRead = false
        for (waiter, exposedAt) in zip(waiters, exposures) {
            guard let exposedAt else {
                var waiter = waiter
                waiter.discarded += 1
                waiting.append(waiter)
                continue
            }
            // What automatic exposure and gain came to is stored with captures; a preview does without.
            if waiter.trigger != nil && !areControlsRead {
                session.readValues()
                noteControls(session)
                areControlsRead = true
            }
            let accounting =
                waiter.trigger == nil
                ? ledger.deliveredPreview() : ledger.deliveredTriggered(discarded: waiter.discarded)
            waiter.continuation.resume(
                returning: .success(
                    makeFrame(pixels, filled, exposedAt: exposedAt, accounting: accounting, session)))
        }
        waiters = waiting
    }

    private func makeFrame(
        _ pixels: Frame.Pixels, _ filled: V4L2Stream.Filled, exposedAt: MonotonicInstant?,
        accounting: FrameAccounting, _ session: CaptureSession
    ) -> Frame {
        Frame(
            pixels: pixels, bitDepth: session.stream.layout.format.bitDepth,
            exposedAt: exposedAt ?? filled.stamp.dequeuedAt, sequence: filled.stamp.sequence,
            format: session.stream.mode.fourcc, accounting: accounting, controls: session.values)
    }

    private func endLongWaits(_ session: CaptureSession) {
        let now = MonotonicInstant.now.nanoseconds
        let expired = waiters.filter { deadline(of: $0, session) <= now }
        waiters.removeAll { deadline(of: $0, session) <= now }
        for waiter in expired {
            let device = session.device.identity.path
            waiter.continuation.resume(
                returning: .failure(waiter.damage.map { .truncated(device, $0) } ?? noSignal(from: session)))
        }
        if giveUp(session) <= now { lose(noSignal(from: session)) }
    }

    /// Nanoseconds: frames stopped, or came and none would do.
    private func deadline(of waiter: Waiter, _ session: CaptureSession) -> Int64 {
        min(
            max(waiter.startedAt, session.silentSince).nanoseconds + signalTimeout,
            waiter.startedAt.nanoseconds + signalTimeout + 4 * (ledger.frameTime ?? 0))
    }

    /// Nanoseconds: when a silent stream is closed and opened again, which wakes some cameras.
    private func giveUp(_ session: CaptureSession) -> Int64 { session.silentSince.nanoseconds + 2 * signalTimeout }

    private func hasFailed(_ session: CaptureSession) -> Bool {
        var entry = pollfd(fd: session.device.descriptor, events: Int16(POLLIN), revents: 0)
        _ = try? syscall(.ends) { poll(&entry, 1, 0) }
        return entry.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 && entry.revents & Int16(POLLIN) == 0
    }
}
