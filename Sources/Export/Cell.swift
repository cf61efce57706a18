import Foundation
import Quantities

/// A value of a table. What is unknown, not finite or out of range is `nothing`.
enum Cell: Sendable, Equatable {
    case nothing
    case text(String)
    case integer(Int64)
    case number(Double)
    case flag(Bool)

    init(_ text: String?) { self = text.map(Cell.text) ?? .nothing }
    init(_ integer: Int64?) { self = integer.map(Cell.integer) ?? .nothing }
    init(_ integer: Int?) { self.init(integer.map(Int64.init)) }
    init(_ flag: Bool) { self = .flag(flag) }

    init(_ number: Double?) {
        guard let number, number.isFinite else {
            self = .nothing
            return
        }
        self = .number(number)
    }

    init(_ date: Date?) { self.init(date.flatMap(UTC.iso8601)) }
}
