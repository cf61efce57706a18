import Tabular

/// A column of a table, and the key of the same value in JSON.
struct Column<Row>: Sendable {
    /// With the unit at its end.
    let name: String
    let cell: @Sendable (Row) -> Cell

    init(_ name: String, _ cell: @escaping @Sendable (Row) -> Cell) {
        self.name = name
        self.cell = cell
    }
}

extension [Column<SlideReport.Count>] {
    static func counts(of report: SlideReport) -> Self {
        let slide = report.slide.name
        let level = report.intervalLevel
        let names = Dictionary(report.species.map { ($0.key, $0.name) }, uniquingKeysWith: { first, _ in first })
        return [
            Column("slide") { _ in Cell(slide) },
            Column("species") { Cell($0.species) },
            Column("species_name") { Cell(names[$0.species]) },
            Column("grains") { Cell($0.grains) },
            Column("confirmed") { Cell($0.confirmed) },
            Column("doubtful") { Cell($0.doubtful) },
            Column("fields") { Cell($0.fields) },
            Column("area_cm2") { Cell($0.areaSquareCentimetres) },
            Column("density_per_cm2") { Cell($0.densityPerSquareCentimetre?.value) },
            Column("density_lower_per_cm2") { Cell($0.densityPerSquareCentimetre?.lower) },
            Column("density_upper_per_cm2") { Cell($0.densityPerSquareCentimetre?.upper) },
            Column("concentration_per_m3") { Cell($0.concentrationPerCubicMetre?.value) },
            Column("concentration_lower_per_m3") { Cell($0.concentrationPerCubicMetre?.lower) },
            Column("concentration_upper_per_m3") { Cell($0.concentrationPerCubicMetre?.upper) },
            Column("interval_level") { _ in Cell(level) },
        ]
    }
}

extension [Column<SlideReport.Field>] {
    static func captures(of report: SlideReport) -> Self {
        let slide = report.slide.name
        return [
            Column("slide") { _ in Cell(slide) },
            Column("capture") { Cell($0.capture) },
            Column("captured_at") { Cell($0.capturedAt) },
            Column("width_px") { Cell($0.width) },
            Column("height_px") { Cell($0.height) },
            Column("nm_per_pixel") { Cell($0.nmPerPixel) },
            Column("scale_origin") { Cell($0.scaleOrigin) },
            Column("source") { Cell($0.source) },
            Column("origin") { Cell($0.origin) },
            Column("lens") { Cell($0.lens?.name) },
            Column("lens_sha256") { Cell($0.lens?.sha256) },
            Column("engine_version") { Cell($0.engineVersion) },
            Column("familiarity") { Cell($0.familiarity) },
            Column("vouched_for") { Cell($0.isVouchedFor) },
            Column("slide_x_um") { Cell($0.position?.x) },
            Column("slide_y_um") { Cell($0.position?.y) },
            Column("left_out") { Cell($0.isLeftOut) },
            Column("remark") { Cell($0.remark) },
        ]
    }
}

extension [Column<SlideReport.Grain>] {
    /// Positions in µm follow from those in pixels and the field's scale and place.
    static func grains(of report: SlideReport) -> Self {
        let slide = report.slide.name
        let names = Dictionary(report.species.map { ($0.key, $0.name) }, uniquingKeysWith: { first, _ in first })
        let fields = Dictionary(report.fields.map { ($0.capture, $0) }, uniquingKeysWith: { first, _ in first })
        @Sendable func inField(_ grain: SlideReport.Grain) -> SIMD2<Double>? {
            fields[grain.capture]?.micrometres(grain.centroidPixels)
        }
        @Sendable func onSlide(_ grain: SlideReport.Grain) -> SIMD2<Double>? {
            guard let corner = fields[grain.capture]?.position, let offset = inField(grain) else { return nil }
            return corner + offset
        }
        return [
            Column("slide") { _ in Cell(slide) },
            Column("capture") { Cell($0.capture) },
            Column("id") { Cell($0.id) },
            Column("number") { Cell($0.number) },
            Column("species") { Cell($0.species) },
            Column("species_name") { Cell(names[$0.species]) },
            Column("counts") { Cell($0.status.counts) },
            Column("status") { Cell($0.status.rawValue) },
            Column("rejection") { Cell($0.rejection) },
            Column("double_of") { Cell($0.doubleOf) },
            Column("confidence") { Cell($0.confidence) },
            Column("centroid_x_px") { Cell($0.centroidPixels.x) },
            Column("centroid_y_px") { Cell($0.centroidPixels.y) },
            Column("centroid_x_um") { Cell(inField($0)?.x) },
            Column("centroid_y_um") { Cell(inField($0)?.y) },
            Column("slide_x_um") { Cell(onSlide($0)?.x) },
            Column("slide_y_um") { Cell(onSlide($0)?.y) },
            Column("area_px") { Cell($0.areaPixels) },
            Column("area_um2") { Cell($0.areaSquareMicrometres) },
            Column("equivalent_diameter_um") { Cell($0.equivalentDiameterMicrometres) },
            Column("ellipse_major_um") { Cell($0.ellipse?.majorMicrometres) },
            Column("ellipse_minor_um") { Cell($0.ellipse?.minorMicrometres) },
            Column("ellipse_angle_deg") { Cell($0.ellipse?.angleDegrees) },
            Column("circularity") { Cell($0.circularity) },
            Column("focus") { Cell($0.focus) },
            Column("on_border") { Cell($0.isOnBorder) },
            Column("reviewer") { Cell($0.review?.reviewer) },
            Column("reviewed_at") { Cell($0.review?.at) },
        ]
    }
}
