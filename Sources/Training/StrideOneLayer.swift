import CTraining
import Kernels
import Tensor

/// A 4 x 4 convolution of stride 1 and padding 1 in training, as the last two layers of the discriminator: the result
/// is one pixel smaller each way. Its gradient with respect to the input is a convolution of the output gradient with
/// the weights turned round, padding 2.
final class StrideOneLayer {
    let inputChannels: Int
    let outputChannels: Int
    private let height: Int
    private let width: Int
    private let images: Int
    private let parameters: Parameters
    private let weight: Int
    private let bias: Int?
    private let way: Way

    private enum Way {
        /// For the run and for the input gradient.
        case winograd(forward: WinogradStrideOne, backward: WinogradStrideOne)
        case direct(Direct)
    }

    /// Windows times weights: matrices [16 * channels read, columns] for the run and for the input gradient.
    private struct Direct {
        let forward: TensorBuffer<Float>
        let backward: TensorBuffer<Float>
        let weightGradient: WeightGradient
        /// Where one channel is made: what each input pixel adds to the 16 outputs it is part of, [pixel, tap].
        let taps: TensorBuffer<Float>?
    }

    private static let positions = 48
    private static let tile = Int(NLT_TILE_COLUMNS)

    /// - height, width: of the input of one image of a batch.
    init(
        height: Int, width: Int, images: Int, inputChannels: Int, outputChannels: Int, weight: Int, bias: Int?,
        parameters: Parameters, workspace: Workspace
    ) {
        self.height = height
        self.width = width
        self.images = images
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.weight = weight
        self.bias = bias
        self.parameters = parameters
        if WinogradStrideOne.suits(inputChannels: inputChannels, outputChannels: outputChannels) {
            way = .winograd(
                forward: WinogradStrideOne(
                    inputChannels: inputChannels, outputChannels: outputChannels, padding: 1, height: height - 1,
                    width: width - 1, images: images, workspace: workspace),
                backward: WinogradStrideOne(
                    inputChannels: outputChannels, outputChannels: inputChannels, padding: 2, height: height,
                    width: width, images: images, workspace: workspace))
        } else {
            way = .direct(
                Direct(
                    forward: TensorBuffer(count: 16 * inputChannels * Self.columns(outputChannels)),
                    backward: TensorBuffer(count: 16 * outputChannels * Self.columns(inputChannels)),
                    weightGradient: WeightGradient(
                        largeChannels: inputChannels, smallChannels: outputChannels, height: height - 1,
                        width: width - 1, images: images, stride: 1, workspace: workspace),
                    taps: outputChannels == 1 ? TensorBuffer(count: images * height * width * 16) : nil))
            workspace.reserve(scratch: width * (inputChannels + Self.tile))
            for (read, made) in [(inputChannels, outputChannels), (outputChannels, inputChannels)] {
                workspace.reserve(scratch: Self.positions * (16 * read + Self.tile + Self.columns(made)))
            }
        }
        let chunks = PixelChunks(pixels: images * (height - 1) * (width - 1))
        workspace.reserve(channelSums: chunks.count * 2 * outputChannels)
    }

    var floatingPointOperations: Double {
        Double(2 * 16 * inputChannels * outputChannels * images * (height - 1) * (width - 1))
    }

    /// Distance of a matrix's rows: whole tiles, and one more so that rows fall into different cache sets.
    private static func columns(_ channels: Int) -> Int { (channels + tile - 1) / tile * tile + tile }

    /// Takes over weights that have changed.
    func load(in workspace: Workspace) {
        let source = parameters.value(weight)
        guard case .direct(let direct) = way else {
            guard case .winograd(let forward, let backward) = way else { return }
            forward.load(source, turned: false, in: workspace)
            backward.load(source, turned: true, in: workspace)
            return
        }
        let forwardStride = Self.columns(outputChannels)
        let backwardStride = Self.columns(inputChannels)
        workspace.pool.run(tasks: outputChannels) { output, _ in
            for input in 0..<inputChannels {
                for tap in 0..<16 {
                    let value = source[(output * inputChannels + input) * 16 + tap]
                    if direct.taps == nil {
                        direct.forward.base[(tap * inputChannels + input) * forwardStride + output] = value
                    } else {
                        direct.forward.base[input * Self.tile + tap] = value
                    }
                    direct.backward.base[((15 - tap) * outputChannels + output) * backwardStride + input] = value
                }
            }
        }
    }

    func run(_ input: ConvolutionInput, into output: FeatureMap, in workspace: Workspace) {
        switch way {
        case .winograd(let forward, _):
            precondition(bias == nil, "the layer that has a bias makes one channel")
            forward.run(input, into: output, in: workspace)
        case .direct(let direct) where direct.taps != nil:
            runByTaps(input, direct.taps!.base, into: output, in: workspace)
        case .direct(let direct):
            convolve(
                input, padding: 1, direct.forward.base, bias: bias.map { UnsafePointer(parameters.value($0)) },
                into: output, in: workspace)
        }
    }

    func addWeightGradient(input: ConvolutionInput, gradient: FeatureMap, in workspace: Workspace) {
        let sum = parameters.gradient(weight)
        switch way {
        case .winograd(let forward, _):
            forward.addWeightGradient(input: input, gradient: gradient, to: sum, in: workspace)
        case .direct(let direct):
            direct.weightGradient.add(large: input, small: ConvolutionInput(gradient), to: sum, in: workspace)
        }
        if let bias { workspace.addSums(of: gradient, to: parameters.gradient(bias)) }
    }

    /// With respect to the input as the layer saw it, after activation.
    func inputGradient(of gradient: FeatureMap, into result: FeatureMap, in workspace: Workspace) {
        let input = ConvolutionInput(gradient)
        switch way {
        case .winograd(_, let backward): backward.run(input, into: result, in: workspace)
        case .direct(let direct):
            convolve(input, padding: 2, direct.backward.base, bias: nil, into: result, in: workspace)
        }
    }

    /// One output channel would leave all but one column of a product empty: its 16 taps fill them.
    private func runByTaps(
        _ input: ConvolutionInput, _ taps: UnsafeMutablePointer<Float>, into output: FeatureMap,
        in workspace: Workspace
    ) {
        let map = input.map
        guard case .direct(let direct) = way else { return }
        let stride = inputChannels + Self.tile
        workspace.pool.run(tasks: images * height) { y, worker in
            let rows = workspace.scratch(of: worker)
            operations.pointee.gather_pixels(
                map.pixel(y, 0), Int32(inputChannels), map.pixelStride, Int32(width), input.activation.negativeSlope,
                input.scale, input.shift, rows, Int32(inputChannels), stride)
            operations.pointee.product(
                rows, stride, 1, direct.forward.base, Self.tile, Int32(width), Int32(Self.tile),
                Int32(inputChannels), taps + y * width * Self.tile, Self.tile)
        }
        let start = bias.map { parameters.value($0)[0] } ?? 0
        let outputHeight = output.height / images
        workspace.pool.run(tasks: output.height) { line, _ in
            let (image, y) = line.quotientAndRemainder(dividingBy: outputHeight)
            let taps = taps + image * height * width * Self.tile
            for x in 0..<output.width {
                var sum = start
                for row in max(0, y - 1)..<min(height, y + 3) {
                    for column in max(0, x - 1)..<min(width, x + 3) {
                        let tap = (row - y + 1) * 4 + column - x + 1
                        sum += taps[(row * width + column) * Self.tile + tap]
                    }
                }
                output.pixel(line, x)[0] = sum
            }
        }
    }

    private func convolve(
        _ input: ConvolutionInput, padding: Int, _ matrix: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
        into output: FeatureMap, in workspace: Workspace
    ) {
        let depth = 16 * input.map.channels
        let windowStride = depth + Self.tile
        let matrixStride = Self.columns(output.channels)
        let columns = matrixStride - Self.tile
        let rowsATask = max(1, Self.positions * 4 / output.width)
        workspace.pool.run(tasks: (output.height + rowsATask - 1) / rowsATask) { task, worker in
            let windows = workspace.scratch(of: worker)
            let products = windows + Self.positions * windowStride
            for line in task * rowsATask..<min((task + 1) * rowsATask, output.height) {
                let (image, y) = line.quotientAndRemainder(dividingBy: output.height / images)
                let map = input.map.image(image, of: images)
                for x in Swift.stride(from: 0, to: output.width, by: Self.positions) {
                    let count = min(Self.positions, output.width - x)
                    operations.pointee.gather_windows(
                        map.base, Int32(map.height), Int32(map.width), Int32(map.channels), map.pixelStride, 1,
                        Int32(padding), Int32(y), Int32(x), Int32(count), input.activation.negativeSlope, input.scale,
                        input.shift, windows, windowStride)
                    products.update(repeating: 0, count: count * columns)
                    if let bias {
                        for row in 0..<count { (products + row * columns).update(from: bias, count: output.channels) }
                    }
                    operations.pointee.product_add(
                        windows, windowStride, 1, matrix, matrixStride, Int32(count), Int32(columns), Int32(depth),
                        products, columns)
                    for row in 0..<count {
                        output.pixel(line, x + row).update(from: products + row * columns, count: output.channels)
                    }
                }
            }
        }
    }
}
