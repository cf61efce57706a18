/// `truth/NAME.json`: what is known of one field. What the simulated microscope writes a field can be read as this;
/// a label file gives outlines alone.
///
/// Pixels are those of the field's pictures; the centre of the upper left pixel is (0, 0).
package struct FieldTruth: Codable, Sendable, Equatable {
    package var grains: [Grain]
    /// Objects that are none of the species.
    package var others: [Other]

    package struct Grain: Codable, Sendable, Equatable {
        /// Key such as `iva`.
        package var species: String
        /// Closed polygon.
        package var outline: [[Double]]
        /// Whether the field's border cuts the grain.
        package var onBorder: Bool?
        /// Spine tips seen from above.
        package var spines: [[Double]]?
        /// The line along the sulcus, where it faces up.
        package var sulcus: [[Double]]?
        package var centroid: [Double]?
        /// Full axes of the grain in its own frame, in µm: x, y, z.
        package var axesMicrometres: [Double]?
        /// Images of the grain's x, y and z axes in the field's frame (z up, toward the objective).
        package var orientation: [[Double]]?

        package init(species: String, outline: [[Double]], onBorder: Bool? = nil) {
            self.species = species
            self.outline = outline
            self.onBorder = onBorder
        }

        enum CodingKeys: String, CodingKey {
            case species, orientation
            case outline = "outline_px"
            case onBorder = "on_border"
            case spines = "spines_px"
            case sulcus = "sulcus_px"
            case centroid = "centroid_px"
            case axesMicrometres = "axes_um"
        }
    }

    package struct Other: Codable, Sendable, Equatable {
        /// `debris`, `fibre`, `bubble`, `foreign pollen`, `other`.
        package var kind: String
        /// Left, top, right, bottom.
        package var box: [Double]

        package init(kind: String, box: [Double]) {
            self.kind = kind
            self.box = box
        }

        enum CodingKeys: String, CodingKey {
            case kind
            case box = "bbox_px"
        }
    }

    package init(grains: [Grain], others: [Other]) {
        self.grains = grains
        self.others = others
    }
}
