/// x to the right and y downwards on the slide, z towards the objective.
package enum StageAxis: String, Sendable, CaseIterable, Hashable, Codable {
    case x, y, z
}
