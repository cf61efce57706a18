import Imaging
package import Lens
import Synchronization

/// Fields of four quarters, each of another field of a supply without end: for labelling.
///
/// A field is of one slide, and a step that sees one slide learns its colours and forgets the others'. Of four slides at
/// once the gradient says what they have in common, and statistics of a batch are nearer to those in use. Field n has
/// the first quarter of the supply's field n, the second of its field n + 1, the third of n + 2 and the last of n + 3:
/// each field's quarters are all shown, and every mixed field costs the drawing of one.
///
/// Steps that see a part of a field may share one, each with a cut of its own: small cuts and many steps learn faster
/// than few of whole fields, and drawing would take longer than they do.
package struct MixedFields: FieldSupply {
    private let supply: any FieldSupply
    private let stepsAField: Int
    private let recent = Recent()

    package var title: String { "\(supply.title), four mixed" }
    package var digest: String { "\(supply.digest)-mixed-\(stepsAField)" }
    package var nmPerPixel: Double { supply.nmPerPixel }
    package var binning: Int { supply.binning }
    package var species: [LensManifest.Species] { supply.species }
    package var otherChannel: Int? { supply.otherChannel }
    /// A grain that is cut in two has no true micrograph.
    package var hasElectronMicrographs: Bool { false }
    package var fieldCorrection: String? { supply.fieldCorrection }
    package var fieldCount: Int? { nil }
    package var validationCount: Int { supply.validationCount }

    /// - Parameters:
    ///   - supply: of fields of one size, an even number of pixels wide and high.
    ///   - stepsAField: successive steps that are shown cuts of the same field.
    /// - Throws: `.badOptions` where the supply's fields come to an end, or `stepsAField` is not in 1 to 64.
    package init(_ supply: any FieldSupply, stepsAField: Int = 1) throws(TrainingError) {
        guard (1...64).contains(stepsAField) else {
            throw TrainingError(
                .badOptions, "a mixed field cannot be shown in \(stepsAField) steps", hint: "show it in 1 to 64")
        }
        guard supply.fieldCount == nil else {
            throw TrainingError(
                .badOptions, "fields of \(supply.title) cannot be mixed: they come to an end",
                hint: "mix fields of a library of grains, or leave out --mix")
        }
        self.supply = supply
        self.stepsAField = stepsAField
    }

    package func field(_ number: Int, electron: Bool) throws(TrainingError) -> FieldPictures {
        // Of an endless supply `FieldOrder.attempts` numbers belong to each step.
        let first = number / FieldOrder.attempts / stepsAField * FieldOrder.attempts + number % FieldOrder.attempts
        var fields: [FieldPictures] = []
        for quarter in 0..<4 { fields.append(try recent.field(first + quarter * FieldOrder.attempts, of: supply)) }
        return FieldPictures(quartersOf: fields)
    }

    package func validationField(_ number: Int, electron: Bool) throws(TrainingError) -> FieldPictures {
        try supply.validationField(number, electron: false)
    }

    /// The supply's fields that the next one needs again.
    private final class Recent: Sendable {
        private let kept = Mutex<[Int: FieldPictures]>([:])

        func field(_ number: Int, of supply: any FieldSupply) throws(TrainingError) -> FieldPictures {
            if let field = kept.withLock({ $0[number] }) { return field }
            let field = try supply.field(number, electron: false)
            kept.withLock { kept in
                kept = kept.filter { abs($0.key - number) < 4 * FieldOrder.attempts }
                kept[number] = field
            }
            return field
        }
    }
}

extension FieldPictures {
    /// Upper left, upper right, lower left and lower right quarter of four fields of one size, without micrographs.
    fileprivate init(quartersOf fields: [FieldPictures]) {
        let (width, height) = (fields[0].width, fields[0].height)
        var (optical, map) = (fields[0].optical, fields[0].map)
        var grains: [FieldOutlines.Grain] = []
        for (quarter, field) in fields.enumerated() {
            let columns = quarter % 2 == 0 ? 0..<width / 2 : width / 2..<width
            let rows = quarter / 2 == 0 ? 0..<height / 2 : height / 2..<height
            for row in rows {
                let range = (row * width + columns.lowerBound) * 3..<(row * width + columns.upperBound) * 3
                optical.samples.replaceSubrange(range, with: field.optical.samples[range])
                map.samples.replaceSubrange(range, with: field.map.samples[range])
            }
            for grain in field.outlines?.grains ?? [] {
                let outline = Self.clipped(grain.outline, columns, rows)
                if outline.count > 2 { grains.append(.init(species: grain.species, outline: outline)) }
            }
        }
        self.init(
            optical: optical, map: map,
            outlines: fields.allSatisfy { $0.outlines != nil } ? FieldOutlines(grains: grains) : nil,
            speciesChannels: [])
    }

    /// The part of a polygon in a rectangle of pixels (Sutherland and Hodgman 1974).
    private static func clipped(_ outline: [[Double]], _ columns: Range<Int>, _ rows: Range<Int>) -> [[Double]] {
        var corners = outline
        for (axis, range) in [(0, columns), (1, rows)] {
            for (edge, sign) in [(Double(range.lowerBound) - 0.5, 1.0), (Double(range.upperBound) - 0.5, -1.0)] {
                var kept: [[Double]] = []
                for (index, corner) in corners.enumerated() {
                    let last = corners[(index + corners.count - 1) % corners.count]
                    let (inside, wasInside) = (sign * (corner[axis] - edge) >= 0, sign * (last[axis] - edge) >= 0)
                    if inside != wasInside {
                        let share = (edge - last[axis]) / (corner[axis] - last[axis])
                        kept.append([0, 1].map { last[$0] + share * (corner[$0] - last[$0]) })
                    }
                    if inside { kept.append(corner) }
                }
                corners = kept
            }
        }
        return corners
    }
}
