internal import Foundation
internal import Network
internal import Quantities

/// Whether a field is like those that a lens was made from: Mahalanobis distances of cells' features from the mean of
/// their class, with one covariance for all classes (Lee et al., NeurIPS 2018), summed up for the field.
///
/// Glass and objects are judged apart, by a quantile of their cells' distances against the same quantile of known
/// fields; the stranger of the two counts. The result is calibrated on known fields that the means were not taken of.
package struct FamiliarityModel: Sendable, Equatable {
    package let channels: Int
    package let classes: Int
    /// `channels` a class.
    private let means: [Float]
    /// Lower triangle, rows one after the other: what it makes of a difference has the squared length of the distance.
    private let whitening: [Float]
    /// Mean and standard deviation, over known fields, of the logarithm of the quantile: of glass, of objects.
    private let usual: [Usual]
    /// Strangeness of known fields, rising.
    private let known: [Float]

    struct Usual: Sendable, Equatable {
        var mean: Float
        var deviation: Float
    }

    /// Known fields that are needed: half of them for the means, half for what is usual.
    package static let fewestFields = 40
    /// Cells of glass, or of objects, that are needed to say anything.
    private static let fewestCells = 6
    /// Of the distances of a field's cells of glass, and of its cells of objects.
    private static let quantiles = [0.5, 0.75]

    /// - Parameters:
    ///   - fields: known ones, of one lens.
    ///   - classes: that cells may have.
    package init(fitting fields: [FieldCells], classes: Int) throws(LensError) {
        guard fields.count >= Self.fewestFields else {
            throw LensError(
                .tooFewFields, "what is known was to be learnt from \(fields.count) fields",
                hint: "give \(Self.fewestFields) fields at least, of all kinds that the lens is for")
        }
        let channels = fields[0].channels
        let (even, odd) = (
            fields.enumerated().filter { $0.offset % 2 == 0 }.map(\.element),
            fields.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        )
        var moments = Moments(classes: classes, channels: channels)
        for field in even { moments.add(field) }
        self.channels = channels
        self.classes = classes
        means = moments.means.map(Float.init)
        whitening = moments.whitening().map(Float.init)
        var bare = FamiliarityModel(
            channels: channels, classes: classes, means: means, whitening: whitening, usual: [], known: [])
        let logarithms = odd.map { bare.logarithms(of: $0) }
        let usual = Self.quantiles.indices.map { group in
            let values = logarithms.compactMap { $0[group] }
            let mean = values.reduce(0, +) / Float(max(1, values.count))
            let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
            return Usual(mean: mean, deviation: max(0.02, (squares / Float(max(1, values.count - 1))).squareRoot()))
        }
        bare = FamiliarityModel(
            channels: channels, classes: classes, means: means, whitening: whitening, usual: usual, known: [])
        self.usual = usual
        known = odd.compactMap { bare.strangeness(of: $0) }.sorted()
    }

    private init(
        channels: Int, classes: Int, means: [Float], whitening: [Float], usual: [Usual], known: [Float]
    ) {
        (self.channels, self.classes, self.means, self.whitening) = (channels, classes, means, whitening)
        (self.usual, self.known) = (usual, known)
    }

    /// Share of known fields that are at least as strange, 0...1; nil for a field too small to say.
    package func familiarity(of field: FieldCells) -> Double? {
        guard let strangeness = strangeness(of: field) else { return nil }
        let stranger = known.count { $0 >= strangeness }
        return Double(stranger + 1) / Double(known.count + 1)
    }

    /// By how many standard deviations the field lies beyond what is usual; nil as above.
    func strangeness(of field: FieldCells) -> Float? {
        zip(logarithms(of: field), usual).compactMap { value, usual in
            value.map { ($0 - usual.mean) / usual.deviation }
        }.max()
    }

    /// Of the quantile of squared distances, of glass and of objects; nil where there are too few.
    private func logarithms(of field: FieldCells) -> [Float?] {
        var distances: [[Float]] = [[], []]
        field.features.withUnsafeBufferPointer { features in
            for (index, kind) in field.classes.enumerated() where Int(kind) < classes {
                let cell = UnsafeBufferPointer(rebasing: features[index * channels..<(index + 1) * channels])
                distances[kind == 0 ? 0 : 1].append(squaredDistance(cell, class: Int(kind)))
            }
        }
        return zip(distances, Self.quantiles).map { values, quantile in
            guard values.count >= Self.fewestCells else { return nil }
            let sorted = values.sorted()
            return logf(max(1e-6, sorted[Int(saturating: quantile * Double(sorted.count - 1))]))
        }
    }

    private func squaredDistance(_ cell: UnsafeBufferPointer<Float>, class kind: Int) -> Float {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: channels) { difference in
            for channel in 0..<channels {
                difference.initializeElement(at: channel, to: cell[channel] - means[kind * channels + channel])
            }
            return whitening.withUnsafeBufferPointer { whitening in
                var (sum, at) = (Float(0), 0)
                for row in 0..<channels {
                    var value: Float = 0
                    for column in 0...row { value += whitening[at + column] * difference[column] }
                    at += row + 1
                    sum += value * value
                }
                return sum
            }
        }
    }
}

// MARK: Fitting

extension FamiliarityModel {
    /// Sums over cells, in double precision.
    private struct Moments {
        let classes: Int
        let channels: Int
        private var counts: [Double]
        private var sums: [Double]
        /// Of products, all classes together.
        private var products: [Double]

        init(classes: Int, channels: Int) {
            self.classes = classes
            self.channels = channels
            counts = Array(repeating: 0, count: classes)
            sums = Array(repeating: 0, count: classes * channels)
            products = Array(repeating: 0, count: channels * channels)
        }

        mutating func add(_ field: FieldCells) {
            for (index, kind) in field.classes.enumerated() where Int(kind) < classes {
                let cell = field.features[index * channels..<(index + 1) * channels].map(Double.init)
                counts[Int(kind)] += 1
                for i in 0..<channels {
                    sums[Int(kind) * channels + i] += cell[i]
                    for j in 0...i { products[i * channels + j] += cell[i] * cell[j] }
                }
            }
        }

        /// A class without cells has the mean of all.
        var means: [Double] {
            let all = max(1, counts.reduce(0, +))
            return (0..<classes * channels).map { index in
                let (kind, channel) = (index / channels, index % channels)
                if counts[kind] > 0 { return sums[index] / counts[kind] }
                return (0..<classes).reduce(0) { $0 + sums[$1 * channels + channel] } / all
            }
        }

        /// The inverse of the lower Cholesky factor of the covariance within classes.
        func whitening() -> [Double] {
            let (means, all) = (means, max(1, counts.reduce(0, +)))
            var lower = [[Double]](repeating: Array(repeating: 0, count: channels), count: channels)
            for i in 0..<channels {
                for j in 0...i {
                    var value = products[i * channels + j]
                    for kind in 0..<classes {
                        value -= counts[kind] * means[kind * channels + i] * means[kind * channels + j]
                    }
                    lower[i][j] = value / all
                }
            }
            // What hardly varies must not count for all.
            let floor = 0.01 * (0..<channels).reduce(0) { $0 + lower[$1][$1] } / Double(channels) + 1e-9
            for i in 0..<channels {
                lower[i][i] += floor
                for j in 0...i {
                    var sum = lower[i][j]
                    for k in 0..<j { sum -= lower[i][k] * lower[j][k] }
                    lower[i][j] = i == j ? max(sum, 1e-12).squareRoot() : sum / lower[j][j]
                }
            }
            var inverse = [[Double]](repeating: Array(repeating: 0, count: channels), count: channels)
            for column in 0..<channels {
                for row in column..<channels {
                    var sum = row == column ? 1.0 : 0
                    for k in column..<row { sum -= lower[row][k] * inverse[k][column] }
                    inverse[row][column] = sum / lower[row][row]
                }
            }
            return (0..<channels).flatMap { inverse[$0][0...$0] }
        }
    }
}

// MARK: File

extension FamiliarityModel {
    private static let format = "neurallens-familiarity"

    /// A safetensors file: `means` [classes, channels], `whitening` [channels (channels + 1) / 2], `usual` [2, 2] (mean
    /// and deviation, of glass and of objects), `known` [fields], all F32.
    var serialised: [UInt8] {
        var writer = SafetensorsWriter(metadata: [("format", Self.format), ("version", "1")])
        writer.add("means", shape: [classes, channels], means)
        writer.add("whitening", shape: [whitening.count], whitening)
        writer.add("usual", shape: [2, 2], usual.flatMap { [$0.mean, $0.deviation] })
        writer.add("known", shape: [known.count], known)
        return writer.bytes()
    }

    /// - Parameters:
    ///   - file: as `serialised` makes it.
    ///   - channels, classes: of the lens.
    init(_ file: FileBytes, path: String, channels: Int, classes: Int) throws(LensError) {
        func refused(_ what: String) -> LensError {
            LensError(
                .badManifest, "\(path) is no familiarity of this lens: \(what)",
                hint: "make it again with neurallens-lab familiarise")
        }
        do {
            let tensors = try WeightFile(file, source: path)
            guard tensors.metadata["format"] == Self.format, tensors.metadata["version"] == "1" else {
                throw refused("its metadata does not say so")
            }
            func numbers(_ name: String, count: Int?) throws -> [Float] {
                guard tensors.entries[name] != nil else { throw refused("it has no tensor \(name)") }
                let values = try tensors.floats(name)
                guard count.map({ values.count == $0 }) ?? !values.isEmpty else {
                    throw refused("its tensor \(name) has \(values.count) numbers")
                }
                return values
            }
            means = try numbers("means", count: classes * channels)
            whitening = try numbers("whitening", count: channels * (channels + 1) / 2)
            let usual = try numbers("usual", count: 4)
            guard usual[1] > 0, usual[3] > 0 else { throw refused("its deviations are not positive") }
            self.usual = [Usual(mean: usual[0], deviation: usual[1]), Usual(mean: usual[2], deviation: usual[3])]
            known = try numbers("known", count: nil).sorted()
        } catch let error as LensError {
            throw error
        } catch let error as NetworkError {
            throw LensError(.badManifest, error.message, hint: error.hint)
        } catch {
            throw refused("it cannot be read")
        }
        self.channels = channels
        self.classes = classes
    }
}
