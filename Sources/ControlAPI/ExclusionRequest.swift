/// Body of `PUT /v1/captures/ID/exclusion`.
package struct ExclusionRequest: CheckedRequest, Equatable {
    package static let longestReason = 1000

    package var reason: String
    /// Name of the person; the user who connected is recorded anyway.
    package var reviewer: String?

    package init(reason: String, reviewer: String? = nil) {
        self.reason = reason
        self.reviewer = reviewer
    }

    package var fault: Problem? {
        if reason.allSatisfy(\.isWhitespace) {
            return Problem(.invalidExclusion, "a field cannot be left out without a reason", hint: "say why")
        }
        if reason.unicodeScalars.count > Self.longestReason {
            return Problem(
                .invalidExclusion, "the reason has \(reason.unicodeScalars.count) characters",
                hint: "give 1 to \(Self.longestReason)")
        }
        return nil
    }
}
