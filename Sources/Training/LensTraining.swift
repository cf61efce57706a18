import Digest
import Foundation
import Network

/// The training of a lens's networks, one after the other, and the lens folder that comes of it.
package struct LensTraining {
    /// Of the networks to train, in order.
    package let roles: [NetworkRole]
    /// Of all of them but for the role.
    package var options: TrainingOptions
    package let supply: any FieldSupply
    package let lens: LensFolder
    /// Run folders lie in it, one a network.
    package let runs: String
    package var threads = 1
    package var resumes = false
    /// Path of a weight file that the generator starts from; of one role only.
    package var start: String?
    /// Between checkpoints.
    package var checkpointSeconds = 300.0

    /// - roles: empty for all that the supply can train.
    /// - runs: nil takes the lens folder's name and ".runs".
    package init(
        roles: [NetworkRole], options: TrainingOptions, supply: any FieldSupply, lens: LensFolder, runs: String? = nil
    ) {
        self.roles = roles.isEmpty ? supply.roles : roles
        self.options = options
        self.supply = supply
        self.lens = lens
        self.runs = runs ?? URL(fileURLWithPath: lens.path).standardizedFileURL.path + ".runs"
    }

    package enum Event: Sendable {
        case started(NetworkRole, runFolder: String, step: Int)
        /// - allLeftSeconds: until all networks are finished; estimated, as if each took as long as this one.
        case progress(TrainingProgress, allLeftSeconds: Double)
        /// - missing: networks that the lens still lacks.
        case finished(NetworkRole, missing: [String])
        case stopped(NetworkRole, step: Int)
    }

    /// - stop: asked after each step.
    /// - Returns: whether all networks are finished.
    package func run(
        stop: () -> Bool = { StopSignal.isRaised }, report: (Event) -> Void
    ) throws(TrainingError) -> Bool {
        try lens.check(options, supply)
        if options.augmentation.stain > 0, supply.fieldCorrection == nil {
            throw TrainingError(
                .badOptions, "the depth of a stain is told against the glass, and these pictures keep theirs",
                hint: "divide them by their glass (--divide-by-glass), or leave --stain out")
        }
        let start = try start.map { path throws(TrainingError) in try Start(path) }
        if start != nil && roles.count != 1 {
            throw TrainingError(
                .badOptions, "one weight file cannot be the start of \(roles.count) networks",
                hint: "name the one network to train with --network")
        }
        for (index, role) in roles.enumerated() {
            let later = Double(roles[(index + 1)...].count { !isFinished($0) })
            var options = options
            options.startDigest = start?.digest
            options.role = role
            if role != .labelling {
                // The light of an electron micrograph has a direction, and a map's weights mean nothing there.
                options.augmentation.flips = false
                options.augmentation.rotations = false
                options.loss = .absolute
            }
            if !SampleMaker.hasMask(options) { options.hasInterval = false }
            let folder = runFolder(role)
            let run = try TrainingRun(
                options, on: supply, in: folder, threads: threads, resumes: resumes, start: start?.file,
                checkpointSeconds: checkpointSeconds)
            report(.started(role, runFolder: folder, step: run.step))
            let isDone = try run.run(stop: stop) { progress in
                let ofLater = later * (progress.spentSeconds + progress.leftSeconds)
                report(.progress(progress, allLeftSeconds: progress.leftSeconds + ofLater))
            }
            guard isDone else {
                report(.stopped(role, step: run.step))
                return false
            }
            let missing = try lens.add(
                role, weights: try run.weightFile(), options: options, supply: supply,
                account: "neurallens-lab train, \(run.step) steps, seed \(options.seed), "
                    + (start.map { "from weights \($0.digest.prefix(16)), " } ?? "")
                    + "\(supply.account), digest \(supply.digest.prefix(16))",
                threads: threads)
            report(.finished(role, missing: missing))
        }
        return true
    }

    private func runFolder(_ role: NetworkRole) -> String { "\(runs)/\(role.name)" }

    /// Whether an earlier part of this training has finished the network.
    private func isFinished(_ role: NetworkRole) -> Bool {
        let checkpoint = Checkpoint(of: runFolder(role))
        return resumes && checkpoint.exists && (try? checkpoint.readState().isFinished) == true
    }
}

/// A weight file that training starts from.
private struct Start {
    let file: WeightFile
    let digest: String

    init(_ path: String) throws(TrainingError) {
        do {
            let bytes = try FileBytes(path: path)
            digest = sha256Hex(bytes.bytes)
            file = try WeightFile(bytes, source: path)
        } catch {
            throw TrainingError(
                .unreadable, error.message, hint: "name the safetensors file of a lens's network")
        }
    }
}
