/// A value that counts depend on: a threshold, the name of a rule.
package enum Setting: Sendable, Equatable, Codable {
    case number(Double)
    case text(String)

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        }
    }

    package var number: Double? { if case .number(let value) = self { value } else { nil } }
    package var text: String? { if case .text(let value) = self { value } else { nil } }
}

extension Setting: ExpressibleByFloatLiteral, ExpressibleByStringLiteral {
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(stringLiteral value: String) { self = .text(value) }
}

/// The settings that the store itself reads; others are kept and shown.
extension [String: Setting] {
    /// Confidence below which a grain is doubtful, 0...1; `Run.usualDoubtfulThreshold` where it is not set.
    package static let doubtfulBelow = "doubtful_below"
    /// A `BorderRule`; `all` where it is not set, as in early versions.
    package static let borderRule = "border_rule"
    /// Where the frame of the two-edge rule begins, in µm from the left and the upper side of the field;
    /// `BorderRule.guardMicrometres` where it is not set.
    package static let borderGuard = "border_guard_um"
}
