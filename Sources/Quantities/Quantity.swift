/// A kind of number that comes from outside: what it is, its unit, and what it may be.
///
/// Requests, lens manifests, the configuration, camera drivers and rows of the store are checked against it where they
/// enter, and what is refused is refused with the range. Inside, numbers are within it.
package struct Quantity: Sendable, Equatable {
    /// As in "the scale".
    package let name: String
    /// Empty for shares and ratios.
    package let unit: String
    package let range: ClosedRange<Double>
    /// Whole numbers only.
    package let isCount: Bool

    package init(_ name: String, _ range: ClosedRange<Double>, _ unit: String = "") {
        self.name = name
        self.unit = unit
        self.range = range
        isCount = false
    }

    /// Of whole numbers.
    package init(counting name: String, _ range: ClosedRange<Int>, _ unit: String = "") {
        self.name = name
        self.unit = unit
        self.range = Double(range.lowerBound)...Double(range.upperBound)
        isCount = true
    }

    /// Never of what is not a number.
    package func holds(_ value: Double) -> Bool { range.contains(value) }

    package func holds(_ value: Int) -> Bool { range.contains(Double(value)) }

    /// The value where it is possible; nil where it is not.
    package func possible(_ value: Double?) -> Double? { value.flatMap { holds($0) ? $0 : nil } }

    /// The possible value nearest to one that may not be.
    package func nearest(_ value: Double) -> Double {
        value.isNaN ? range.lowerBound : min(max(value, range.lowerBound), range.upperBound)
    }

    /// The bounds as whole numbers.
    package var counts: ClosedRange<Int> { Int(saturating: range.lowerBound)...Int(saturating: range.upperBound) }

    /// `1 to 100000 nm per pixel`.
    package var rangeText: String {
        "\(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))" + (unit.isEmpty ? "" : " \(unit)")
    }

    /// A value of this kind, possible or not: `1e+300 nm per pixel`.
    package func text(_ value: Double) -> String { Self.text(value) + (unit.isEmpty ? "" : " \(unit)") }

    /// 20 rather than 20.0.
    private static func text(_ value: Double) -> String {
        value.rounded() == value && abs(value) < 1e15 ? "\(Int(saturating: value))" : "\(value)"
    }
}

extension Quantity {
    /// What is wrong with a value, and what to give instead.
    package struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        /// `the scale is 1e+300 nm per pixel, which cannot be`.
        package let detail: String
        /// `give 1 to 100000 nm per pixel`.
        package let hint: String

        package init(detail: String, hint: String) {
            self.detail = detail
            self.hint = hint
        }

        package var description: String { "\(detail); \(hint)" }
    }

    /// - Parameter name: where a more exact one is known than the kind's.
    package func fault(_ value: Double?, name: String? = nil) -> Fault? {
        guard let value, !holds(value) else { return nil }
        return Fault(detail: "the \(name ?? self.name) is \(text(value)), which cannot be", hint: "give \(rangeText)")
    }

    package func fault(_ value: Int?, name: String? = nil) -> Fault? {
        guard let value, !holds(value) else { return nil }
        let written = "\(value)" + (unit.isEmpty ? "" : " \(unit)")
        return Fault(detail: "the \(name ?? self.name) is \(written), which cannot be", hint: "give \(rangeText)")
    }
}
