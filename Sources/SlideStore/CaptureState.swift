/// How far a capture has come.
package enum CaptureState: String, Sendable, Equatable, CaseIterable {
    /// The input is on disk, the lens has not run; in a run beside the first: it has not come to this capture.
    case stored
    /// The lens was started; still so when the daemon was killed meanwhile.
    case analysing
    /// Pictures and grains are on disk.
    case done
    /// The lens or the store refused; the input is kept.
    case failed
}
