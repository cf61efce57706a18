package import ControlAPI

extension Presentation {
    package static func placements(_ placements: SlidePlacements) -> String {
        guard !placements.fields.isEmpty else {
            return "No captures yet; make one with neurallens capture --slide NAME\n"
        }
        var table = Table(
            .number("capture"), .number("x (um)"), .number("y (um)"), .number("group"), .number("confidence"),
            .elastic("how"))
        for field in placements.fields {
            let how =
                field.isPlaced ? field.how?.rawValue ?? "" : "not placed" + (field.reason.map { ": \($0)" } ?? "")
            table.append(
                "\(field.capture)", fixed(field.xUm, digits: 1), fixed(field.yUm, digits: 1),
                field.group.map { "\($0)" } ?? "-", fixed(field.confidence, digits: 2),
                how + (field.repeats.map { ", repeats \($0)" } ?? ""))
        }
        var facts = Facts()
        let placed = placements.fields.count { $0.isPlaced }
        facts.append("placed", "\(placed) of \(placements.fields.count)")
        facts.append("seen before", plural(placements.doubles, "grain"))
        facts.append("dirt", "\(plural(placements.dirt, "object")) on the sensor")
        for remark in placements.remarks { facts.append("remark", remark) }
        return table.rendered() + "\n" + facts.rendered()
    }
}
