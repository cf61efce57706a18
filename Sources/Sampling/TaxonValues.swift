package import Foundation

/// A day's values of one taxon.
package struct TaxonValues: Sendable, Equatable {
    /// About two hours.
    package struct Slot: Sendable, Equatable {
        package let begins: Date
        package let ends: Date
        /// Nil where no band lies in it.
        package let value: SampleValue?
    }

    package let day: SampleValue
    /// Of transverse bands; empty for other methods.
    package let slots: [Slot]
    /// From the grains counted to the day's value.
    package let arithmetic: [Arithmetic]

    /// - Parameter fields: all that were examined, those without grains too; not empty.
    package init?(_ fields: [ExaminedField], plan: SamplingPlan, part: SamplePart) {
        let area = fields.reduce(0) { $0 + $1.areaSquareMillimetres }
        guard area > 0 else { return nil }
        let grains = fields.reduce(0) { $0 + $1.grains }
        let dispersion = Dispersion(fields, plan.method)
        let day = SampleValue(
            grains: grains, examinedSquareMillimetres: area, depositSquareMillimetres: part.depositSquareMillimetres,
            airCubicMetres: part.airCubicMetres, dispersion: dispersion)
        self.day = day
        slots =
            plan.method == .transverse
            ? (0..<part.twoHourSlots).map { Self.slot($0, fields, dispersion, part) } : []
        arithmetic = Self.arithmetic(day, fields: fields.count, part)
    }

    private static func slot(
        _ number: Int, _ fields: [ExaminedField], _ dispersion: Dispersion, _ part: SamplePart
    ) -> Slot {
        let count = Double(part.twoHourSlots)
        let length = part.lengthMillimetres / count
        let (from, to) = (Double(number) * length, Double(number + 1) * length)
        let inside = fields.filter { $0.alongMillimetres >= from && $0.alongMillimetres < to }
        let area = inside.reduce(0) { $0 + $1.areaSquareMillimetres }
        return Slot(
            begins: part.instant(alongMillimetres: from), ends: part.instant(alongMillimetres: to),
            value: area > 0
                ? SampleValue(
                    grains: inside.reduce(0) { $0 + $1.grains }, examinedSquareMillimetres: area,
                    depositSquareMillimetres: part.depositSquareMillimetres / count,
                    airCubicMetres: part.airCubicMetres / count, dispersion: dispersion) : nil)
    }

    private static func arithmetic(_ value: SampleValue, fields: Int, _ part: SamplePart) -> [Arithmetic] {
        let text = Arithmetic.text
        let (grains, deposit, air) = (Double(value.grains), part.depositSquareMillimetres, part.airCubicMetres)
        let onDeposit = grains / value.share
        return [
            Arithmetic("grains counted", "in \(fields) fields", grains),
            Arithmetic(
                "grains on the deposit",
                "\(value.grains) x \(text(deposit)) mm² / \(text(value.examinedSquareMillimetres)) mm²",
                onDeposit),
            Arithmetic("grains per m³ of air", "\(text(onDeposit)) / \(text(air)) m³", value.perM3, "1/m³"),
            Arithmetic(
                "dispersion of the counts",
                value.isDispersionAssumed
                    ? "assumed: too little was seen to know it" : "variance over that of a random scatter",
                value.dispersion),
            Arithmetic("not examined", "100 % - \(Arithmetic.percent(value.share))", (1 - value.share) * 100, "%"),
            Arithmetic(
                "lower end of the 95 % interval",
                "of (N - µ)² = \(text(value.quantile))² x \(text(value.dispersion)) x \(text(1 - value.share)) µ, N = \(value.grains)",
                value.lowPerM3, "1/m³"),
            Arithmetic("upper end of the 95 % interval", "of the same", value.highPerM3, "1/m³"),
        ]
    }
}

extension SamplingPlan {
    /// What the values of all taxa share: tape, air, and what of it was examined.
    /// - Parameter examined: of the deposit, in mm².
    package func arithmetic(on part: SamplePart, of trap: Trap, examinedSquareMillimetres examined: Double)
        -> [Arithmetic]
    {
        let text = Arithmetic.text
        let (length, width) = (part.lengthMillimetres, part.widthMillimetres)
        return [
            Arithmetic(
                "air sampled", "\(text(trap.flowLitresPerMinute)) l/min x \(text(part.hours)) h x 60 / 1000",
                part.airCubicMetres, "m³"),
            Arithmetic(
                "length of the deposit", "\(text(trap.tapeSpeedMillimetresPerHour)) mm/h x \(text(part.hours)) h",
                length,
                "mm"),
            Arithmetic(
                "area of the deposit", "\(text(length)) mm x \(text(width)) mm", part.depositSquareMillimetres, "mm²"),
            Arithmetic("area examined", "counting frames of the fields, overlaps once", examined, "mm²"),
            Arithmetic(
                "share examined", "\(text(examined)) mm² / \(text(part.depositSquareMillimetres)) mm²",
                examined / part.depositSquareMillimetres * 100, "%"),
            Arithmetic(
                "conversion factor",
                "\(text(part.depositSquareMillimetres)) mm² / \(text(examined)) mm² / \(text(part.airCubicMetres)) m³",
                part.depositSquareMillimetres / examined / part.airCubicMetres, "1/m³ a grain"),
        ]
    }
}
