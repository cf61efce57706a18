import Tabular

extension SlideReport {
    /// The grains that count as EcoTaxa imports them: a line of names, one of types ([t] text, [f] number), and a line for
    /// each grain, whose picture is called as `img_file_name` says. What nobody identified has no category; what a person
    /// accepted or named is validated, what the lens doubts is dubious, the rest predicted.
    ///
    /// Names of people are not written.
    package var ecoTaxaTSV: [UInt8] {
        let columns = ecoTaxaColumns
        var table = TSV(columns.map(\.name))
        table.append(fields: columns.map { $0.isNumber ? "[f]" : "[t]" })
        for grain in grains where grain.status.counts { table.append(columns.map { $0.cell(grain) }) }
        return Array(table.text.utf8)
    }

    /// What the columns of that table mean, for people: Markdown.
    package var ecoTaxaDictionary: [UInt8] {
        let rows = ecoTaxaColumns.map { "| `\($0.name)` | \($0.isNumber ? "number" : "text") | \($0.meaning) |" }
        let text = """
            # Grains for EcoTaxa

            Written by \(program). Import the Zip file as it is. Each picture is a grain as the camera saw it, with a scale bar \
            where the scale is known. Points in time are UTC; pixels are those of the whole field.

            | column | type | meaning |
            |---|---|---|
            \(rows.joined(separator: "\n"))

            """
        return Array(text.utf8)
    }

    /// The name of a grain's picture beside the table.
    private static func picture(ofGrain id: Int64) -> String { "grain-\(id).png" }

    private struct EcoTaxaColumn {
        let name: String
        let isNumber: Bool
        let meaning: String
        let cell: (Grain) -> Cell
    }

    private var ecoTaxaColumns: [EcoTaxaColumn] {
        let slide = slide
        let names = Dictionary(species.map { ($0.key, $0.name) }) { first, _ in first }
        let fields = Dictionary(fields.map { ($0.capture, $0) }) { first, _ in first }
        func text(_ name: String, _ meaning: String, _ cell: @escaping (Grain) -> String?) -> EcoTaxaColumn {
            EcoTaxaColumn(name: name, isNumber: false, meaning: meaning) { Cell(cell($0)) }
        }
        func number(_ name: String, _ meaning: String, _ cell: @escaping (Grain) -> Double?) -> EcoTaxaColumn {
            EcoTaxaColumn(name: name, isNumber: true, meaning: meaning) { Cell(cell($0)) }
        }
        func isNamed(_ grain: Grain) -> Bool { grain.species != Self.unidentified }
        func reviewed(_ part: @escaping (String) -> String?) -> (Grain) -> String? {
            { grain in isNamed(grain) ? grain.review.flatMap { UTC.iso8601($0.at) }.flatMap(part) : nil }
        }
        func field(_ grain: Grain) -> Field? { fields[grain.capture] }
        func lens(_ grain: Grain) -> Field.Lens? { field(grain)?.lens }
        let day = { (time: String) -> String? in time.prefix(10).filter { $0 != "-" } }
        let clock = { (time: String) -> String? in time.dropFirst(11).prefix(8).filter { $0 != ":" } }
        return [
            text("img_file_name", "the grain's picture") { Self.picture(ofGrain: $0.id) },
            EcoTaxaColumn(name: "img_rank", isNumber: true, meaning: "0: there is one picture a grain") { _ in
                .integer(0)
            },
            text("object_id", "slide and number of the grain") { "\(slide.name)_grain-\($0.id)" },
            text("object_annotation_category", "species; empty for what is unidentified") {
                isNamed($0) ? names[$0.species] ?? $0.species : nil
            },
            text("object_annotation_status", "validated by a person, predicted by the lens, dubious to it") { grain in
                guard isNamed(grain) else { return nil }
                return switch grain.status {
                case .confirmed: "validated"
                case .doubtful: "dubious"
                default: "predicted"
                }
            },
            text("object_annotation_date", "day of the person's last word, YYYYMMDD", reviewed(day)),
            text("object_annotation_time", "its time, HHMMSS", reviewed(clock)),
            number("object_confidence", "of the lens in its species, 0 to 1") { $0.confidence },
            number("object_x_px", "centre, from the field's left side") { $0.centroidPixels.x },
            number("object_y_px", "centre, from the field's upper side") { $0.centroidPixels.y },
            number("object_area_px", "area") { $0.areaPixels },
            number("object_area_um2", "area in µm²") { $0.areaSquareMicrometres },
            number("object_esd_um", "diameter of the disc of this area in µm") { $0.equivalentDiameterMicrometres },
            number("object_major_um", "longer axis of the ellipse of the same moments in µm") {
                $0.ellipse?.majorMicrometres
            },
            number("object_minor_um", "shorter axis in µm") { $0.ellipse?.minorMicrometres },
            number("object_angle_deg", "of the longer axis against the x axis, towards y (down)") {
                $0.ellipse?.angleDegrees
            },
            number("object_circularity", "4 pi area over the square of the perimeter") { $0.circularity },
            number("object_focus", "sharpness, 0 to 1") { $0.focus },
            number("object_on_border", "1 where the side of the field cuts it") { $0.isOnBorder ? 1 : 0 },
            text("acq_id", "slide and number of the capture") { "\(slide.name)_capture-\($0.capture)" },
            text("acq_instrument", "the camera") { field($0)?.source },
            text("acq_captured_at", "time of the capture, ISO 8601") {
                field($0).flatMap { UTC.iso8601($0.capturedAt) }
            },
            number("acq_width_px", "of the field") { field($0).map { Double($0.width) } },
            number("acq_height_px", "of the field") { field($0).map { Double($0.height) } },
            number("acq_pixel_um", "side of a pixel in the object plane in µm") { field($0)?.micrometresPerPixel },
            text("acq_scale_origin", "how the scale is known") { field($0)?.scaleOrigin },
            text("process_id", "program, lens and engine") { grain in
                [program, lens(grain).map { "\($0.name) \($0.sha256.prefix(16))" }, field(grain)?.engineVersion]
                    .compactMap(\.self).joined(separator: ", ")
            },
            text("process_lens", "the neural lens that found the grains") { lens($0)?.name },
            text("process_lens_sha256", "digest of its manifest") { lens($0)?.sha256 },
            text("process_counting_rule", "which grains at the border count") { _ in countingRule },
            text("sample_id", "the slide") { _ in slide.name },
            text("sample_note", "as written") { _ in slide.note },
            number("sample_air_m3", "air drawn through the sampler") { _ in slide.sampledVolumeCubicMetres },
            number("sample_deposit_cm2", "area that its particles are spread over") { _ in
                slide.depositAreaSquareCentimetres
            },
        ]
    }
}
