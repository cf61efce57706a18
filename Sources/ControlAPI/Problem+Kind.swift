extension Problem {
    /// The kinds a client can tell apart.
    package enum Kind: String, Sendable, CaseIterable {
        // The request itself.
        case malformedRequest = "malformed-request"
        case unknownRoute = "unknown-route"
        case methodNotAllowed = "method-not-allowed"
        case bodyTooLarge = "body-too-large"
        case requestTimeout = "request-timeout"
        case unsupportedMediaType = "unsupported-media-type"
        // Who asks, over TCP.
        case notSignedIn = "not-signed-in"
        case readOnly = "read-only"
        case hostRefused = "host-refused"
        case originRefused = "origin-refused"
        case pageOff = "page-off"
        case tooManyWatchers = "too-many-watchers"
        case tooManyConnections = "too-many-connections"
        case tooMuchInWork = "too-much-in-work"
        // The live view and plans.
        case invalidLiveView = "invalid-live-view"
        case invalidLiveOptions = "invalid-live-options"
        case liveViewRefused = "live-view-refused"
        case planNotFound = "plan-not-found"
        case invalidPlan = "invalid-plan"
        case planRefused = "plan-refused"
        // The motor, and what it is moved for.
        case invalidFocus = "invalid-focus"
        case invalidScan = "invalid-scan"
        case scanNotFound = "scan-not-found"
        case scanRefused = "scan-refused"
        case focusRefused = "focus-refused"
        case motorFailed = "motor-failed"
        // Slides and captures.
        case invalidSlideName = "invalid-slide-name"
        case invalidNote = "invalid-note"
        case slideNotFound = "slide-not-found"
        case slideExists = "slide-exists"
        case invalidCaptureRequest = "invalid-capture-request"
        case captureNotFound = "capture-not-found"
        case jobNotFound = "job-not-found"
        case jobStopped = "job-stopped"
        case invalidImageKind = "invalid-image-kind"
        case imageNotFound = "image-not-found"
        /// The slide's pictures are archived or not kept any more.
        case picturesAway = "pictures-away"
        case slideInUse = "slide-in-use"
        case slideNotConfirmed = "slide-not-confirmed"
        case archiveRefused = "archive-refused"
        case queueFull = "queue-full"
        // Counts and what is made of them.
        case invalidSlideChange = "invalid-slide-change"
        case invalidPrecision = "invalid-precision"
        case comparisonRefused = "comparison-refused"
        case mapRefused = "map-refused"
        case invalidExportFormat = "invalid-export-format"
        case exportRefused = "export-refused"
        case notCounted = "not-counted"
        case invalidExclusion = "invalid-exclusion"
        // Samples of traps.
        case sampleNotFound = "sample-not-found"
        case invalidSample = "invalid-sample"
        case sampleRefused = "sample-refused"
        // Reviews.
        case grainNotFound = "grain-not-found"
        case invalidReview = "invalid-review"
        case reviewRefused = "review-refused"
        /// Somebody else said something of the field since the client saw it.
        case fieldChanged = "field-changed"
        case invalidSpecies = "invalid-species"
        case readingNotFound = "reading-not-found"
        case invalidReading = "invalid-reading"
        case readingRefused = "reading-refused"
        /// The second reader would be the first, or another than the reading's.
        case sameReader = "same-reader"
        // Runs and lenses.
        case runNotFound = "run-not-found"
        case invalidReanalysis = "invalid-reanalysis"
        case reanalysisRefused = "reanalysis-refused"
        case lensNotOffered = "lens-not-offered"
        case invalidLensFile = "invalid-lens-file"
        case lensesFull = "lenses-full"
        /// It counts, or something that is at work needs it.
        case lensInUse = "lens-in-use"
        case activationRefused = "activation-refused"
        case invalidTeaching = "invalid-teaching"
        case teachingRefused = "teaching-refused"
        case teachingNotFound = "teaching-not-found"
        // The instrument.
        case objectiveNotFound = "objective-not-found"
        case invalidCalibration = "invalid-calibration"
        case calibrationRefused = "calibration-refused"
        case flatFieldRefused = "flat-field-refused"
        case invalidCameraMode = "invalid-camera-mode"
        case cameraModeRefused = "camera-mode-refused"
        case cameraUnavailable = "camera-unavailable"
        case cameraFailed = "camera-failed"
        case controlNotFound = "control-not-found"
        case controlOutOfRange = "control-out-of-range"
        case controlNotWritable = "control-not-writable"
        case controlsUnsupported = "controls-unsupported"
        case scaleUnknown = "scale-unknown"
        case lensRefused = "lens-refused"
        /// A field that no lens was asked about: too dark, of one brightness, overexposed.
        case fieldRefused = "field-refused"
        /// A field that is too much or too little for the lens in use; another one may take it.
        case fieldUnfit = "field-unfit"
        case lensFailed = "lens-failed"
        // The daemon.
        case storeFull = "store-full"
        case storeFailed = "store-failed"
        case storeLost = "store-lost"
        case storeBusy = "store-busy"
        case snapshotNotFound = "snapshot-not-found"
        case shuttingDown = "shutting-down"
        case internalError = "internal-error"

        package var status: Int {
            switch self {
            case .malformedRequest: 400
            case .unknownRoute, .slideNotFound, .captureNotFound, .jobNotFound, .imageNotFound, .controlNotFound,
                .grainNotFound, .runNotFound, .lensNotOffered, .objectiveNotFound, .planNotFound, .pageOff,
                .snapshotNotFound, .teachingNotFound, .readingNotFound, .sampleNotFound, .scanNotFound:
                404
            case .notSignedIn: 401
            case .readOnly, .hostRefused, .originRefused: 403
            case .unsupportedMediaType: 415
            case .methodNotAllowed: 405
            case .requestTimeout: 408
            case .slideExists, .jobStopped, .controlNotWritable, .controlsUnsupported, .scaleUnknown, .lensRefused,
                .fieldRefused, .fieldUnfit, .picturesAway, .slideInUse, .archiveRefused,
                .comparisonRefused, .mapRefused, .exportRefused, .notCounted, .reviewRefused, .fieldChanged,
                .reanalysisRefused,
                .calibrationRefused, .flatFieldRefused, .cameraModeRefused, .liveViewRefused, .planRefused,
                .teachingRefused,
                .lensInUse, .activationRefused, .readingRefused, .sameReader, .sampleRefused, .scanRefused,
                .focusRefused:
                409
            case .bodyTooLarge: 413
            case .invalidSlideName, .invalidNote, .invalidCaptureRequest, .invalidImageKind, .controlOutOfRange,
                .invalidSlideChange, .slideNotConfirmed, .invalidExclusion, .invalidPrecision, .invalidExportFormat,
                .invalidReview, .invalidSpecies, .invalidReanalysis,
                .invalidLensFile, .invalidCalibration, .invalidCameraMode, .invalidLiveView, .invalidLiveOptions,
                .invalidPlan, .invalidTeaching, .invalidReading, .invalidSample, .invalidFocus, .invalidScan:
                422
            case .queueFull, .storeBusy, .cameraUnavailable, .shuttingDown, .tooManyWatchers, .tooManyConnections,
                .tooMuchInWork:
                503
            case .cameraFailed, .motorFailed, .lensFailed, .storeFailed, .storeLost, .internalError: 500
            case .storeFull, .lensesFull: 507
            }
        }

        package var title: String {
            switch self {
            case .malformedRequest: "Malformed request"
            case .unknownRoute: "Unknown route"
            case .methodNotAllowed: "Method not allowed"
            case .bodyTooLarge: "Request body too large"
            case .requestTimeout: "Request not completed in time"
            case .unsupportedMediaType: "Request body of another type"
            case .notSignedIn: "Not signed in"
            case .readOnly: "Only for reading"
            case .hostRefused: "Host not allowed"
            case .originRefused: "Request from another site"
            case .pageOff: "Page not served"
            case .tooManyWatchers: "Too many watchers"
            case .tooManyConnections: "Too many connections"
            case .tooMuchInWork: "Too much in work"
            case .invalidLiveView: "No such live view"
            case .invalidLiveOptions: "Live options not allowed"
            case .liveViewRefused: "Live view not available"
            case .planNotFound: "No such plan"
            case .invalidPlan: "Plan not allowed"
            case .planRefused: "Change of the plan refused"
            case .invalidFocus: "Focus not allowed"
            case .invalidScan: "Scan not allowed"
            case .scanNotFound: "No such scan"
            case .scanRefused: "Scan refused"
            case .focusRefused: "No focus found"
            case .motorFailed: "Motor failed"
            case .invalidSlideName: "Slide name not allowed"
            case .invalidNote: "Note not allowed"
            case .slideNotFound: "No such slide"
            case .slideExists: "Slide exists already"
            case .invalidCaptureRequest: "Capture request not allowed"
            case .captureNotFound: "No such capture"
            case .jobNotFound: "No such job"
            case .jobStopped: "Job stopped"
            case .invalidImageKind: "No such kind of picture"
            case .imageNotFound: "Picture not stored"
            case .picturesAway: "Pictures are not here"
            case .slideInUse: "Slide in use"
            case .slideNotConfirmed: "Deletion not confirmed"
            case .archiveRefused: "Archive refused"
            case .queueFull: "Too many captures waiting"
            case .invalidSlideChange: "Change of the slide not allowed"
            case .invalidPrecision: "Precision not allowed"
            case .comparisonRefused: "Slides cannot be compared"
            case .mapRefused: "No map of the slide"
            case .invalidExportFormat: "No such export format"
            case .exportRefused: "Export refused"
            case .notCounted: "Not counted"
            case .invalidExclusion: "Reason not allowed"
            case .sampleNotFound: "No sample stated"
            case .invalidSample: "Sample not allowed"
            case .sampleRefused: "Sample refused"
            case .grainNotFound: "No such grain"
            case .invalidReview: "Review not allowed"
            case .reviewRefused: "Review refused"
            case .fieldChanged: "Field changed meanwhile"
            case .invalidSpecies: "Species not allowed"
            case .readingNotFound: "No such second reading"
            case .invalidReading: "Second reading not allowed"
            case .readingRefused: "Second reading refused"
            case .sameReader: "Not the second reader"
            case .runNotFound: "No such run"
            case .invalidReanalysis: "Reanalysis not allowed"
            case .reanalysisRefused: "Reanalysis refused"
            case .lensNotOffered: "Lens not offered"
            case .invalidLensFile: "Lens file not allowed"
            case .lensesFull: "No room for more lenses"
            case .lensInUse: "Lens in use"
            case .activationRefused: "Activation refused"
            case .invalidTeaching: "Teaching not allowed"
            case .teachingRefused: "Teaching refused"
            case .teachingNotFound: "No such teaching"
            case .objectiveNotFound: "No such objective"
            case .invalidCalibration: "Calibration not allowed"
            case .calibrationRefused: "Calibration refused"
            case .flatFieldRefused: "Flat field refused"
            case .invalidCameraMode: "Camera mode not allowed"
            case .cameraModeRefused: "Camera mode refused"
            case .cameraUnavailable: "Camera unavailable"
            case .cameraFailed: "Camera failed"
            case .controlNotFound: "No such camera control"
            case .controlOutOfRange: "Camera control out of range"
            case .controlNotWritable: "Camera control cannot be changed"
            case .controlsUnsupported: "Source has no controls"
            case .scaleUnknown: "Scale unknown"
            case .lensRefused: "Lens refused"
            case .fieldRefused: "Field refused"
            case .fieldUnfit: "Field does not fit the lens"
            case .lensFailed: "Lens failed"
            case .storeFull: "No space left for captures"
            case .storeFailed: "Store failed"
            case .storeLost: "Store is no longer itself"
            case .storeBusy: "Store is busy"
            case .snapshotNotFound: "No such snapshot"
            case .shuttingDown: "Daemon is shutting down"
            case .internalError: "Internal error"
            }
        }
    }
}
