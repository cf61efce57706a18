internal import CV4L2
internal import Glibc
internal import Quantities
internal import SystemCalls

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
        case .absent(let reason, let retryAt, _):
            endLongWaits(reason)
            let deadlines = waiters.map { $0.startedAt.nanoseconds + signalTimeout } + [retryAt.nanoseconds]
            return DeviceThread.Wait(deadline: deadlines.min().map(MonotonicInstant.init(nanoseconds:)))
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
                pixels, held, unasked(ledger.stampsAreFalse ? held.stamp.withoutClock : held.stamp),
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
    private func receive(_ filled: V4L2Stream.Filled, _ session: CaptureSession) throws(Errno) -> Bool {
        session.lastArrival = filled.stamp.dequeuedAt
        lossReason = nil
        let stamp = ledger.received(filled.stamp)
        let frameTime = ledger.frameTime
        var proofs: [Trigger.Proof?] = []
        for index in waiters.indices {
            proofs.append(
                waiters[index].trigger == nil
                    ? unasked(stamp)
                    : waiters[index].trigger?.proof(
                        of: stamp, frameTime: frameTime, buffers: session.stream.bufferCount))
        }
        let layout = session.stream.layout
        var damage = filled.damage ?? layout.check(filled.bytes)?.reason
        if damage == nil, proofs.contains(where: { $0 != nil }) {
            do {
                deliver(try layout.unpack(filled.bytes), filled, proofs, session)
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

    /// For whoever takes any frame.
    private func unasked(_ stamp: BufferStamp) -> Trigger.Proof {
        let earliest = stamp.earliestExposure(frameTime: ledger.frameTime)
        return Trigger.Proof(
            exposedAt: earliest ?? stamp.dequeuedAt, freshness: earliest == nil ? .arrival : .timestamp)
    }

    /// - Parameter proofs: for each waiter why the frame will do, nil for those that wait on.
    private func deliver(
        _ pixels: Frame.Pixels, _ filled: V4L2Stream.Filled, _ proofs: [Trigger.Proof?], _ session: CaptureSession
    ) {
        var waiting: [Waiter] = []
        var areControlsRead = false
        for (waiter, proof) in zip(waiters, proofs) {
            guard let proof else {
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
                    makeFrame(pixels, filled, proof, accounting: accounting, session)))
        }
        waiters = waiting
    }

    private func makeFrame(
        _ pixels: Frame.Pixels, _ filled: V4L2Stream.Filled, _ proof: Trigger.Proof,
        accounting: FrameAccounting, _ session: CaptureSession
    ) -> Frame {
        Frame(
            pixels: pixels, bitDepth: session.bitDepth(of: pixels),
            exposedAt: proof.exposedAt, sequence: filled.stamp.sequence,
            format: session.stream.mode.fourcc, accounting: accounting, controls: session.values,
            freshness: proof.freshness)
    }

    private func endLongWaits(_ session: CaptureSession) {
        let now = MonotonicInstant.now.nanoseconds
        let expired = waiters.filter { deadline(of: $0, session) <= now }
        waiters.removeAll { deadline(of: $0, session) <= now }
        for waiter in expired {
            let device = session.device.identity.path
            let reason =
                waiter.discarded > 0
                ? CameraError.stale(device, after: .nanoseconds(signalTimeout)) : noSignal(from: session)
            waiter.continuation.resume(returning: .failure(waiter.damage.map { .truncated(device, $0) } ?? reason))
        }
        if giveUp(session) <= now { lose(noSignal(from: session)) }
    }

    /// Waiting goes on for a moment while a stream that broke off is started again.
    private func endLongWaits(_ reason: CameraError) {
        let oldest = MonotonicInstant.now.nanoseconds - signalTimeout
        let expired = waiters.filter { $0.startedAt.nanoseconds <= oldest }
        waiters.removeAll { $0.startedAt.nanoseconds <= oldest }
        for waiter in expired { waiter.continuation.resume(returning: .failure(reason)) }
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
        _ = try? systemCall(interrupted: .ends) { poll(&entry, 1, 0) }
        return entry.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 && entry.revents & Int16(POLLIN) == 0
    }
}
