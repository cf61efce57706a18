import Foundation
package import Network

/// Everything that decides what a training run makes of a data set, but for the number of threads, which does not.
package struct TrainingOptions: Sendable, Codable, Equatable {
    /// How long a run lasts. Each network has a length of its own.
    package enum Length: Sendable, Codable, Equatable {
        /// Times through the data set.
        case epochs(Int)
        case steps(Int)
        /// Of wall-clock time. When half of it is over, as many steps again follow: from then on, and in the
        /// checkpoint, the run is one of a known number of steps, which `steps` repeats bit for bit.
        case minutes(Double)
    }

    package var role: NetworkRole
    package var length = Length.epochs(200)
    package var seed: UInt64 = 1
    /// SHA-256 of the weight file that the generator starts from; nil starts from random weights.
    package var startDigest: String?
    /// Of the generator.
    package var layers = 10
    package var baseChannels = 16
    package var discriminatorChannels = 16
    /// Of the training pictures and of the lens's tiles, in pixels.
    package var size = 1024
    /// Pictures of a step: the losses are means over them all, and maps are normalised by their common statistics.
    package var batch = 1
    /// What the finished network normalises by; `runningFrom` matters for running statistics alone.
    package var normalisation = Normalisation.running
    /// Share of the run after which running statistics stand in for the image's own, in training as in use, 0...1. Over
    /// a tenth of the run they take over.
    package var runningFrom = 0.5
    /// Adam's learning rate; falls to 0 from `decayFrom` on.
    package var rate = 2e-4
    /// Share of the run, 0..<1.
    package var decayFrom = 0.5
    /// Decay of the moving average of weights that is used in place of the newest, 0..<1; 0 for none.
    package var averageDecay = 0.999
    /// Steps of an epoch where fields are drawn without end.
    package var freshEpochSteps = 500
    package var dropout = 0.5
    package var isAdversarial = true
    /// Discriminators: one, or a second one that sees twice as far at half the scale, or a third.
    package var discriminators = 1
    package var adversarialLoss = AdversarialLoss.crossEntropy
    /// Of the distance between the discriminators' maps of generated and real pairs in the generator's loss; 0 for none.
    package var featureFactor = 0.0
    /// Whether a magnifier draws an interval: its channels are then value, lower and upper bound, not red, green and blue.
    package var hasInterval = false
    package var loss = ResultLoss.absolute
    /// Of the distance from the target beside the discriminator's say.
    package var lossFactor = 100.0
    /// Weight of target values that are not black; of black ones 1.
    package var objectWeight = 1.0
    /// Weight of what is fine in a micrograph, such as furrows and spines: where its brightness differs by 0.15 of full
    /// scale from the mean around it. Of even surfaces 1. What is fine covers little, and without a weight of its own the
    /// even surface around it is learnt instead.
    package var detailWeight = 1.0
    /// Drawn into the map on either side of where two grains touch, in µm, where outlines tell them apart; 0 for none.
    package var gapMicrometres = 0.45
    /// Weight of these gaps.
    package var gapWeight = 1.0
    /// Share of a labelling network's cuts that show a grain, of each species as often: so that a rare one is learnt.
    package var balance = 0.0
    package var augmentation = Augmentation()

    package init(role: NetworkRole) { self.role = role }

    /// - Throws: `.badOptions`.
    package func check() throws(TrainingError) {
        func refuse(_ message: String, _ hint: String) -> TrainingError {
            TrainingError(.badOptions, message, hint: hint)
        }
        guard (2...14).contains(layers) else {
            throw refuse("a generator of \(layers) layers cannot be trained", "take 2 to 14 layers")
        }
        let multiple = max(1 << layers, 8)
        guard size % multiple == 0, size >= max(multiple, 24), size <= 8192 else {
            throw refuse(
                "pictures of \(size) pixels do not fit a generator of \(layers) layers",
                "take a multiple of \(multiple) up to 8192, at least 24, or another number of layers")
        }
        guard (1...256).contains(batch) else { throw refuse("a batch of \(batch) is out of range", "take 1 to 256") }
        guard batch == 1 || normalisation == .running else {
            throw refuse(
                "a network that normalises each picture by its own statistics cannot learn from batches of \(batch), which "
                    + "are normalised together", "take running statistics (--norm running), or batches of 1")
        }
        guard (1...512).contains(baseChannels), (1...512).contains(discriminatorChannels) else {
            throw refuse("the number of base channels is out of range", "take 1 to 512")
        }
        guard (1...3).contains(discriminators),
            !isAdversarial || (size % (8 << (discriminators - 1)) == 0 && size >> (discriminators - 1) >= 24)
        else {
            throw refuse(
                "\(discriminators) discriminators cannot judge pictures of \(size) pixels",
                "take 1 to 3, and a size that is a multiple of \(8 << (max(1, min(discriminators, 3)) - 1)), at least "
                    + "\(24 << (max(1, min(discriminators, 3)) - 1))")
        }
        if hasInterval {
            guard case .magnifier = role else {
                throw refuse("\(role.name) cannot draw an interval", "train a magnifier with it")
            }
        }
        guard (0...1).contains(runningFrom), (0..<1).contains(decayFrom) else {
            throw refuse(
                "running statistics or the fall of the learning rate cannot begin at \(runningFrom) and \(decayFrom) of "
                    + "the run", "take shares from 0 to 1")
        }
        if case .minutes = length, min(runningFrom, decayFrom) < 0.5 {
            throw refuse(
                "a run by the clock knows its steps only when half of it is over, and nothing can begin before",
                "take shares from 0.5 on, or give the number of steps")
        }
        guard (0...1).contains(balance) else {
            throw refuse("no share of \(balance) of the pictures can show a grain", "take 0 to 1")
        }
        guard (0..<1).contains(averageDecay) else {
            throw refuse("weights cannot be averaged with a decay of \(averageDecay)", "take 0 to below 1, as 0.999")
        }
        guard freshEpochSteps > 0 else { throw refuse("an epoch has no steps", "take at least one") }
        guard (0..<1).contains(dropout), rate > 0, rate < 1, lossFactor >= 0, featureFactor >= 0, objectWeight >= 0,
            gapWeight >= 0,
            detailWeight >= 0, (0...20).contains(gapMicrometres),
            (lossFactor + featureFactor + objectWeight + gapWeight + detailWeight).isFinite,
            isAdversarial || lossFactor > 0
        else {
            throw refuse(
                "a rate, weight or dropout is out of range",
                "take a learning rate and dropout in 0...1 and weights that are not negative")
        }
        let isLong =
            switch length {
            case .epochs(let count), .steps(let count): count > 0
            case .minutes(let minutes): minutes > 0 && minutes.isFinite
            }
        guard isLong else { throw refuse("the run has no length", "take at least one epoch, step or minute") }
        try augmentation.check()
    }

    /// The first option in which `other` differs, as (name, here, there).
    func difference(from other: TrainingOptions) -> (name: String, here: String, there: String)? {
        guard self != other else { return nil }
        /// Every number and name in it, by its place.
        func leaves(_ value: Any, _ place: String) -> [String: String] {
            guard let members = value as? [String: Any] else { return [place: "\(value)"] }
            return members.reduce(into: [:]) { result, member in
                let name = member.key == "_0" ? place : place.isEmpty ? member.key : "\(place).\(member.key)"
                result.merge(leaves(member.value, name)) { $1 }
            }
        }
        func members(_ options: TrainingOptions) -> [String: String] {
            guard let data = try? JSONEncoder().encode(options),
                let object = try? JSONSerialization.jsonObject(with: data)
            else { return [:] }
            return leaves(object, "")
        }
        let (here, there) = (members(self), members(other))
        for name in Set(here.keys).union(there.keys).sorted() where here[name] != there[name] {
            return (name, here[name] ?? "none", there[name] ?? "none")
        }
        return ("options", "these", "others")
    }
}
