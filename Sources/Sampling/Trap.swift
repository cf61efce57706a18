internal import Quantities

/// A volumetric trap of Hirst's type: air is drawn through a slit onto a tape that moves past it (Hirst, *An automatic
/// volumetric spore trap*, Annals of Applied Biology 39 (1952) 257-265).
package struct Trap: Sendable, Equatable, Codable {
    package enum Model: String, Sendable, Equatable, Codable, CaseIterable {
        /// Burkard 7-day recording volumetric spore trap.
        case burkard
        /// Lanzoni VPPS 2000.
        case lanzoni
        /// Another one, or one that was rebuilt.
        case own
    }

    package var model: Model
    /// Tells traps of one station apart; empty where there is one.
    package var name: String
    package var flowLitresPerMinute: Double
    package var tapeSpeedMillimetresPerHour: Double
    /// Across the tape.
    package var depositWidthMillimetres: Double

    /// Both makers and EN 16868:2019: 10 l/min through a slit of 14 mm x 2 mm, 2 mm of tape an hour, 48 mm a day (Galán et al.,
    /// *Pollen monitoring: minimum requirements and reproducibility of analysis*, Aerobiologia 30 (2014) 385-395).
    package static let usualFlowLitresPerMinute = 10.0
    package static let usualTapeSpeedMillimetresPerHour = 2.0
    package static let usualDepositWidthMillimetres = 14.0

    /// Around the drum of both makers: a week of 336 mm, and room for the joint and an hour more in autumn.
    package static let tapeLengthMillimetres = 345.0

    /// - Throws: `badTrap`.
    package init(
        model: Model, name: String = "", flowLitresPerMinute: Double = usualFlowLitresPerMinute,
        tapeSpeedMillimetresPerHour: Double = usualTapeSpeedMillimetresPerHour,
        depositWidthMillimetres: Double = usualDepositWidthMillimetres
    ) throws(SamplingError) {
        let fault =
            Quantity.airFlow.fault(flowLitresPerMinute) ?? Quantity.tapeSpeed.fault(tapeSpeedMillimetresPerHour)
            ?? Quantity.depositWidth.fault(depositWidthMillimetres)
        if let fault { throw SamplingError(.badTrap, fault.detail, hint: fault.hint) }
        self.model = model
        self.name = name
        self.flowLitresPerMinute = flowLitresPerMinute
        self.tapeSpeedMillimetresPerHour = tapeSpeedMillimetresPerHour
        self.depositWidthMillimetres = depositWidthMillimetres
    }
}
