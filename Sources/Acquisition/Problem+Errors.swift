internal import Camera
internal import ControlAPI
internal import SlideStore

extension Problem {
    /// Who asked has left, or the daemon stops: nothing more is computed for the answer.
    init(_: CancellationError) {
        self.init(.shuttingDown, "nobody waits for the answer any more", hint: "ask again")
    }

    init(_ error: StoreError) {
        let kind: Kind =
            switch error.code {
            case .invalidName: .invalidSlideName
            case .duplicateName: .slideExists
            case .noSuchSlide: .slideNotFound
            case .noSuchCapture: .captureNotFound
            case .noSuchPicture: .imageNotFound
            case .picturesAway: .picturesAway
            case .slideInUse: .slideInUse
            case .notArchived, .noArchive: .archiveRefused
            case .diskFull: .storeFull
            case .noSuchGrain: .grainNotFound
            case .noSuchRun: .runNotFound
            case .noSuchPlan: .planNotFound
            case .noSuchScan: .scanNotFound
            case .noSuchJob: .jobNotFound
            case .noSuchTeaching: .teachingNotFound
            case .noSuchReading: .readingNotFound
            case .invalidReading: .readingRefused
            case .sameReader: .sameReader
            case .grainRemoved, .nothingToUndo: .reviewRefused
            case .invalidReview: .invalidReview
            case .fieldChanged: .fieldChanged
            case .invalidSpecies: .invalidSpecies
            case .runMismatch: .reanalysisRefused
            case .invalidValue, .followsFromSample: .invalidSlideChange
            case .sampleOverlaps: .sampleRefused
            case .lost: .storeLost
            case .busy: .storeBusy
            default: .storeFailed
            }
        self.init(kind, error.message, hint: error.hint)
    }

    init(_ error: CameraError) {
        let kind: Kind =
            switch error.code {
            case .notFound, .busy, .permissionDenied, .disconnected, .noUsableFormat, .closed: .cameraUnavailable
            case .modeNotOffered: .cameraModeRefused
            case .badControl: .controlNotFound
            case .outOfRange: .controlOutOfRange
            case .unsupported: .controlsUnsupported
            case .noSignal, .truncatedFrame, .unreadablePicture, .badSource, .system: .cameraFailed
            }
        self.init(kind, error.message, hint: error.hint)
    }
}

/// The store's errors as problems.
@discardableResult
func asProblems<Value>(
    isolation: isolated (any Actor)? = #isolation, _ body: () async throws(StoreError) -> Value
) async throws(Problem) -> Value {
    do {
        return try await body()
    } catch {
        throw Problem(error)
    }
}

/// The same for a thread that waits.
func blockingAsProblems<Value>(_ body: () throws(StoreError) -> Value) throws(Problem) -> Value {
    do {
        return try body()
    } catch {
        throw Problem(error)
    }
}
