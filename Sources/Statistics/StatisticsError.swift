/// Why a count could not be turned into figures.
package struct StatisticsError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        /// Nothing was examined: no field, or none with an area.
        case noFields
        /// A field with an impossible area or count.
        case badField
        case badPrecision
        case badVolume
        case badDepositArea
    }

    package let code: Code
    /// One sentence: what failed, on what.
    package let message: String
    /// What to do about it.
    package let hint: String

    package init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    package var description: String { "\(message); \(hint)" }
}
