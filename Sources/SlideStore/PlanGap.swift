package import Foundation

/// Slots of a plan, one after the other, in which nothing was captured.
package struct PlanGap: Sendable, Equatable {
    /// When the first of them was due.
    package let dueAt: Date
    package let slots: Int
    package let reason: String

    package init(dueAt: Date, slots: Int, reason: String) {
        self.dueAt = dueAt
        self.slots = slots
        self.reason = reason
    }
}
