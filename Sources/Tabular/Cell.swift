/// A value of a table. What is unknown, not finite or out of range is `nothing`.
package enum Cell: Sendable, Equatable {
    case nothing
    case text(String)
    case integer(Int64)
    case number(Double)
    case flag(Bool)

    package init(_ text: String?) { self = text.map(Cell.text) ?? .nothing }
    package init(_ integer: Int64?) { self = integer.map(Cell.integer) ?? .nothing }
    package init(_ integer: Int?) { self.init(integer.map(Int64.init)) }
    package init(_ flag: Bool?) { self = flag.map(Cell.flag) ?? .nothing }

    package init(_ number: Double?) {
        guard let number, number.isFinite else {
            self = .nothing
            return
        }
        self = .number(number)
    }
}
