/// What a convolution multiplies; it always adds in binary32.
package enum Precision: String, Sendable, Codable, CaseIterable {
    case fp32
    /// bfloat16, 8 significant bits, in every layer, whether or not the processor has instructions for it.
    case bf16
    /// bfloat16 in the layers that it makes faster on this processor, binary32 in the others.
    case auto

    /// Whether the processor has instructions for it.
    package var isNative: Bool { self != .bf16 || Kernel.best(.bf16).isNative }

    /// This one where the processor has instructions for it, otherwise binary32.
    package var orExact: Precision { isNative ? self : .fp32 }
}
