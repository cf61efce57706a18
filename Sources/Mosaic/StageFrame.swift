internal import Foundation

/// How the pictures' frame lies in the stage's: turned, since a camera never stands quite straight, and shifted.
struct StageFrame {
    /// Stage position of a place is `turn(place) + offset`, in µm.
    let rotation: Double
    let offset: SIMD2<Double>

    /// Puts placed fields where the stage says they are, on the whole, and places by the stage alone what the pictures
    /// do not place. Fields lie parallel to the pictures: positions are in the stage's frame turned by its angle to the
    /// camera about the middle of what is placed.
    /// - Parameter parts: fields placed relative to each other, the largest part first.
    static func apply(to placement: inout SlidePlacement, descriptions: [FieldDescription], parts: [[Int]]) {
        let staged = descriptions.indices.filter { descriptions[$0].stageMicrometres != nil }
        var frame: StageFrame?
        var isInFrame = [Bool](repeating: false, count: parts.count)
        for (number, members) in parts.enumerated() {
            let known = members.filter { descriptions[$0].stageMicrometres != nil }
            guard !known.isEmpty else { continue }
            let own = StageFrame(
                known.map { (placement.fields[$0].positionMicrometres!, descriptions[$0].stageMicrometres!) },
                uncertainty: known.map { descriptions[$0].stageUncertaintyMicrometres }.max()!,
                // One camera: the largest part says how it is turned.
                rotation: frame?.rotation)
            for field in known {
                let off =
                    own.stage(placement.fields[field].positionMicrometres!) - descriptions[field].stageMicrometres!
                let distance = (off * off).sum().squareRoot()
                if distance > descriptions[field].stageUncertaintyMicrometres {
                    placement.contradictions.append(
                        SlidePlacement.Contradiction(field: field, distanceMicrometres: distance))
                }
            }
            if frame == nil {
                frame = own
                // Turned about the first known field, which stays where the stage says.
                if members.count > 2 && known.count > 2 { placement.cameraRotationDegrees = own.rotation * 180 / .pi }
            }
            for field in members {
                placement.fields[field].positionMicrometres = frame!.place(
                    own.stage(placement.fields[field].positionMicrometres!))
            }
            isInFrame[number] = true
        }
        placement.contradictions.sort { $0.field < $1.field }
        for field in staged where placement.fields[field].positionMicrometres == nil {
            let stage = descriptions[field].stageMicrometres!
            placement.fields[field].positionMicrometres = frame?.place(stage) ?? stage
            placement.fields[field].means = .stage
            placement.fields[field].reason = nil
            placement.fields[field].group = 0
        }
        // What the stage ties together is one group and the first.
        var next = staged.isEmpty ? 0 : 1
        for (number, members) in parts.enumerated() {
            let group = isInFrame[number] ? 0 : next
            if !isInFrame[number] { next += 1 }
            for field in members { placement.fields[field].group = group }
        }
        // Places count from the upper left of the group unless the stage says where zero is.
        for (number, members) in parts.enumerated() where !isInFrame[number] {
            let corner = members.map { placement.fields[$0].positionMicrometres! }.reduce(
                SIMD2(repeating: .infinity), pointwiseMin)
            for field in members { placement.fields[field].positionMicrometres! -= corner }
        }
    }

    /// The turn and shift that most of the known positions agree on (iteratively re-weighted, Cauchy).
    private init(
        _ known: [(place: SIMD2<Double>, stage: SIMD2<Double>)], uncertainty: Double, rotation fixed: Double?
    ) {
        var rotation = fixed ?? 0
        func turned(_ p: SIMD2<Double>) -> SIMD2<Double> { Self.turned(p, rotation) }
        func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
        var offset = SIMD2(
            median(known.map { $0.stage.x - turned($0.place).x }), median(known.map { $0.stage.y - turned($0.place).y })
        )
        for round in 0..<24 {
            // From wide to narrow, so that the turn may grow first.
            let width = uncertainty * max(0.5, 8 * pow(0.7, Double(round)))
            var (weight, place, stage) = (0.0, SIMD2<Double>.zero, SIMD2<Double>.zero)
            let weights = known.map { pair in
                let off = turned(pair.place) + offset - pair.stage
                return 1 / (1 + (off * off).sum() / (width * width))
            }
            for (w, pair) in zip(weights, known) {
                weight += w
                place += pair.place * w
                stage += pair.stage * w
            }
            place /= weight
            stage /= weight
            if fixed == nil, known.count > 2 {
                var (along, across) = (0.0, 0.0)
                for (w, pair) in zip(weights, known) {
                    let p = pair.place - place, q = pair.stage - stage
                    along += w * (p * q).sum()
                    across += w * (p.x * q.y - p.y * q.x)
                }
                // A camera turned further has been mounted otherwise; that is for a person to say.
                if along > 0 { rotation = max(-0.1, min(0.1, atan2(across, along))) }
            }
            offset = stage - turned(place)
        }
        self.rotation = rotation
        self.offset = offset
    }

    private static func turned(_ p: SIMD2<Double>, _ angle: Double) -> SIMD2<Double> {
        let (c, s) = (cos(angle), sin(angle))
        return SIMD2(c * p.x - s * p.y, s * p.x + c * p.y)
    }

    func stage(_ place: SIMD2<Double>) -> SIMD2<Double> { Self.turned(place, rotation) + offset }

    /// The inverse of ``stage(_:)``, shifted so that the frame's origin is where the stage has it.
    func place(_ stage: SIMD2<Double>) -> SIMD2<Double> { Self.turned(stage - offset, -rotation) + offset }
}
