import Tensor

/// What a checkpoint's tensors say of its normalisation. In the public pix2pix code convolutions have a bias only beside
/// instance normalisation, which itself has no tensors; batch normalisation has scale, shift and running statistics; and
/// without normalisation there is neither. PyTorch before 0.4 also stored statistics of instance normalisation, which
/// are not used.
struct NormalisationEvidence {
    private let source: String
    private let hasAffine: Bool
    private let hasStatistics: Bool
    private let hasBiases: Bool

    /// - root: what stands before the generator's names.
    /// - biases: what those of the convolutions that pix2pix normalises, or would, are called.
    init(_ file: WeightFile, root: String, biases: [String]) {
        source = file.source
        let tensors = file.entries.filter { $0.key.hasPrefix(root) }
        // Weights of convolutions have four extents.
        hasAffine = tensors.contains { $0.key.hasSuffix(".weight") && $0.value.shape.rank == 1 }
        hasStatistics = tensors.keys.contains { $0.hasSuffix(".running_mean") || $0.hasSuffix(".running_var") }
        hasBiases = biases.contains { file.entries[$0] != nil }
    }

    /// - asked: nil for what the tensors prove.
    /// - Throws: `.foreign` where what is asked for would compute something else than was trained.
    func choose(_ asked: Normalisation?) throws(NetworkError) -> Normalisation {
        let proven: Normalisation? =
            switch (hasAffine, hasStatistics, hasBiases) {
            case (false, false, false): .absent
            case (false, _, true): .instance
            // Batch normalisation can be used either way, and the tensors do not tell which was meant.
            default: nil
            }
        guard let asked else {
            if let proven { return proven }
            throw NetworkError(
                .foreign,
                hasStatistics
                    ? "\(source) has batch normalisation, and does not say whether it is meant with the statistics of the "
                        + "training or with those of each image"
                    : "\(source) has batch normalisation without the statistics of the training", hint: ways)
        }
        guard asked != proven, proven != nil || asked == .absent else { return asked }
        switch proven {
        case .absent?:
            throw NetworkError(
                .foreign,
                "\(source) was trained without normalisation (it has no normalisation tensors, and no biases as beside "
                    + "instance normalisation), and \(asked.rawValue) would compute something else",
                hint: "import it with --norm none")
        case .instance?:
            throw NetworkError(
                .foreign,
                "\(source) was trained with instance normalisation (its convolutions have biases, its normalisation no "
                    + "scale), and \(asked.rawValue) would compute something else",
                hint: "import it with --norm instance")
        default:
            throw NetworkError(
                .foreign, "\(source) has normalisation tensors, so it was not trained without normalisation", hint: ways
            )
        }
    }

    /// To use batch normalisation.
    private var ways: String {
        hasStatistics
            ? "import it with --norm instance to compute as pix2pix's test.py does (each image's own statistics), or with "
                + "--norm running as its test.py --eval does (those of the training)"
            : "import it with --norm instance, which takes those of each image"
    }
}
