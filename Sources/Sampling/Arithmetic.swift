internal import Foundation

/// One line of a calculation: in words, with what went into it, and what comes of it. Terminal, report and page print the same
/// lines.
package struct Arithmetic: Sendable, Equatable {
    /// `air sampled`.
    package let words: String
    /// `10 l/min x 24 h`; empty for what is given.
    package let working: String
    package let value: Double
    /// Empty for what is counted and for factors.
    package let unit: String

    package init(_ words: String, _ working: String = "", _ value: Double, _ unit: String = "") {
        self.words = words
        self.working = working
        self.value = value
        self.unit = unit
    }

    /// To four figures; whole numbers whole.
    package static func text(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        if value.rounded() == value, abs(value) < 1e15 { return String(format: "%.0f", value) }
        let digits = 3 - (value == 0 ? 0 : Int(exactly: log10(abs(value)).rounded(.down)) ?? 0)
        var text = String(format: "%.\(max(0, min(12, digits)))f", value)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return text
    }

    /// `9.8 %`, `0.018 %`.
    package static func percent(_ share: Double) -> String {
        share > 0 && share < 0.01 ? String(format: "%.2g %%", share * 100) : String(format: "%.1f %%", share * 100)
    }
}
