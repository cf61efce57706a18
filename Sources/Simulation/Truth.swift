/// What was laid on the slide, as `truth.json` holds it.
///
/// Pixels are those of the picture file named; the centre of the upper left pixel is (0, 0), x goes right, y down,
/// so that the picture spans -0.5...width - 0.5.
package struct Truth: Sendable, Codable, Equatable {
    package var nmPerPixel: Double
    /// Of each picture.
    package var widthPixels: Int
    package var heightPixels: Int
    package var fields: [FieldTruth]

    enum CodingKeys: String, CodingKey {
        case nmPerPixel = "nm_per_pixel"
        case widthPixels = "width_px"
        case heightPixels = "height_px"
        case fields
    }

    package init(nmPerPixel: Double, widthPixels: Int, heightPixels: Int, fields: [FieldTruth]) {
        self.nmPerPixel = nmPerPixel
        self.widthPixels = widthPixels
        self.heightPixels = heightPixels
        self.fields = fields
    }
}

package struct FieldTruth: Sendable, Codable, Equatable {
    /// The optical picture, relative to the folder of `truth.json`.
    package var file: String
    /// Of a field of a slide: where its upper left corner lies on the stage, x and y in µm.
    package var stageMicrometres: [Double]?
    package var grains: [GrainTruth]
    package var others: [OtherTruth]

    enum CodingKeys: String, CodingKey {
        case file, grains, others
        case stageMicrometres = "stage_um"
    }
}

package struct GrainTruth: Sendable, Codable, Equatable {
    /// On a slide: the same in every field that shows the grain.
    package var id: Int?
    /// Key such as `iva`.
    package var species: String
    /// Of the silhouette within the field.
    package var centroid: [Double]
    /// Of the outline: left, top, right, bottom.
    package var box: [Double]
    /// The silhouette within the field, as a closed polygon; parts hidden by other grains belong to it.
    package var outline: [[Double]]
    /// Whether the field's border cuts the silhouette.
    package var onBorder: Bool
    /// Spine tips that an observer above sees.
    package var spines: [[Double]]
    /// *Galanthus*: points along the bottom of the sulcus, where an observer above sees at least half of it.
    package var sulcus: [[Double]]
    /// Area of the silhouette within the field, in µm².
    package var areaSquareMicrometres: Double
    /// Diameter of the disc of the same area, in µm.
    package var equivalentDiameterMicrometres: Double
    /// Full axes of the grain in its own frame, in µm: x, y, z.
    package var axesMicrometres: [Double]
    /// Images of the grain's x, y and z axes in the field's frame (z up, toward the objective). *Iva*: z is the
    /// polar axis; *Galanthus*: x is the long axis and z points to the sulcus.
    package var orientation: [[Double]]
    /// In a thick mount: of the grain's middle above that of the mount, in µm; nil elsewhere.
    package var heightMicrometres: Double?

    enum CodingKeys: String, CodingKey {
        case id, species
        case centroid = "centroid_px"
        case box = "bbox_px"
        case outline = "outline_px"
        case onBorder = "on_border"
        case spines = "spines_px"
        case sulcus = "sulcus_px"
        case areaSquareMicrometres = "area_um2"
        case equivalentDiameterMicrometres = "equivalent_diameter_um"
        case axesMicrometres = "axes_um"
        case orientation
        case heightMicrometres = "height_um"
    }
}

package struct OtherTruth: Sendable, Codable, Equatable {
    /// `debris`, `fibre`, `bubble` or `foreign pollen`; of a slide also `sensor dirt`, which stays with the camera.
    package var kind: String
    /// Of foreign pollen: `spore`, `monoporate`, `triporate`, `reticulate`, `echinate` or `bisaccate`.
    package var form: String?
    package var box: [Double]

    enum CodingKeys: String, CodingKey {
        case kind, form
        case box = "bbox_px"
    }
}
