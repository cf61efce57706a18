/// Grains in a cubic metre of air, from the density on the deposit that the air left.
package struct Concentration: Sendable, Equatable {
    package let perM3: Double
    /// 95 % interval; that of the density, scaled: volume and area are taken as exact, and every grain as caught.
    package let lowPerM3: Double
    package let highPerM3: Double
}

extension DensityEstimate {
    /// - Parameters:
    ///   - depositAreaCm2: all of the area that the air was drawn onto, examined or not.
    ///   - airVolumeM3: drawn onto it.
    /// - Throws: `badDepositArea`, `badVolume`, unless both are finite and above 0.
    package func concentration(depositAreaCm2: Double, airVolumeM3: Double) throws(StatisticsError) -> Concentration {
        guard depositAreaCm2.isFinite, depositAreaCm2 > 0 else {
            throw StatisticsError(
                .badDepositArea, "a deposit area of \(depositAreaCm2) cm² makes no sense",
                hint: "give the area in cm² that the air was drawn onto, above 0")
        }
        guard airVolumeM3.isFinite, airVolumeM3 > 0 else {
            throw StatisticsError(
                .badVolume, "a sampled volume of \(airVolumeM3) m³ makes no sense",
                hint: "give the volume of air in m³ that was sampled, above 0")
        }
        let factor = depositAreaCm2 / airVolumeM3
        return Concentration(
            perM3: densityPerCm2 * factor, lowPerM3: lowPerCm2 * factor, highPerM3: highPerCm2 * factor)
    }
}
