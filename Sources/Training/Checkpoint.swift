import Foundation
import Network
import Tensor

/// A run on disk: one safetensors file of weights, Adam's moments and running statistics, with the `TrainingState` as
/// JSON in its metadata, so that the two can never be of different steps.
struct Checkpoint {
    let path: String

    private static let format = "neurallens-training"
    private static let kinds = ["value", "m", "v"]

    var exists: Bool { FileManager.default.fileExists(atPath: path) }

    /// Atomic: where it fails, the checkpoint before stays.
    /// - Throws: `.cannotWrite`, `.diverged` where a number is not finite.
    func write(_ state: TrainingState, _ training: AdversarialTraining) throws(TrainingError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(state) else {
            throw TrainingError(.cannotWrite, "the state of the run cannot be encoded", hint: "report this")
        }
        var writer = SafetensorsWriter(metadata: [
            ("format", Self.format), ("state", String(decoding: json, as: UTF8.self)),
        ])
        for (network, parameters) in Self.networks(training) {
            for (kind, buffer) in zip(
                Self.kinds, [parameters.values, parameters.firstMoments, parameters.secondMoments])
            {
                for slot in parameters.slots.slots {
                    writer.add(
                        "\(network).\(kind).\(slot.name)", slot.shape, try Self.numbers(buffer, slot, state.step))
                }
            }
            for slot in parameters.statisticSlots.slots {
                writer.add(
                    "\(network).statistic.\(slot.name)", slot.shape,
                    try Self.numbers(parameters.statistics, slot, state.step))
            }
        }
        try AtomicFile.write(writer.bytes(), to: path)
    }

    /// - Throws: `.wrongCheckpoint`.
    func readState() throws(TrainingError) -> TrainingState {
        let file = try open()
        guard file.metadata["format"] == Self.format, let json = file.metadata["state"] else {
            throw TrainingError(
                .wrongCheckpoint, "\(path) is not a checkpoint of neurallens-lab train",
                hint: "name the run folder that train wrote")
        }
        do {
            let state = try JSONDecoder().decode(TrainingState.self, from: Data(json.utf8))
            guard state.format == 1 else { throw CocoaError(.coderReadCorrupt) }
            return state
        } catch {
            throw TrainingError(
                .wrongCheckpoint, "\(path) describes a run that this version does not know",
                hint: "resume with the version of NeuralLens that wrote it, or start anew")
        }
    }

    /// Fills the networks.
    /// - Throws: `.wrongCheckpoint` where a tensor is missing or of another shape.
    func read(_ state: TrainingState, into training: AdversarialTraining) throws(TrainingError) {
        let file = try open()
        for (network, parameters) in Self.networks(training) {
            var places: [(name: String, slot: TensorSlots.Slot, buffer: TensorBuffer<Float>)] = []
            for (kind, buffer) in zip(
                Self.kinds, [parameters.values, parameters.firstMoments, parameters.secondMoments])
            {
                places += parameters.slots.slots.map { ("\(network).\(kind).\($0.name)", $0, buffer) }
            }
            places += parameters.statisticSlots.slots.map {
                ("\(network).statistic.\($0.name)", $0, parameters.statistics)
            }
            for (name, slot, buffer) in places {
                guard let shape = file.entries[name]?.shape, shape == slot.shape else {
                    let found = file.entries[name].map { "\($0.shape)" } ?? "missing"
                    throw TrainingError(
                        .wrongCheckpoint,
                        "\(path) is of another architecture: tensor \(name) is \(found), not \(slot.shape)",
                        hint: "resume with the layers and channels the run was started with")
                }
                do {
                    (buffer.base + slot.offset).update(from: try file.floats(name), count: shape.count)
                } catch {
                    throw TrainingError(.wrongCheckpoint, error.message, hint: error.hint)
                }
            }
            parameters.steps = state.step
        }
    }

    private func open() throws(TrainingError) -> WeightFile {
        do {
            return try WeightFile(path: path)
        } catch {
            throw TrainingError(
                .wrongCheckpoint, error.message, hint: "restore the run folder, or remove it and start anew")
        }
    }

    private static func networks(_ training: AdversarialTraining) -> [(String, Parameters)] {
        [("generator", training.generator.parameters)]
            + (training.discriminator.map { [("discriminator", $0.parameters)] } ?? [])
    }

    private static func numbers(
        _ buffer: TensorBuffer<Float>, _ slot: TensorSlots.Slot, _ step: Int
    ) throws(TrainingError) -> [Float] {
        let values = Array(UnsafeBufferPointer(start: buffer.base + slot.offset, count: slot.shape.count))
        guard values.allSatisfy(\.isFinite) else {
            throw TrainingError(
                .diverged, "tensor \(slot.name) is no longer finite after step \(step)",
                hint: "the last checkpoint is kept; start anew with a lower --rate")
        }
        return values
    }
}
