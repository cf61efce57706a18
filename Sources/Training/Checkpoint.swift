import Foundation
import Network
import Tensor

/// A run on disk: one safetensors file of weights, Adam's moments, running statistics and averages, with the
/// `TrainingState` as JSON in its metadata, so that the two can never be of different steps.
struct Checkpoint {
    let path: String

    /// - runFolder: of the run.
    init(of runFolder: String) { path = runFolder + "/checkpoint.safetensors" }

    private static let format = "neurallens-training"

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
        for tensor in Self.tensors(training) {
            writer.add(tensor.name, tensor.slot.shape, try tensor.numbers(after: state.step))
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
        struct Version: Decodable { let format: Int }
        do {
            let decoder = JSONDecoder()
            let format = try decoder.decode(Version.self, from: Data(json.utf8)).format
            guard format == TrainingState.currentFormat else {
                throw TrainingError(
                    .wrongCheckpoint,
                    "\(path) is a checkpoint of format \(format), and this version goes on with format "
                        + "\(TrainingState.currentFormat) alone",
                    hint: "resume with the version of NeuralLens that wrote it, or start anew in another folder")
            }
            return try decoder.decode(TrainingState.self, from: try Self.completed(json))
        } catch let error as TrainingError {
            throw error
        } catch {
            throw TrainingError(
                .wrongCheckpoint, "\(path) describes a run that this version does not know",
                hint: "resume with the version of NeuralLens that wrote it, or start anew")
        }
    }

    /// The state with the defaults of options that the version which wrote it did not have.
    private static func completed(_ json: String) throws -> Data {
        guard var state = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any],
            let written = state["options"] as? [String: Any],
            let defaults = try JSONSerialization.jsonObject(
                with: JSONEncoder().encode(TrainingOptions(role: .labelling))) as? [String: Any]
        else { throw CocoaError(.coderReadCorrupt) }
        state["options"] = defaults.merging(written) { $1 }
        return try JSONSerialization.data(withJSONObject: state)
    }

    /// Fills the networks.
    /// - Throws: `.wrongCheckpoint` where a tensor is missing or of another shape.
    func read(_ state: TrainingState, into training: AdversarialTraining) throws(TrainingError) {
        let file = try open()
        for tensor in Self.tensors(training) {
            guard let shape = file.entries[tensor.name]?.shape, shape == tensor.slot.shape else {
                let found = file.entries[tensor.name].map { "\($0.shape)" } ?? "missing"
                throw TrainingError(
                    .wrongCheckpoint,
                    "\(path) is of another architecture: tensor \(tensor.name) is \(found), not \(tensor.slot.shape)",
                    hint: "resume with the layers and channels the run was started with")
            }
            do {
                let values = try file.floats(tensor.name)
                (tensor.buffer.base + tensor.slot.offset).update(from: values, count: shape.count)
            } catch {
                throw TrainingError(.wrongCheckpoint, error.message, hint: error.hint)
            }
        }
        for network in training.networks { network.parameters.steps = state.step }
    }

    private func open() throws(TrainingError) -> WeightFile {
        do {
            return try WeightFile(path: path)
        } catch {
            throw TrainingError(
                .wrongCheckpoint, error.message, hint: "restore the run folder, or remove it and start anew")
        }
    }

    private struct Tensor {
        let name: String
        let slot: TensorSlots.Slot
        let buffer: TensorBuffer<Float>

        /// - Throws: `.diverged`.
        func numbers(after step: Int) throws(TrainingError) -> [Float] {
            let values = Array(UnsafeBufferPointer(start: buffer.base + slot.offset, count: slot.shape.count))
            guard values.allSatisfy(\.isFinite) else {
                throw TrainingError(
                    .diverged, "tensor \(name) is no longer finite after step \(step)",
                    hint: "the last checkpoint is kept; start anew with a lower --rate")
            }
            return values
        }
    }

    private static func tensors(_ training: AdversarialTraining) -> [Tensor] {
        func tensors(_ name: String, _ slots: TensorSlots, _ buffer: TensorBuffer<Float>) -> [Tensor] {
            slots.slots.map { Tensor(name: "\(name).\($0.name)", slot: $0, buffer: buffer) }
        }
        var all: [Tensor] = []
        for (network, parameters) in training.networks {
            all += tensors(network + ".value", parameters.slots, parameters.values)
            all += tensors(network + ".m", parameters.slots, parameters.firstMoments)
            all += tensors(network + ".v", parameters.slots, parameters.secondMoments)
            all += tensors(network + ".statistic", parameters.statisticSlots, parameters.statistics)
        }
        if let average = training.average {
            all += tensors("average.value", average.parameters.slots, average.values)
            all += tensors("average.statistic", average.parameters.statisticSlots, average.statistics)
        }
        return all
    }
}
