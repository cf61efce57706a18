internal import Foundation

/// How `neurallens-lab train` is told to teach: a network of the make of the one that it starts from, in the way that
/// taught the lenses that come with the program.
package struct TrainingRecipe: Codable, Sendable, Equatable {
    /// The make of a labelling network.
    package struct Make: Codable, Sendable, Equatable {
        package var layers: Int
        package var baseChannels: Int
        /// The lens's pixels a side of one of the network's.
        package var binning: Int
        /// `running` or `instance`.
        package var normalisation: String
        package var nmPerPixel: Double
        package var tilePixels: Int
        package var overlapPixels: Int
        package var dividesByGlass: Bool
        package var minimumGrainAreaUm2: Double

        package init(
            layers: Int, baseChannels: Int, binning: Int, normalisation: String, nmPerPixel: Double, tilePixels: Int,
            overlapPixels: Int, dividesByGlass: Bool, minimumGrainAreaUm2: Double
        ) {
            self.layers = layers
            self.baseChannels = baseChannels
            self.binning = binning
            self.normalisation = normalisation
            self.nmPerPixel = nmPerPixel
            self.tilePixels = tilePixels
            self.overlapPixels = overlapPixels
            self.dividesByGlass = dividesByGlass
            self.minimumGrainAreaUm2 = minimumGrainAreaUm2
        }

        /// One that finds the grains it is taught: what falls short of half the area that one labelled grain in twenty falls
        /// short of is dirt, and nothing that was none before.
        /// - Parameter areasUm2: of labelled grains that show whole.
        package func finding(grainsOf areasUm2: [Double]) -> Make {
            var make = self
            let areas = areasUm2.sorted()
            if !areas.isEmpty { make.minimumGrainAreaUm2 = min(minimumGrainAreaUm2, areas[areas.count / 20] / 2) }
            return make
        }

        /// That of the lens `worlds`: what is taught from nothing has this make.
        package static let usual = Make(
            layers: 7, baseChannels: 32, binning: 4, normalisation: "running", nmPerPixel: 83, tilePixels: 1024,
            overlapPixels: 128, dividesByGlass: true, minimumGrainAreaUm2: 60)
    }

    package var make: Make
    /// Side of the training pictures, in the network's pixels.
    package var size: Int
    package var batch: Int
    package var rate: Double
    package var steps: Int?
    package var minutes: Double?
    package var startsFromWeights: Bool
    /// Share of the pictures that show a grain, of each species as often; nil for none.
    package var balance: Double?
    /// Share of values that dropout clears, and by how much the depth of the stain varies: few labels are learnt by heart
    /// otherwise. Of 207 outlines on real slides, macro F1 on other plants 0.770 without, 0.784 with both (700 steps).
    /// Nil in recipes of before.
    package var dropout: Double?
    package var stain: Double?

    package static let usualSteps = 2000

    /// - Parameter smallestSide: of the fields, in pixels of the lens.
    /// - Throws: `badStart` where the fields are too small for the network.
    package init(
        _ make: Make, smallestSide: Double, steps: Int?, minutes: Double?, startsFromWeights: Bool
    ) throws(TeachingError) {
        self.make = make
        let multiple = max(1 << make.layers, 8)
        let most = min(256, make.tilePixels / make.binning, Int(min(smallestSide / Double(make.binning), 1e6)))
        let isAsTiles = make.normalisation != "running"
        size = isAsTiles ? make.tilePixels / make.binning : most / multiple * multiple
        guard size >= max(multiple, 24), size <= most || (isAsTiles && Double(size * make.binning) <= smallestSide)
        else {
            throw TeachingError(
                .badStart,
                "fields of \(Int(min(smallestSide, 1e6))) pixels at the lens's scale are too small for its network",
                hint: "start from another lens: --from FOLDER, or --from random")
        }
        // Networks that normalise each picture by itself learn from one at a time.
        batch = isAsTiles ? 1 : 4
        rate = startsFromWeights ? 3e-4 : 6e-4
        self.steps = steps ?? (minutes == nil ? Self.usualSteps : nil)
        self.minutes = minutes
        self.startsFromWeights = startsFromWeights
        balance = 0.5
        dropout = 0.5
        stain = make.dividesByGlass ? 0.6 : 0
    }

    /// For `neurallens-lab`.
    /// - Parameters:
    ///   - dataset: folder of the data set.
    ///   - lens: folder to write.
    ///   - runs: folder of the run folders.
    ///   - start: weight file that it starts from.
    ///   - fields: how many of the data set's it learns from; all where nil.
    package func arguments(
        dataset: String, lens: String, runs: String, start: String, fields: Int? = nil
    ) -> [String] {
        // A run by the clock learns its length when half of it is over.
        let runningFrom = minutes == nil ? "0" : "0.5"
        var result = [
            "train", dataset, "-o", lens, "--runs", runs, "--network", "labelling", "--resume",
            "--binning", "\(make.binning)", "--size", "\(size)", "--tile", "\(make.tilePixels)",
            "--overlap", "\(make.overlapPixels)", "--layers", "\(make.layers)",
            "--base-channels", "\(make.baseChannels)", "--norm", make.normalisation, "--batch", "\(batch)",
            "--minimum-grain-area", "\(make.minimumGrainAreaUm2)", "--dropout", "\(dropout ?? 0)",
            "--stain", "\(stain ?? 0)",
            "--discriminator-channels", "0",
            "--map-loss", "cross-entropy", "--loss-factor", "1", "--flips", "--rotations", "--gap-weight", "2",
            "--gap", "0.6", "--running-from", runningFrom, "--rate", "\(rate)", "--checkpoint-minutes", "0.5",
        ]
        if let balance { result += ["--balance", "\(balance)"] }
        if make.dividesByGlass { result.append("--divide-by-glass") }
        if let steps { result += ["--steps", "\(steps)"] }
        if let minutes { result += ["--minutes", "\(minutes)"] }
        if let fields { result += ["--fields", "\(fields)"] }
        if startsFromWeights { result += ["--from", start] }
        return result
    }
}
