/// A search for turned repeats among the fields of a slide that goes on where the last one ended: two fields whose grains
/// are as they were are not compared again, so that a new field costs as much as there are others, and a reviewed grain no
/// more.
package struct RepeatSearch: Sendable {
    /// What was compared of each field.
    private var fields: [[TurnedRepeat.Spot]] = []
    /// Of each field the earliest that it repeats.
    private var repeats: [TurnedRepeat?] = []

    package init() {}

    /// - Parameters:
    ///   - fields: grains of each field, in the order of capture; their looks are not needed.
    ///   - look: how a grain of a field looks; asked of the grains that were not compared before.
    ///   - goesOn: asked before each field; false ends it with what was found by then, and the next search goes on there.
    ///   - isRelated: whether two fields are placed against each other; then what lies at the same places is known. Looks
    ///     are compared all the same: a grain like itself half a turn on may have placed a turned field.
    /// - Returns: for each field at most one, the earliest that it repeats.
    package mutating func find(
        _ fields: [[TurnedRepeat.Spot]], look: (_ field: Int, _ spot: TurnedRepeat.Spot) -> GrainLook? = { $1.look },
        while goesOn: () -> Bool = { true }, isRelated: (_ earlier: Int, _ later: Int) -> Bool
    ) -> [TurnedRepeat] {
        let known = (fields: self.fields, repeats: repeats)
        (self.fields, repeats) = ([], [])
        var isKnown: [Bool] = []
        for (later, field) in fields.enumerated() {
            guard goesOn() else { break }
            var compared = TurnedRepeat.compared(field)
            isKnown.append(later < known.fields.count && Self.isSame(compared, known.fields[later]))
            if isKnown[later] {
                // With the looks of then: a picture of the slide's dirt that is better by now makes no other grain of it.
                compared = known.fields[later]
            } else {
                for at in compared.indices { compared[at].look = look(later, compared[at]) }
            }
            self.fields.append(compared)
            repeats.append(
                compared.isEmpty
                    ? nil : repeated(by: later, isKnown, isKnown[later] ? known.repeats[later] : nil, isRelated))
        }
        return repeats.compactMap(\.self)
    }

    /// - Parameter last: what the field repeated in the last search, if it is as it was.
    private func repeated(
        by later: Int, _ isKnown: [Bool], _ last: TurnedRepeat?, _ isRelated: (_ earlier: Int, _ later: Int) -> Bool
    ) -> TurnedRepeat? {
        for earlier in 0..<later where !fields[earlier].isEmpty {
            let (one, other) = (fields[earlier], fields[later])
            if !TurnedRepeat.isFew(one, other), isRelated(earlier, later) { continue }
            if isKnown[later], isKnown[earlier] {
                if let last, last.earlier == earlier { return last }
                if earlier < last?.earlier ?? later { continue }
            }
            if let found = TurnedRepeat(earlier: earlier, later: later, one, other) { return found }
        }
        return nil
    }

    private static func isSame(_ one: [TurnedRepeat.Spot], _ other: [TurnedRepeat.Spot]) -> Bool {
        one.elementsEqual(other) { $0.position == $1.position && $0.diameter == $1.diameter }
    }
}
