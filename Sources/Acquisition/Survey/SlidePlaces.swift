internal import Mosaic
internal import SlideStore

/// Where the fields of a slide lie, as clients see it: groups beside each other as far as the stage says how.
struct SlidePlaces: Sendable {
    /// In the order of capture.
    let captures: [Capture.ID]
    let descriptions: [FieldDescription]
    let placement: SlidePlacement
    private let numberOf: [Capture.ID: Int]

    init(_ fields: [FieldPlace]) {
        captures = fields.map(\.placement.capture)
        descriptions = fields.map {
            FieldDescription(
                width: $0.width, height: $0.height, nmPerPixel: $0.nmPerPixel,
                stageMicrometres: $0.stagePosition.map { SIMD2($0.xMicrometres, $0.yMicrometres) })
        }
        let numberOf = Dictionary(uniqueKeysWithValues: captures.enumerated().map { ($1, $0) })
        placement = SlidePlacement(
            groups: fields.map { place in
                switch place.placement.outcome {
                case .placed(let position, let origin, let group, let confidence):
                    return SlidePlacement.Field(
                        positionMicrometres: SIMD2(position.xMicrometres, position.yMicrometres),
                        means: origin == .stage ? .stage : .registered, group: group, confidence: confidence,
                        repeats: place.placement.repeats.flatMap { numberOf[$0] })
                case .notPlaced(let reason):
                    return SlidePlacement.Field(reason: SlidePlacement.Reason(rawValue: reason))
                }
            }, descriptions: descriptions)
        self.numberOf = numberOf
    }

    /// Nil where nobody tried to place it.
    subscript(_ capture: Capture.ID) -> SlidePlacement.Field? { numberOf[capture].map { placement.fields[$0] } }

    /// Number of a capture in ``captures``.
    func number(of capture: Capture.ID) -> Int? { numberOf[capture] }

    /// Of the upper left corner; nil where it is not known.
    func position(of capture: Capture.ID) -> SlidePosition? {
        self[capture]?.positionMicrometres.map { SlidePosition(xMicrometres: $0.x, yMicrometres: $0.y) }
    }
}
