package import CKernels
import Glibc

/// An entry of the table of kernels: how one instruction set multiplies matrices of one element type, and what it takes
/// to pass over maps around that. A layer is planned with one; nothing else in the engine asks which processor it runs
/// on.
///
/// `@unchecked Sendable`: an entry is a constant of the program.
package struct Kernel: @unchecked Sendable, Equatable, CustomStringConvertible {
    let entry: UnsafePointer<nl_kernel>

    /// All entries for this architecture, the strongest first, whether or not this processor has their instructions.
    package static let table: [Kernel] = (0...).lazy.map { nl_kernel_at($0) }.prefix { $0 != nil }.map {
        Kernel(entry: $0!)
    }

    /// Of the instruction set: "portable", "openblas", "avx", "avx2", "avx512", "avx512bf16", "amx", "neon", "neonbf16".
    package var name: String { String(cString: entry.pointee.name) }
    /// Of the elements.
    package var precision: Precision { entry.pointee.element == NL_BF16 ? .bf16 : .fp32 }
    /// Whether the instruction set multiplies such elements; where not, the results are the same and slow to come by.
    package var isNative: Bool { entry.pointee.is_native != 0 }
    /// Whether this processor, and the system on it, lets it run.
    package var isAvailable: Bool { entry.pointee.is_available() != 0 }
    package var description: String { "\(name) \(precision.rawValue)" }

    /// Whether it multiplies so fast that Winograd's transforms take longer than the products they save.
    var prefersDirect: Bool { entry.pointee.prefers_direct != 0 }
    /// Bytes of an element.
    var elementBytes: Int { precision == .bf16 ? 2 : 4 }
    /// Values of k that it takes at a time.
    var kStep: Int { Int(entry.pointee.k_step) }
    package var passes: UnsafePointer<nl_passes> { entry.pointee.passes }

    /// To be called on a thread before its products; costs nothing where nothing is to be set up.
    func prepareThread() { entry.pointee.prepare_thread?() }

    /// The one with elements of binary32 of this instruction set, or of the next weaker that has one.
    var exact: Kernel {
        let here = Self.table.firstIndex { $0.name == name }!
        return Self.table[here...].first { $0.precision == .fp32 && $0.isAvailable }!
    }
}

// MARK: Choice

extension Kernel {
    /// Holds planning back to what weaker processors have: an instruction set of the table, by name.
    package static let variable = "NEURALLENS_INSTRUCTION_SET"

    /// What layers are planned with, the strongest first: all that is available, from the variable's on.
    /// Where the variable names what cannot be, all that is available; `checkEnvironment` tells.
    package static let usable: [Kernel] =
        (try? usable(from: getenv(variable).map { String(cString: $0) })) ?? table.filter(\.isAvailable)

    /// - Throws: where the variable names no instruction set, or one that the processor lacks.
    package static func checkEnvironment() throws(KernelError) {
        _ = try usable(from: getenv(variable).map { String(cString: $0) })
    }

    /// - name: nil or empty for no bound.
    package static func usable(from name: String?) throws(KernelError) -> [Kernel] {
        guard let name, !name.isEmpty else { return table.filter(\.isAvailable) }
        let names = table.filter(\.isAvailable).map(\.name).reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        let hint = "unset the variable or name one of: \(names.joined(separator: ", "))"
        guard let first = table.firstIndex(where: { $0.name == name }) else {
            throw KernelError(message: "\(variable) is \(name), which is no instruction set of the engine", hint: hint)
        }
        guard table[first].isAvailable else {
            throw KernelError(message: "\(variable) is \(name), which this processor or system lacks", hint: hint)
        }
        return table[first...].filter(\.isAvailable)
    }

    /// The strongest usable one.
    /// - precision: `fp32` or `bf16`.
    package static func best(_ precision: Precision) -> Kernel { usable.first { $0.precision == precision }! }

    /// Of binary32, for what is no layer.
    package static let exact = best(.fp32)

    /// For a layer; a pure function of shape, precision and processor.
    static func planned(_ shape: ConvolutionShape, _ precision: Precision) -> Kernel {
        let bf16 = best(.bf16)
        switch precision {
        case .fp32: return exact
        case .bf16: return bf16
        case .auto: return bf16.isNative && pays(shape) ? bf16 : exact
        }
    }

    /// Whether half as many multiplications of a layer outweigh the rounding of what they read. On an AMD EPYC (Zen 4,
    /// AVX512-BF16), a thread, 2026-11, binary32 / bfloat16 in ms: 512 x 512 x 8 up to 3 (windows of 32 values)
    /// 5.67 / 5.63, 1024 x 1024 x 3 down to 8 (48) 3.46 / 2.57, 512 x 512 x 16 up to 3 (64) 7.56 / 6.64,
    /// 512 x 512 x 8 down to 16 (128) 3.14 / 2.75; more in wider layers.
    private static func pays(_ shape: ConvolutionShape) -> Bool { 4 * shape.depth >= 48 }
}
