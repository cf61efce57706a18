import Kernels
import Tensor

/// The feature map between two depths of the U-Net, [height, width, contracted + expanded channels] in one buffer of a
/// `GeneratorMemory`, and, for instance normalisation, what it makes of each channel of the image at hand.
struct Level {
    /// What the contracting layer gives: the skip connection, before normalisation.
    let contracted: FeatureMap
    /// What the expanding layer from below gives, before normalisation; none at the innermost level.
    let expanded: FeatureMap?
    let contractedNorm: InstanceNorm?
    let expandedNorm: InstanceNorm?
    private let whole: FeatureMap
    /// Normalised value = value * scale + shift, a channel of `whole`; 1 and 0 where nothing normalises.
    private let affine: TensorBuffer<Float>?

    /// - level: 0 is the outermost.
    /// - affines: of the contracting layer and of the expanding one from below, as trained.
    init(
        _ level: Int, memory: GeneratorMemory,
        affines: (contracting: LayerWeights.Affine?, expanding: LayerWeights.Affine?)
    ) {
        let description = memory.description
        let channels = description.channels[level]
        let isInnermost = level == description.layers - 1
        let total = description.expandingInput(level)
        let pixels = (memory.height >> (level + 1)) * (memory.width >> (level + 1))
        whole = FeatureMap(
            base: memory.maps[level].base, height: memory.height >> (level + 1), width: memory.width >> (level + 1),
            channels: total, pixelStride: total)
        contracted = whole[channels: 0..<channels]
        expanded = isInnermost ? nil : whole[channels: channels..<total]
        guard description.normalisation == .instance && !isInnermost else {
            affine = nil
            contractedNorm = nil
            expandedNorm = nil
            return
        }
        let affine = TensorBuffer<Float>(count: 2 * total)
        affine.base.update(repeating: 1, count: total)
        self.affine = affine
        func norm(_ first: Int, _ trained: LayerWeights.Affine?) -> InstanceNorm {
            InstanceNorm(
                scale: affine.base + first, shift: affine.base + total + first, pixels: pixels, affine: trained)
        }
        contractedNorm = description.normalisesContracting(level) ? norm(0, affines.contracting) : nil
        expandedNorm = norm(channels, affines.expanding)
    }

    /// What the next contracting layer reads. Values that running statistics normalise are stored activated.
    var contractedInput: ConvolutionInput {
        ConvolutionInput(
            contracted, scale: contractedNorm?.scale, shift: contractedNorm?.shift,
            activation: affine == nil ? .none : .leaky)
    }

    /// What the expanding layer to the level above reads.
    var wholeInput: ConvolutionInput {
        ConvolutionInput(
            whole, scale: affine?.base, shift: affine.map { $0.base + whole.channels }, activation: .rectified)
    }

    var byteCount: Int { affine?.byteCount ?? 0 }
}
