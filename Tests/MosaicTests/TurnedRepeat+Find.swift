import Mosaic

extension TurnedRepeat {
    /// - Parameter candidates: of each field, earlier ones that it is compared with; all where it is left out.
    static func find(
        _ fields: [[Spot]], among candidates: [[Int]]? = nil, isRelated: (_ earlier: Int, _ later: Int) -> Bool
    ) -> [TurnedRepeat] {
        fields.indices.compactMap { later in
            earliest(
                repeatedBy: later, among: candidates?[later] ?? Array(0..<later), spots: { fields[$0] },
                look: { $1.look }, isRelated: isRelated)
        }
    }
}
