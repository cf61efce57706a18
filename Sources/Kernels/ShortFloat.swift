import CKernels

/// Numbers of 16 bits, as bit patterns. To Float: exact. From Float: nearest, ties to even; NaN stays NaN.
package enum ShortFloat: Sendable {
    /// IEEE 754 binary16: 11 significant bits, up to 65504.
    case fp16
    /// bfloat16: 8 significant bits, the range of Float.
    case bf16

    package func floats(_ patterns: [UInt16]) -> [Float] {
        Self.converted(patterns, self == .fp16 ? nl_fp16_to_fp32 : nl_bf16_to_fp32)
    }

    package func patterns(_ floats: [Float]) -> [UInt16] {
        Self.converted(floats, self == .fp16 ? nl_fp32_to_fp16 : nl_fp32_to_bf16)
    }

    private static func converted<From, To>(
        _ source: [From], _ convert: (UnsafePointer<From>, Int, UnsafeMutablePointer<To>) -> Void
    ) -> [To] {
        guard !source.isEmpty else { return [] }
        return [To](unsafeUninitializedCapacity: source.count) { out, count in
            convert(source, source.count, out.baseAddress!)
            count = source.count
        }
    }
}

/// Whether no value is infinite or not a number.
package func allFinite(_ values: [Float]) -> Bool { nl_all_finite(values, values.count) != 0 }
