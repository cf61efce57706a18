internal import Foundation
internal import Imaging
internal import Quantities

/// Finds, among all fields of a slide, the few that a new one may be like: by where their objects lie to each other and
/// by how they look, without looking at any picture.
///
/// Two fields that overlap show pairs of objects with the same displacement between them, and both the same displacement
/// between the fields; what turns or mirrors a field keeps the distances of objects and their fingerprints. What the index
/// names is compared by its pictures or its grains; what it does not name is not compared.
struct LikenessIndex: Sendable {
    /// Something that hangs together in a field: a grain, a cluster of them, debris.
    struct Object: Sendable, Equatable {
        /// From the field's upper left corner, in µm.
        var middle: SIMD2<Float>
        /// Of the circle of the same area, in µm.
        var diameter: Float
        /// No border cuts it.
        var isWhole: Bool
        /// See ``GrainLook/fingerprint``; zeros where nothing tells it from others.
        var fingerprint: SIMD16<Float>
    }

    /// A pair of neighbouring objects of one field.
    private struct Pair: Sendable {
        let field: Int32
        /// Of the first, in µm.
        let place: SIMD2<Float>
        /// From the first to the second.
        let vector: SIMD2<Float>
        let diameters: SIMD2<Float>
    }

    /// An object with the distances to its three nearest neighbours.
    private struct Surrounded: Sendable {
        let field: Int32
        let object: Object
        let nearest: SIMD3<Float>
    }

    private var objectsOf: [[Object]] = []
    private var pairs: [Pair] = []
    /// Places in `pairs` by the cell of the vector.
    private var cells: [SIMD2<Int32>: [Int32]] = [:]
    private var surrounded: [Surrounded] = []

    /// Objects of a field that are compared, the largest.
    static let mostObjects = 16
    /// Nearest neighbours of an object that it makes pairs with.
    private static let neighbours = 4
    /// In µm, by which places of the same object differ from field to field.
    private static let tolerance: Float = 2
    /// By which diameters of the same object differ.
    private static let sizeTolerance: Float = 0.25
    /// Fingerprints of the same object are more alike.
    private static let likeness: Float = 0.9
    /// Fields that are named at most, each way.
    private static let mostNamed = 6

    /// Adds the next field.
    mutating func add(_ objects: [Object]) {
        let field = Int32(objectsOf.count)
        objectsOf.append(objects)
        for pair in Self.pairs(of: objects, field) {
            cells[Self.cell(pair.vector), default: []].append(Int32(pairs.count))
            pairs.append(pair)
        }
        surrounded += Self.surrounded(objects, field)
    }

    func objects(ofField field: Int) -> [Object] { objectsOf[field] }

    // MARK: Fields that may overlap

    /// Fields that may show a part of what these objects show, upright, the likeliest first.
    func overlapping(_ objects: [Object]) -> [Int] {
        var shifts: [Int32: [SIMD2<Float>]] = [:]
        for pair in Self.pairs(of: objects, 0) {
            let home = Self.cell(pair.vector)
            for y in home.y - 1...home.y + 1 {
                for x in home.x - 1...home.x + 1 {
                    for at in cells[SIMD2(x, y)] ?? [] {
                        let other = pairs[Int(at)]
                        let off = other.vector - pair.vector
                        guard max(abs(off.x), abs(off.y)) <= Self.tolerance,
                            Self.isAsLarge(other.diameters.x, pair.diameters.x),
                            Self.isAsLarge(other.diameters.y, pair.diameters.y)
                        else { continue }
                        shifts[other.field, default: []].append(other.place - pair.place)
                    }
                }
            }
        }
        var alone: [(field: Int32, likeness: Float)] = []
        for object in objects where object.isWhole && object.fingerprint != .zero {
            var best: [(field: Int32, likeness: Float)] = []
            for other in surrounded where Self.isAsLarge(other.object.diameter, object.diameter) {
                let likeness = (other.object.fingerprint * object.fingerprint).sum()
                guard likeness >= Self.likeness, other.object.isWhole else { continue }
                shifts[other.field, default: []].append(other.object.middle - object.middle)
                best.append((other.field, likeness))
            }
            if let most = best.max(by: { ($0.likeness, $1.field) < ($1.likeness, $0.field) }) { alone.append(most) }
        }
        let agreeing = shifts.compactMap { field, shifts -> (field: Int32, votes: Int)? in
            guard shifts.count > 1 else { return nil }
            let votes = shifts.map { shift in
                shifts.count { max(abs($0.x - shift.x), abs($0.y - shift.y)) <= 2 * Self.tolerance }
            }.max()!
            return votes > 1 ? (field, votes) : nil
        }.sorted { ($1.votes, $0.field) < ($0.votes, $1.field) }.prefix(Self.mostNamed).map(\.field)
        // One object that looks like one of another field may be the only one that both show.
        let lone = alone.sorted { ($1.likeness, $0.field) < ($0.likeness, $1.field) }.prefix(2).map(\.field)
        return (agreeing + lone.filter { !agreeing.contains($0) }).map(Int.init)
    }

    // MARK: Fields that may be turned

    /// Fields that may show the same objects in whatever position, turned or mirrored, earliest first.
    func turned(_ objects: [Object]) -> [Int] {
        var scores: [Int32: Float] = [:]
        for one in Self.surrounded(objects, 0) {
            for other in surrounded where Self.isAsLarge(other.object.diameter, one.object.diameter) {
                let off = other.nearest - one.nearest
                if max(abs(off.x), abs(off.y), abs(off.z)) <= Self.tolerance { scores[other.field, default: 0] += 1 }
                guard min(objects.count, objectsOf[Int(other.field)].count) < 2 * TurnedRepeat.leastGrains else {
                    continue
                }
                let likeness = (other.object.fingerprint * one.object.fingerprint).sum()
                if likeness >= Self.likeness {
                    scores[other.field, default: 0] += (likeness - Self.likeness) / (1 - Self.likeness)
                }
            }
        }
        return scores.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.mostNamed).map { Int($0.key) }
            .sorted()
    }

    // MARK: Parts

    private static func isAsLarge(_ a: Float, _ b: Float) -> Bool { abs(a - b) <= sizeTolerance * max(a, b) }

    private static func cell(_ vector: SIMD2<Float>) -> SIMD2<Int32> {
        SIMD2(Int32(saturating: (vector.x / tolerance).rounded()), Int32(saturating: (vector.y / tolerance).rounded()))
    }

    /// Pairs of whole neighbours, each once: from the left one to the right one.
    private static func pairs(of objects: [Object], _ field: Int32) -> [Pair] {
        let whole = objects.filter(\.isWhole)
        return whole.indices.flatMap { one -> [Pair] in
            whole.indices.filter { $0 != one }.sorted {
                let (a, b) = (whole[$0].middle - whole[one].middle, whole[$1].middle - whole[one].middle)
                return (a * a).sum() < (b * b).sum()
            }.prefix(neighbours).compactMap { other in
                let vector = whole[other].middle - whole[one].middle
                guard vector.x >= 0 else { return nil }
                return Pair(
                    field: field, place: whole[one].middle, vector: vector,
                    diameters: SIMD2(whole[one].diameter, whole[other].diameter))
            }
        }
    }

    private static func surrounded(_ objects: [Object], _ field: Int32) -> [Surrounded] {
        objects.enumerated().map { number, object in
            let distances = objects.enumerated().filter { $0.offset != number }.map { other -> Float in
                let off = other.element.middle - object.middle
                return (off * off).sum().squareRoot()
            }.sorted()
            // What has fewer neighbours is like nothing by them.
            let nearest =
                distances.count < 3 ? SIMD3(repeating: Float.infinity) : SIMD3(distances[0], distances[1], distances[2])
            return Surrounded(field: field, object: object, nearest: nearest)
        }
    }
}

extension LikenessIndex.Object {
    /// Numbers that ``littleEndianBytes`` holds of an object.
    private static let numbers = 20

    /// - Parameter micrometres: of a preview pixel.
    static func all(in content: FieldContent, micrometresPerPixel micrometres: Double) -> [LikenessIndex.Object] {
        let (width, height) = (content.picture.width, content.picture.height)
        return content.objects.sorted { ($1.pixels.count, $0.pixels[0]) < ($0.pixels.count, $1.pixels[0]) }
            .prefix(LikenessIndex.mostObjects).map { object in
                let isWhole = object.pixels.allSatisfy { pixel in
                    let (row, column) = Int(pixel).quotientAndRemainder(dividingBy: width)
                    return row > 0 && column > 0 && row < height - 1 && column < width - 1
                }
                let look = GrainLook(content.picture, middle: object.middle, diameter: object.diameter)
                return LikenessIndex.Object(
                    middle: SIMD2<Float>((object.middle + 0.5) * micrometres),
                    diameter: Float(object.diameter * micrometres),
                    isWhole: isWhole, fingerprint: look?.fingerprint ?? .zero)
            }
    }

    /// As ``bytes(of:)`` gave them.
    static func all(littleEndianBytes bytes: [UInt8]) -> [LikenessIndex.Object] {
        let values = stride(from: 0, to: bytes.count - 3, by: 4).map { at -> Float in
            var bits: UInt32 = 0
            for byte in 0..<4 { bits |= UInt32(bytes[at + byte]) << UInt32(8 * byte) }
            return Float(bitPattern: bits)
        }
        return stride(from: 0, through: values.count - numbers, by: numbers).map { at in
            var fingerprint = SIMD16<Float>()
            for number in 0..<16 { fingerprint[number] = values[at + 4 + number] }
            return LikenessIndex.Object(
                middle: SIMD2(values[at], values[at + 1]), diameter: values[at + 2], isWhole: values[at + 3] != 0,
                fingerprint: fingerprint)
        }
    }

    static func bytes(of objects: [LikenessIndex.Object]) -> [UInt8] {
        var bytes: [UInt8] = []
        for object in objects {
            var values: [Float] = [object.middle.x, object.middle.y, object.diameter, object.isWhole ? 1 : 0]
            for number in 0..<16 { values.append(object.fingerprint[number]) }
            for value in values {
                let bits = value.bitPattern
                for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
            }
        }
        return bytes
    }
}
