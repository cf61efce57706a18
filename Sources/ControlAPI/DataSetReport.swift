/// Answer to `POST /v1/data-sets`: all that people labelled in the finished fields of slides, of one moment.
///
/// It says nothing of who labelled: names of people are personal data, and whoever learns from the labels needs none.
package struct DataSetReport: Codable, Sendable, Equatable {
    package struct Slide: Codable, Sendable, Equatable {
        package var slide: String
        /// To judge by; never both.
        package var isHeldOut: Bool
        /// Finished ones that are not left out.
        package var fields: Int

        package init(slide: String, isHeldOut: Bool, fields: Int) {
            self.slide = slide
            self.isHeldOut = isHeldOut
            self.fields = fields
        }
    }

    package struct Species: Codable, Sendable, Equatable {
        package var key: String
        /// Scientific name.
        package var species: String
        /// Grains to learn from.
        package var grains: Int
        package var grainsHeldOut: Int

        package init(key: String, species: String, grains: Int, grainsHeldOut: Int) {
            self.key = key
            self.species = species
            self.grains = grains
            self.grainsHeldOut = grainsHeldOut
        }
    }

    package struct Object: Codable, Sendable, Equatable {
        /// Number of the grain.
        package var grain: Int64
        /// Key of its species; null for what is a grain of none of those told apart.
        @Nullable package var species: String?
        /// The border of the field cuts it.
        package var onBorder: Bool
        /// What it covers: closed lines of [x, y] that neither touch nor cross themselves or each other, the first corner
        /// not repeated, in pixels from the upper left corner of the field, so that the centre of its first pixel is at
        /// (0.5, 0.5). One, or several where the outline touches itself; holes are filled.
        package var ringsPx: [[SIMD2<Double>]]

        package init(grain: Int64, species: String?, onBorder: Bool, ringsPx: [[SIMD2<Double>]]) {
            self.grain = grain
            self.species = species
            self.onBorder = onBorder
            self.ringsPx = ringsPx
        }
    }

    package struct Field: Codable, Sendable, Equatable {
        package var capture: Int64
        package var slide: String
        package var isHeldOut: Bool
        /// Of the stored input, in pixels.
        package var width: Int
        package var height: Int
        /// Null where its scale is unknown.
        @Nullable package var nmPerPixel: Double?
        package var objects: [Object]

        package init(
            capture: Int64, slide: String, isHeldOut: Bool, width: Int, height: Int, nmPerPixel: Double?,
            objects: [Object]
        ) {
            self.capture = capture
            self.slide = slide
            self.isHeldOut = isHeldOut
            self.width = width
            self.height = height
            self.nmPerPixel = nmPerPixel
            self.objects = objects
        }
    }

    package var slides: [Slide]
    /// In the order of their keys, or as they were named.
    package var species: [Species]
    /// By slide, then by capture.
    package var fields: [Field]
    /// What whoever uses it must know.
    package var remarks: [String]

    package init(slides: [Slide], species: [Species], fields: [Field], remarks: [String] = []) {
        self.slides = slides
        self.species = species
        self.fields = fields
        self.remarks = remarks
    }
}
