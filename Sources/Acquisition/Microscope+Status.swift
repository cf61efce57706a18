package import ControlAPI
internal import Foundation
internal import Lens
internal import SlideStore

/// How the instrument is.
extension Microscope {
    package func status() async throws(Problem) -> ServiceStatus {
        watchStore()
        let fault = storeFault.map { Problem($0) }
        let totals = try? await store.totals()
        if totals == nil, fault == nil {
            _ = try await asProblems { () throws(StoreError) in try await store.totals() }
        }
        let room = await store.room()
        return ServiceStatus(
            version: Self.version, uptimeSeconds: startedAt.duration(to: .now).seconds,
            camera: try await cameraReport(), lens: lensReport, species: book.knownSpecies,
            queue: QueueReport(pending: await analysis.pending, running: await analysis.isRunning ? 1 : 0),
            store: StoreReport(
                slides: totals?.slides ?? 0, captures: totals?.captures ?? 0, bytes: totals?.bytes ?? 0, problem: fault,
                freeBytes: room?.freeBytes, capturesLeft: room?.capturesLeft, isNearlyFull: room?.isLow ?? false,
                move: await care.move))
    }

    private var lensReport: LensReport {
        let now = lens.now
        func also(_ reason: String) -> String { now.shortfall.map { "\($0.detail); and \(reason)" } ?? reason }
        return switch now.state {
        case .none:
            LensReport(
                name: nil, state: .none,
                reason: also("no lens is set: fields are stored and nothing is counted"))
        case .refused(let folder, let error): LensReport(name: folder, state: .refused, reason: also("\(error)"))
        case .ready(let lens):
            LensReport(
                name: lens.manifest.name, state: .ready,
                reason: now.shortfall.map { "\($0.detail); the configured lens counts on" },
                species: lens.manifest.species.map { .init(key: $0.key, name: $0.name, colour: $0.colour) },
                nmPerPixel: lens.manifest.nmPerPixel, digest: lens.digest)
        }
    }

    static func iso8601(_ date: Date) -> String {
        date.formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
    }
}
