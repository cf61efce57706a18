/// What a convolution multiplies; it always adds in binary32.
package enum Precision: String, Sendable, Codable, CaseIterable {
    case fp32
    /// bfloat16, 8 significant bits: twice as fast and more where the processor multiplies it (AVX512-BF16).
    case bf16

    /// Whether the processor has instructions for it. Without, the results are the same and slow to come by.
    package var isNative: Bool { self == .fp32 || InstructionSet.current == .avx512BF16 }

    /// This one where the processor has it, otherwise binary32.
    package var orExact: Precision { isNative ? self : .fp32 }
}
