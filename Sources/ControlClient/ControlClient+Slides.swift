package import ControlAPI

extension ControlClient {
    package func changeSlide(_ name: String, _ change: SlideChange) throws(ControlClientError) -> SlideSummary {
        try send("PATCH", RequestPath("slides", checked(name)), checked: change)
    }

    /// - Parameters:
    ///   - precision: half the 95 % interval over the density, above 0 and at most 1.
    ///   - isSurveyed: waits until the slide is surveyed, however long that takes.
    package func counts(
        ofSlide name: String, untilPrecision precision: Double? = nil, isSurveyed: Bool = false
    ) throws(ControlClientError) -> SlideCounts {
        let query: KeyValuePairs = [
            "until_precision": precision.map { "\($0)" }, "surveyed_within": isSurveyed ? "20" : nil,
        ]
        while true {
            let asked = ContinuousClock.now
            let counts: SlideCounts = try get(
                RequestPath("slides", checked(name), "counts", query: query), waiting: Self.drawing)
            // An answer before its time: nothing more comes, also where the picture of a field cannot be read.
            let isEnd = asked.duration(to: .now) < .seconds(19)
            if !isSurveyed || isEnd || counts.surveyedFields >= counts.fieldsToSurvey { return counts }
        }
    }

    package func archiveSlide(_ name: String) throws(ControlClientError) -> SlideTransferJob {
        try send("POST", RequestPath("slides", checked(name), "archive"), bytes: [], contentType: "application/json")
    }

    package func restoreSlide(_ name: String) throws(ControlClientError) -> SlideTransferJob {
        try send("POST", RequestPath("slides", checked(name), "restore"), bytes: [], contentType: "application/json")
    }

    /// - Parameter confirmation: the slide's name once more.
    package func deleteSlide(
        _ name: String, confirmation: String
    ) throws(ControlClientError) -> SlideDeletionReport {
        try send(
            "DELETE", RequestPath("slides", checked(name), query: ["name": checked(confirmation)]), bytes: [],
            contentType: "application/json", waiting: Self.drawing)
    }

    /// Waits for the transfer's end and reports its state at every change.
    package func follow(
        _ job: SlideTransferJob, onChange: (SlideTransferJob) -> Void
    ) throws(ControlClientError) -> SlideTransferJob {
        try follow(job, onChange: onChange) { job, revision, wait throws(ControlClientError) in
            try get(RequestPath("store", "transfers", job, query: patience(revision, wait)), waiting: wait)
        }
    }

    package func comparison(
        ofSlide name: String, with other: String
    ) throws(ControlClientError) -> SlideComparison {
        try get(RequestPath("slides", checked(name), "comparison", query: ["with": checked(other)]))
    }

    package func placements(ofSlide name: String) throws(ControlClientError) -> SlidePlacements {
        try get(RequestPath("slides", checked(name), "fields"), waiting: Self.drawing)
    }

    /// The PNG file's bytes.
    package func map(ofSlide name: String) throws(ControlClientError) -> [UInt8] {
        try bytes(RequestPath("slides", checked(name), "map"), waiting: Self.drawing)
    }

    /// The file's bytes.
    /// - Parameter capture: the one whose outlines are wanted, of `geoJSON`.
    package func export(
        slide name: String, format: ExportFormat, capture: Int64? = nil
    ) throws(ControlClientError) -> [UInt8] {
        let query: KeyValuePairs = ["capture": capture.map { String($0) }]
        return try bytes(
            RequestPath("slides", checked(name), "export", format.rawValue, query: query), waiting: Self.drawing)
    }

    /// The labels of finished fields, of one moment.
    package func dataSet(_ request: DataSetRequest) throws(ControlClientError) -> DataSetReport {
        try send("POST", RequestPath("data-sets"), checked: request, waiting: Self.drawing)
    }

    /// A finished field and its labels side by side as a PNG file's bytes.
    package func pair(ofCapture id: Int64, species keys: [String]) throws(ControlClientError) -> [UInt8] {
        try bytes(
            RequestPath("captures", String(id), "pair", query: ["species": keys.joined(separator: ",")]),
            waiting: Self.drawing)
    }

    /// The counts, or why the slide has none; other refusals are thrown.
    package func countsOrReason(ofSlide name: String) throws(ControlClientError) -> Result<SlideCounts, Problem> {
        do throws(ControlClientError) { return .success(try counts(ofSlide: name)) } catch {
            guard case .refused(let problem) = error.code, problem.isKind(.notCounted) else { throw error }
            return .failure(problem)
        }
    }
}
