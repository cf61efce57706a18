import Tensor

/// One layer's numbers as trained, before anything is folded.
struct LayerWeights {
    struct Affine {
        let scale: [Float]
        let shift: [Float]
    }

    struct Statistics {
        let mean: [Float]
        /// Biased or not as the training framework stored it; at least 0.
        let variance: [Float]
    }

    /// Contracting [out, in, 4, 4], expanding [in, out, 4, 4].
    let weight: [Float]
    let weightShape: TensorShape
    /// [out], like all below.
    let bias: [Float]?
    let affine: Affine?
    let statistics: Statistics?
}

/// What a layer's tensors are called in a file.
struct LayerNames {
    let weight: String
    let bias: String
    let scale: String
    let shift: String
    let mean: String
    let variance: String

    /// Our own files.
    init(_ layer: String) {
        weight = layer + ".weight"
        bias = layer + ".bias"
        scale = layer + ".norm.scale"
        shift = layer + ".norm.shift"
        mean = layer + ".norm.mean"
        variance = layer + ".norm.variance"
    }

    /// PyTorch modules.
    init(convolution: String, normalisation: String) {
        weight = convolution + ".weight"
        bias = convolution + ".bias"
        scale = normalisation + ".weight"
        shift = normalisation + ".bias"
        mean = normalisation + ".running_mean"
        variance = normalisation + ".running_var"
    }

    var norm: [String] { [scale, shift, mean, variance] }
}
