package import ControlAPI

extension Presentation {
    package static func status(_ status: ServiceStatus) -> String {
        var facts = Facts()
        facts.append("daemon", "neurallensd \(status.version), up \(elapsed(status.uptimeSeconds))")
        facts.append("camera", sentence(status.camera))
        for remark in status.camera.remarks { facts.append("", remark) }
        facts.append("lens", sentence(status.lens))
        for species in status.lens.species {
            facts.append("", "\(species.key): \(species.name) (\(species.colour))")
        }
        facts.append("queue", "\(status.queue.pending) waiting, \(status.queue.running) in work")
        facts.append(
            "store",
            "\(plural(status.store.slides, "slide")), \(plural(status.store.captures, "capture")), "
                + size(status.store.bytes))
        facts.append("", status.store.problem.map { "\($0.detail); \($0.hint)" })
        facts.append("", status.store.move.map(sentence))
        facts.append("", status.store.freeBytes.map { room($0, status.store) })
        return facts.rendered()
    }

    /// A line of `live` for a pipe.
    ///
    /// - Parameter capturesPerMinute: since `live` began; nil before there is anything to divide.
    package static func liveLine(_ status: ServiceStatus, counts: SlideCounts?, capturesPerMinute: Double?) -> String {
        var items = [
            "camera \(status.camera.state.rawValue)", "queue \(status.queue.pending + status.queue.running)",
            "captures \(status.store.captures)", "per minute \(fixed(capturesPerMinute, digits: 1))",
        ]
        if let counts { items += countItems(counts.species, unidentified: counts.unidentified) }
        return items.joined(separator: ", ") + "\n"
    }

    static func sentence(_ camera: CameraReport) -> String {
        var parts = [camera.source, camera.reason.map { "\(camera.state.rawValue): \($0)" } ?? camera.state.rawValue]
        if let mode = camera.mode { parts.append(sentence(mode)) }
        parts.append(scale(camera.nmPerPixel))
        return parts.joined(separator: ", ")
    }

    private static func room(_ free: Int64, _ store: StoreReport) -> String {
        "\(size(free)) free" + (store.capturesLeft.map { ", for some \(plural($0, "capture"))" } ?? "")
            + (store.isNearlyFull ? ": make room, archive or delete slides" : "")
    }

    private static func sentence(_ move: PictureMoveReport) -> String {
        let figures = "\(plural(move.left, "picture")) of an earlier version, \(size(move.leftBytes)), "
        guard let problem = move.problem else { return figures + "still to be moved to files of their slides" }
        return figures + "are moved later: \(problem.detail); \(problem.hint)"
    }

    private static func sentence(_ lens: LensReport) -> String {
        guard lens.state != .none else { return "none: pictures are stored, nothing is counted" }
        let state = lens.reason.map { "\(lens.state.rawValue): \($0)" } ?? lens.state.rawValue
        return "\(lens.name ?? "unnamed"), \(state)" + (lens.nmPerPixel.map { ", \(scale($0))" } ?? "")
    }
}
