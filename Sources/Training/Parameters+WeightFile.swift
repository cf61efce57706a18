import Network
import Tensor

extension Parameters {
    /// A generator's numbers as a weight file of NeuralLens, kernels of 16 bits.
    /// - Throws: `.diverged` where a number is not finite or does not fit.
    func weightFile(normalisation: Normalisation) throws(TrainingError) -> [UInt8] {
        var writer = SafetensorsWriter(metadata: [
            ("format", "neurallens-generator"), ("version", "1"), ("normalisation", normalisation.rawValue),
        ])
        func add(_ slots: TensorSlots, _ buffer: TensorBuffer<Float>) {
            for slot in slots.slots {
                writer.add(
                    slot.name, slot.shape,
                    Array(UnsafeBufferPointer(start: buffer.base + slot.offset, count: slot.shape.count)))
            }
        }
        add(slots, values)
        if normalisation == .running { add(statisticSlots, statistics) }
        do {
            let weights = try GeneratorWeights(WeightFile(bytes: writer.bytes(), source: "the trained network"))
            let bytes = weights.serialised(as: .float16)
            // What training writes, a lens must accept.
            _ = try GeneratorWeights(WeightFile(bytes: bytes, source: "the trained network in 16 bits"))
            return bytes
        } catch {
            throw TrainingError(
                .diverged, error.message, hint: "train again with a lower --rate; the run's checkpoint is kept")
        }
    }

    /// Takes the numbers of a weight file of NeuralLens; running statistics only where it has them.
    /// - Throws: `.badOptions` where it is of another architecture.
    func take(_ file: WeightFile) throws(TrainingError) {
        func fill(_ slots: TensorSlots, _ buffer: TensorBuffer<Float>, isNeeded: Bool) throws(TrainingError) {
            for slot in slots.slots where isNeeded || file.entries[slot.name] != nil {
                guard let shape = file.entries[slot.name]?.shape, shape == slot.shape else {
                    let found = file.entries[slot.name].map { "\($0.shape)" } ?? "missing"
                    throw TrainingError(
                        .badOptions,
                        "\(file.source) is of another architecture: tensor \(slot.name) is \(found), not \(slot.shape)",
                        hint: "train with the layers and channels of the network it starts from")
                }
                do {
                    (buffer.base + slot.offset).update(from: try file.floats(slot.name), count: shape.count)
                } catch {
                    throw TrainingError(.unreadable, error.message, hint: error.hint)
                }
            }
        }
        try fill(slots, values, isNeeded: true)
        try fill(statisticSlots, statistics, isNeeded: false)
    }
}
