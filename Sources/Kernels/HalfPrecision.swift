import CKernels

/// IEEE 754 binary16 and bfloat16, as bit patterns. To Float: exact. From Float: nearest, ties to even.
package enum HalfPrecision {
    package static func floats(half patterns: [UInt16]) -> [Float] { converted(patterns, nl_half_to_float) }
    package static func floats(bfloat patterns: [UInt16]) -> [Float] { converted(patterns, nl_bfloat_to_float) }
    package static func halves(_ floats: [Float]) -> [UInt16] { converted(floats, nl_float_to_half) }
    package static func bfloats(_ floats: [Float]) -> [UInt16] { converted(floats, nl_float_to_bfloat) }

    private static func converted<From, To>(
        _ source: [From], _ kernel: (UnsafePointer<From>, Int, UnsafeMutablePointer<To>) -> Void
    ) -> [To] {
        guard !source.isEmpty else { return [] }
        return [To](unsafeUninitializedCapacity: source.count) { out, count in
            kernel(source, source.count, out.baseAddress!)
            count = source.count
        }
    }
}

/// Whether no value is infinite or not a number.
package func allFinite(_ values: [Float]) -> Bool { nl_all_finite(values, values.count) != 0 }
