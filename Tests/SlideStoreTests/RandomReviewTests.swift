import Foundation
import Grains
import SlideStore
import Testing

/// Long sequences of reviews and verdicts against a model that keeps everything in arrays.
@Suite struct RandomReviewTests {
    /// What the store should say, by looking through the whole history each time.
    struct Model {
        struct Object {
            var species: String
            var confidence: Double
            var rejection: String?
            var field: Int
            var drawnBy: Int?
            var verdict: SlideVerdict.Kind?
            /// Of the outline, left and right, in pixels.
            var extent: ClosedRange<Double>
        }

        /// Whether the outlines, all in one row, are no more than 5 µm of 180 nm pixels apart.
        func areNeighbours(_ a: Int, _ b: Int) -> Bool {
            let (one, other) = (objects[a].extent, objects[b].extent)
            let gap = max(one.lowerBound, other.lowerBound) - min(one.upperBound, other.upperBound)
            return gap * 0.18 <= 5
        }

        struct Said {
            var action: Review.Action
            var objects: [Int]
            var made: [Int] = []
            var species: String?
            var isUndone = false
        }

        var objects: [Object]
        var history: [Said] = []

        func latest(_ object: Int) -> Int? {
            history.indices.last {
                history[$0].action != .undo && !history[$0].isUndone && history[$0].objects.contains(object)
            }
        }

        func isGone(_ object: Int) -> Bool {
            if let drawn = objects[object].drawnBy, history[drawn].isUndone { return true }
            guard let latest = latest(object) else { return false }
            return history[latest].action == .merge || history[latest].action == .split
        }

        func species(_ object: Int) -> String {
            history.last { $0.action == .relabel && !$0.isUndone && $0.objects.contains(object) }?.species
                ?? objects[object].species
        }

        func status(_ object: Int) -> String {
            if let drawn = objects[object].drawnBy, history[drawn].isUndone { return "undone" }
            if let latest = latest(object) {
                switch history[latest].action {
                case .merge: return "merged"
                case .split: return "split"
                case .reject: return "person"
                default:
                    if objects[object].rejection == "border" { return "border" }
                    if case .doubleOf(let other) = objects[object].verdict { return "double of \(other)" }
                    return "confirmed"
                }
            }
            if let rejection = objects[object].rejection { return rejection }
            switch objects[object].verdict {
            case .dirt: return "dirt"
            case .doubleOf(let other): return "double of \(other)"
            case nil: break
            }
            if objects[object].drawnBy != nil { return "confirmed" }
            return objects[object].confidence < 0.8 ? "doubtful" : "machine"
        }

        /// The review that undoing an object's latest would take back; nil where that is not allowed.
        func undoable(_ object: Int) -> Int? {
            var found = latest(object)
            if let drawn = objects[object].drawnBy, !history[drawn].isUndone { found = max(found ?? drawn, drawn) }
            guard let found, history[found].made.allSatisfy({ latest($0) == nil }) else { return nil }
            return found
        }
    }

    struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            // SplitMix64.
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    @Test(arguments: [1, 2, 3, 4])
    func standingsFollowTheHistory(seed: UInt64) async throws {
        var random = Random(state: seed)
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let species = ["iva", "galanthus", "unidentified"]
        var fields: [[Grain]] = []
        var model = Model(objects: [])
        for field in 0..<3 {
            fields.append(
                (0..<6).map { index in
                    let grain = sampleGrain(
                        species.randomElement(using: &random) ?? "iva", x: 100 + 30 * Double(index),
                        confidence: Double.random(in: 0.5...1, using: &random),
                        rejection: [nil, nil, nil, .border, .small].randomElement(using: &random) ?? nil)
                    model.objects.append(
                        .init(
                            species: grain.species, confidence: grain.confidence, rejection: grain.rejection?.rawValue,
                            field: field, extent: 90 + 30 * Double(index)...110 + 30 * Double(index)))
                    return grain
                })
        }
        let slide = try await store.slide(withFields: fields)
        // Ids of the store are 1, 2, ... in the order of the model.
        for _ in 0..<160 {
            let object = Int.random(in: 0..<model.objects.count, using: &random)
            let id = Int64(object + 1)
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1:
                let key = species.randomElement(using: &random) ?? "iva"
                let (decision, action): (Decision, Review.Action) =
                    [(.accept, .accept), (.relabel(species: key), .relabel), (.reject(), .reject)]
                    .randomElement(using: &random) ?? (.accept, .accept)
                if model.isGone(object) {
                    #expect(
                        await refusal { try await store.review([id], decision, by: visitor) }?.code == .grainRemoved)
                } else {
                    try await store.review([id], decision, by: visitor)
                    let species = action == .relabel ? key : nil
                    // What was the last word already is not said again.
                    let last = model.latest(object).map { model.history[$0] }
                    if last?.action != action || last?.species != species {
                        model.history.append(.init(action: action, objects: [object], species: species))
                    }
                }
            case 2:
                let others = model.objects.indices.filter {
                    $0 != object && model.objects[$0].field == model.objects[object].field
                }
                guard let other = others.randomElement(using: &random) else { continue }
                let pair = [object, other].sorted()
                let decision = Decision.merge(species: "iva")
                if pair.contains(where: { model.isGone($0) }) {
                    let error = await refusal {
                        try await store.review(pair.map { Int64($0 + 1) }, decision, by: visitor)
                    }
                    #expect(error?.code == .grainRemoved)
                } else if !model.areNeighbours(pair[0], pair[1]) {
                    let error = await refusal {
                        try await store.review(pair.map { Int64($0 + 1) }, decision, by: visitor)
                    }
                    #expect(error?.code == .invalidReview && error?.message.contains("µm apart") == true)
                } else {
                    try await store.review(pair.map { Int64($0 + 1) }, decision, by: visitor)
                    draw(&model, .merge, pair, ["iva"])
                }
            case 3:
                let outline = fields[0][0].outlinePixels
                let parts = [
                    Decision.Part(outlinePixels: outline), Decision.Part(species: "galanthus", outlinePixels: outline),
                ]
                if model.isGone(object) {
                    let error = await refusal { try await store.review([id], .split(into: parts), by: visitor) }
                    #expect(error?.code == .grainRemoved)
                } else {
                    try await store.review([id], .split(into: parts), by: visitor)
                    draw(&model, .split, [object], [model.species(object), "galanthus"])
                }
            case 4:
                var verdicts: [SlideVerdict] = []
                for index in model.objects.indices { model.objects[index].verdict = nil }
                for index in model.objects.indices.shuffled(using: &random).prefix(5) {
                    let kind: SlideVerdict.Kind = Bool.random(using: &random) || index == 0 ? .dirt : .doubleOf(1)
                    model.objects[index].verdict = kind
                    verdicts.append(SlideVerdict(grain: Int64(index + 1), kind: kind))
                }
                try await store.setSlideVerdicts(verdicts, ofRun: 1)
            default:
                if let undone = model.undoable(object) {
                    try await store.review([id], .undo, by: visitor)
                    model.history[undone].isUndone = true
                    model.history.append(.init(action: .undo, objects: [object]))
                } else {
                    #expect(await refusal { try await store.review([id], .undo, by: visitor) }?.code == .nothingToUndo)
                }
            }
        }

        let stored = try await store.grains(ofRun: 1)
        #expect(stored.count == model.objects.count)
        var counts: [String: Int] = [:]
        for (object, grain) in stored.enumerated() {
            let standing = grain.standing
            let told =
                standing.doubleOf.map { "double of \($0)" } ?? standing.reason ?? standing.status.rawValue
            #expect(grain.id == Int64(object + 1) && told == model.status(object), "grain \(grain.id)")
            #expect(standing.species == model.species(object), "grain \(grain.id)")
            if ["machine", "doubtful", "confirmed"].contains(told) { counts[standing.species, default: 0] += 1 }
        }
        #expect(try await store.counted(slide) == counts)
        #expect(try await store.rebuildStandings() == 0)
        #expect(try await store.grains(ofRun: 1) == stored)
        #expect(model.history.contains { $0.action == .undo } && model.objects.count > 20)
    }

    private func draw(_ model: inout Model, _ action: Review.Action, _ objects: [Int], _ species: [String]) {
        // Doubles before dirt, as the store passes verdicts on to what is drawn.
        let verdicts = objects.compactMap { model.objects[$0].verdict }
        let verdict = verdicts.first { $0 != .dirt } ?? verdicts.first
        let first = model.objects.count
        // A hull covers both; parts are drawn where the first object of the first field is.
        let extents = objects.map { model.objects[$0].extent }
        let hull = extents.map(\.lowerBound).min()!...extents.map(\.upperBound).max()!
        for key in species {
            model.objects.append(
                .init(
                    species: key, confidence: 1, rejection: nil, field: model.objects[objects[0]].field,
                    drawnBy: model.history.count, verdict: verdict, extent: action == .merge ? hull : 90...110))
        }
        model.history.append(.init(action: action, objects: objects, made: Array(first..<model.objects.count)))
    }
}
