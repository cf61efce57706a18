/// What a taught lens is worth on what was held out, beside the lens in force then on the same fields.
package struct TeachingResult: Codable, Sendable, Equatable {
    /// A share with its 95 % interval.
    package struct Share: Codable, Sendable, Equatable {
        package var value: Double
        package var low: Double
        package var high: Double

        package init(value: Double, low: Double, high: Double) {
            self.value = value
            self.low = low
            self.high = high
        }
    }

    package struct Score: Codable, Sendable, Equatable {
        /// `any` for grains of any species, whatever they were counted as.
        package var key: String
        package var species: String
        /// True grains.
        package var actual: Int
        package var counted: Int
        /// Counted and true: their outlines overlap by half.
        package var matched: Int
        /// Null where nothing was counted.
        @Nullable package var precision: Share?
        /// Null where there is no true grain.
        @Nullable package var recall: Share?
        @Nullable package var f1: Share?

        package init(
            key: String, species: String, actual: Int, counted: Int, matched: Int, precision: Share?, recall: Share?,
            f1: Share?
        ) {
            self.key = key
            self.species = species
            self.actual = actual
            self.counted = counted
            self.matched = matched
            self.precision = precision
            self.recall = recall
            self.f1 = f1
        }
    }

    /// How many objects that are truly `actual` were counted as `counted`; `nothing` and `other` are kinds too.
    package struct Confusion: Codable, Sendable, Equatable {
        package var actual: String
        package var counted: String
        package var objects: Int

        package init(actual: String, counted: String, objects: Int) {
            self.actual = actual
            self.counted = counted
            self.objects = objects
        }
    }

    /// Of one lens.
    package struct Figures: Codable, Sendable, Equatable {
        package var lens: String
        package var lensDigest: String
        package var fields: Int
        package var species: [Score]
        package var confusion: [Confusion]
        /// Mean distance of the confidence from the share that is right; null where nothing was counted.
        @Nullable package var calibrationError: Double?

        package init(
            lens: String, lensDigest: String, fields: Int, species: [Score], confusion: [Confusion],
            calibrationError: Double?
        ) {
            self.lens = lens
            self.lensDigest = lensDigest
            self.fields = fields
            self.species = species
            self.confusion = confusion
            self.calibrationError = calibrationError
        }
    }

    /// What a lens is worth that was taught from some of the fields, in as many steps.
    package struct Part: Codable, Sendable, Equatable {
        /// That it was taught from.
        package var fields: Int
        /// As of ``Figures``.
        package var species: [Score]

        package init(fields: Int, species: [Score]) {
            self.fields = fields
            self.species = species
        }
    }

    package var taught: Figures
    /// Of the lens in force; null where there is none, or it cannot look at such fields.
    @Nullable package var before: Figures?
    /// Why that is null.
    @Nullable package var beforeMissing: String?

    /// From the fewest fields to all; left out where it was not asked for.
    package var learningCurve: [Part]?

    package init(taught: Figures, before: Figures?, beforeMissing: String?, learningCurve: [Part]? = nil) {
        self.learningCurve = learningCurve
        self.taught = taught
        self.before = before
        self.beforeMissing = beforeMissing
    }
}
