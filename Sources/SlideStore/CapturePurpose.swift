package import Foundation

/// What a field was taken for; noted in the same transaction as its input, so that a daemon that is killed neither takes
/// it again nor forgets it.
package enum CapturePurpose: Sendable, Equatable {
    /// - Parameter nextAt: when the job's next field is due.
    case job(Job.ID, nextAt: Date)
    /// - Parameters:
    ///   - dueAt: of the slot that the field fills.
    ///   - nextAt: of the slot after.
    case plan(Plan.ID, dueAt: Date, nextAt: Date)
    /// - Parameter place: of the scan, from 0.
    case scan(Scan.ID, place: Int)
}
