package import Kernels
import Tensor

/// Runs one generator on one tensor, without rounding to 8 bits.
/// - weights: a weight file that import wrote.
/// - input: safetensors with `x` [1, channels, height, width], F32 (or F16, BF16), range -1...1 as trained.
/// - output: safetensors with `y` [1, channels, height, width], F32.
/// - threads: at least 1.
/// - precision: of the products.
/// - Throws: `.unreadable`, `.malformed`, `.foreign`, `.wrongShape`, `.wrongSize`, `.notFinite`, `.cannotWrite`, `.noKernel`.
package func runNetwork(
    weights: String, input: String, output: String, threads: Int, precision: Precision = .fp32
) throws(NetworkError) {
    let weights = try GeneratorWeights(WeightFile(path: weights))
    let file = try WeightFile(path: input)
    guard let shape = file.entries["x"]?.shape else {
        throw NetworkError(
            .foreign, "\(input) has no tensor x", hint: "save the image as tensor x [1, channels, height, width]")
    }
    let channels = weights.description.inputChannels
    guard shape.rank == 4, shape[0] == 1, shape[1] == channels else {
        throw NetworkError(
            .wrongShape, "tensor x of \(input) is \(shape), not [1, \(channels), height, width]",
            hint: "give one image with the channels first")
    }
    let height = shape[2]
    let width = shape[3]
    let generator = try Generator(
        weights: weights, height: height, width: width, pool: WorkerPool(threads: threads),
        precision: precision)
    let x: [Float]
    do {
        x = try file.floats("x")
    } catch  where error.code == .notFinite {
        throw NetworkError(.notFinite, error.message, hint: "the image must hold numbers in -1...1 only")
    }
    let result = generator.run(transposed(x, rows: channels, columns: height * width))
    guard allFinite(result) else {
        throw NetworkError(
            .notFinite, "the network gives NaN for \(input)",
            hint: "its weights or the image are too large for 32-bit numbers; check both")
    }
    let outputs = weights.description.outputChannels
    var writer = SafetensorsWriter()
    writer.add(
        "y", TensorShape([1, outputs, height, width])!, transposed(result, rows: height * width, columns: outputs))
    try FileBytes.write(writer.bytes(), to: output)
}

/// Matrix [rows, columns] as [columns, rows]: channels first to channels last, and back.
private func transposed(_ matrix: [Float], rows: Int, columns: Int) -> [Float] {
    var transposed = [Float](repeating: 0, count: matrix.count)
    for row in 0..<rows {
        for column in 0..<columns { transposed[column * rows + row] = matrix[row * columns + column] }
    }
    return transposed
}
