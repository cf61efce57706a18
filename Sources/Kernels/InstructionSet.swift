import CKernels

/// What the kernels may use of the processor. The strongest that it has is in use, or the one that the environment
/// variable NEURALLENS_INSTRUCTION_SET names; `portable` where the processor lacks that.
package enum InstructionSet: CaseIterable, Sendable {
    /// What the compiler targets by default: SSE2 on x86-64, NEON on 64-bit ARM.
    case portable
    /// With FMA.
    case avx2
    /// F, VL, BW and DQ.
    case avx512
    /// With products of bfloat16.
    case avx512BF16

    private var code: nl_instruction_set {
        switch self {
        case .portable: NL_PORTABLE
        case .avx2: NL_AVX2
        case .avx512: NL_AVX512
        case .avx512BF16: NL_AVX512_BF16
        }
    }

    /// "portable" ("neon" on 64-bit ARM), "avx2", "avx512", "avx512bf16".
    package var name: String { String(cString: nl_instruction_set_name(code)) }

    package var isAvailable: Bool { nl_supports(code) != 0 }

    package static var current: InstructionSet { allCases.first { $0.code == nl_instruction_set() }! }

    /// Uses this one from now on, in the whole process, and must not be called while kernels run: for tests.
    /// - Returns: false where the processor lacks it.
    package func use() -> Bool { nl_choose(code) != 0 }
}
