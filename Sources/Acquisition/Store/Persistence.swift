internal import Imaging
internal import SlideStore

/// What fails for want of something that may be there in a moment: memory, room on a disk, a descriptor.
protocol PassingFailure: Error {
    var isPassing: Bool { get }
}

extension StoreError: PassingFailure {}
extension ImagingError: PassingFailure {}

/// Does what one failed read, write or allocation must not spoil: again, with growing pauses, for as long as the failure
/// may pass and `patience` lasts.
@discardableResult
func persistently<Value: Sendable, Failure: PassingFailure>(
    for patience: Duration, isolation: isolated (any Actor)? = #isolation, _ body: () async throws(Failure) -> Value
) async throws(Failure) -> Value {
    let deadline = ContinuousClock.now + patience
    var backoff = Backoff(first: .milliseconds(50), longest: .seconds(2))
    while true {
        do {
            return try await body()
        } catch {
            guard error.isPassing, ContinuousClock.now < deadline, !Task.isCancelled else { throw error }
            try? await Task.sleep(for: backoff.pause())
        }
    }
}
