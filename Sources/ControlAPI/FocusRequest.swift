internal import Quantities

/// Body of `POST /v1/focus`: the motor looks for the height at which the field is sharpest.
package struct FocusRequest: CheckedRequest, Equatable {
    /// How far it may go up and down from where it stands, within its limits; null: to its limits.
    package var reachUm: Double?

    package init(reachUm: Double? = nil) { self.reachUm = reachUm }

    package var fault: Problem? {
        Quantity.sweepSpan.fault(reachUm, name: "reach").map { Problem(.invalidFocus, $0) }
    }
}
