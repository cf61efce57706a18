internal import SlideStore

/// Does to the store what one failed read or write must not spoil: again, with growing pauses, for as long as the
/// failure may pass and `patience` lasts.
@discardableResult
func persistently<Value: Sendable>(
    for patience: Duration, isolation: isolated (any Actor)? = #isolation, _ body: () async throws(StoreError) -> Value
) async throws(StoreError) -> Value {
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
