import Tabular

extension SlideReport {
    /// The whole report. Keys are those of the CSV columns, with units at their ends; times are ISO 8601 in UTC; what
    /// is unknown is null. Grains have `outline_px` besides, corners `[x, y]` with pixel centres at whole numbers.
    /// - Throws: `.contradictory`.
    package func json() throws(ExportError) -> [UInt8] {
        try checked()
        return JSON.object([
            "format": .string("neurallens slide report"),
            "format_version": .integer(1),
            "program": .string(program),
            "generated_at": JSON(Cell(generatedAt)),
            "counting_rule": .string(countingRule),
            "doubtful_below": JSON(Cell(doubtfulBelow)),
            "interval_level": JSON(Cell(intervalLevel)),
            "doubts": .array(doubts.map { .string($0) }),
            "slide": .object([
                "name": .string(slide.name),
                "note": .string(slide.note),
                "created_at": JSON(Cell(slide.createdAt)),
                "sampled_volume_m3": JSON(Cell(slide.sampledVolumeCubicMetres)),
                "deposit_area_cm2": JSON(Cell(slide.depositAreaSquareCentimetres)),
            ]),
            "sample": sample.map(\.json) ?? .null,
            "species": .array(
                species.map {
                    .object(["key": .string($0.key), "name": .string($0.name), "colour": .string($0.colour)])
                }
            ),
            "counts": .array(.counts(of: self), counts),
            "captures": .array(.captures(of: self), fields),
            "grains": .array(.grains(of: self), grains, points: ("outline_px", \.outlinePixels)),
        ]).bytes
    }
}
