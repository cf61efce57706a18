import Foundation
import Quantities

/// Figures as people read them.
enum Figure {
    /// To so many significant digits, in groups of three; a dash for what is not finite.
    static func significant(_ value: Double, _ digits: Int = 3) -> String {
        guard value.isFinite else { return "-" }
        guard value != 0 else { return "0" }
        let exponent = Int(saturating: log10(abs(value)).rounded(.down))
        let unit = pow(10, Double(exponent - digits + 1))
        let rounded = (value / unit).rounded() * unit
        let decimals = max(0, digits - 1 - exponent)
        var text = String(format: "%.\(min(decimals, 300))f", rounded)
        if text.contains(".") {
            while text.last == "0" { text.removeLast() }
            if text.last == "." { text.removeLast() }
        }
        return grouped(text)
    }

    static func fixed(_ value: Double, digits: Int) -> String {
        value.isFinite ? String(format: "%.\(digits)f", value) : "-"
    }

    /// Value and limits, in HTML.
    static func interval(_ estimate: SlideReport.Estimate?) -> String {
        guard let estimate, estimate.value.isFinite else { return "-" }
        guard let lower = estimate.lower, let upper = estimate.upper, lower.isFinite, upper.isFinite else {
            return significant(estimate.value)
        }
        return
            "\(significant(estimate.value)) <span class=\"range\">[\(significant(lower)), \(significant(upper))]</span>"
    }

    static func plural(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    static func shown(_ shown: Int, of all: Int) -> String {
        switch shown {
        case 0: "No pictures of them are at hand."
        case all: "The least certain come first."
        default: "\(shown) of them are shown, the least certain first."
        }
    }

    /// Thin spaces, which no language takes for a decimal mark.
    private static func grouped(_ text: String) -> String {
        let whole = text.prefix { $0.isNumber || $0 == "-" }
        guard whole.filter(\.isNumber).count > 4 else { return text }
        var result = ""
        for (index, digit) in whole.reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3), digit != "-" { result.append("\u{2009}") }
            result.append(digit)
        }
        return String(result.reversed()) + text.dropFirst(whole.count)
    }
}
