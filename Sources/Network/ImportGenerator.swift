/// A weight file of ours from a checkpoint of the public pix2pix code.
/// - checkpoint: safetensors.
/// - normalisation: nil takes what the checkpoint's tensors prove.
/// - type: of the kernels: `.float32`, `.float16` or `.bfloat16`.
/// - Throws: `.malformed`, `.foreign`, `.wrongShape`, `.notFinite` (also where a number does not fit 16 bits).
package func importGenerator(
    _ checkpoint: WeightFile, normalisation: Normalisation?, as type: ScalarType = .float32
) throws(NetworkError) -> [UInt8] {
    let bytes = try GeneratorCheckpoint(checkpoint, normalisation: normalisation).weights.serialised(as: type)
    // What import writes, run must accept.
    _ = try GeneratorWeights(WeightFile(bytes: bytes, source: "\(checkpoint.source) as \(type.rawValue)"))
    return bytes
}

/// Reads a checkpoint file and writes a weight file.
/// - Throws: as above, `.unreadable`, `.cannotWrite`.
package func importGenerator(
    path: String, to output: String, normalisation: Normalisation?, as type: ScalarType = .float32
) throws(NetworkError) {
    try FileBytes.write(importGenerator(WeightFile(path: path), normalisation: normalisation, as: type), to: output)
}
