/// Body of `POST /v1/scans/SCAN/resume`.
package struct ScanResumption: CheckedRequest, Equatable {
    /// Go on although the motor does not stand where the scan left it: its places are right.
    package var anywhere: Bool?

    package init(anywhere: Bool? = nil) { self.anywhere = anywhere }

    package var fault: Problem? { nil }
}
