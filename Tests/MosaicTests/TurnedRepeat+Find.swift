import Mosaic

extension TurnedRepeat {
    /// A search from the start.
    static func find(
        _ fields: [[Spot]], isRelated: (_ earlier: Int, _ later: Int) -> Bool
    ) -> [TurnedRepeat] {
        var search = RepeatSearch()
        return search.find(fields, isRelated: isRelated)
    }
}
