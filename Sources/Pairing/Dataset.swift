/// `dataset.json`: what a folder of training pictures holds.
///
/// For each field NAME the folder holds pictures of one size, at the lens's scale:
/// - `optical/NAME.png`: the 20x picture, RGB;
/// - `map/NAME.png`: the sample map, RGB, one channel a species;
/// - `sem/NAME.png`: the electron micrograph, grey or RGB;
/// - `on-black/NAME.png`: the same, with everything but grains of the species black;
/// - `truth/NAME.json`: positions of the grains (``FieldTruth``).
///
/// A dataset for labelling alone has no `sem` and no `on-black`; `truth` may be missing everywhere.
package struct Dataset: Codable, Sendable, Equatable {
    /// Scale of all pictures in the object plane.
    package var nmPerPixel: Double
    package var species: [Species]
    /// Map channel of objects that are none of the species; nil where the map has none.
    package var otherChannel: Int?
    package var splits: Splits

    package struct Species: Codable, Sendable, Equatable {
        /// Short name in file names and tables: lower-case letters, digits and hyphens.
        package var key: String
        /// Scientific name.
        package var name: String
        /// Channel of the map, 0...2.
        package var mapChannel: Int
        /// "#rrggbb", for coloured pictures; the map itself holds the channels.
        package var colour: String

        package init(key: String, name: String, mapChannel: Int, colour: String) {
            self.key = key
            self.name = name
            self.mapChannel = mapChannel
            self.colour = colour
        }

        enum CodingKeys: String, CodingKey {
            case key, name, colour
            case mapChannel = "map_channel"
        }
    }

    /// Names of fields; each belongs to one split.
    package struct Splits: Codable, Sendable, Equatable {
        package var train: [String]
        package var val: [String]
        package var test: [String]

        package init(train: [String] = [], val: [String] = [], test: [String] = []) {
            self.train = train
            self.val = val
            self.test = test
        }

        package subscript(split: Split) -> [String] {
            get {
                switch split {
                case .train: train
                case .val: val
                case .test: test
                }
            }
            set {
                switch split {
                case .train: train = newValue
                case .val: val = newValue
                case .test: test = newValue
                }
            }
        }

        package var all: [String] { train + val + test }
    }

    package enum Split: String, CaseIterable, Sendable { case train, val, test }

    package init(nmPerPixel: Double, species: [Species], otherChannel: Int?, splits: Splits) {
        self.nmPerPixel = nmPerPixel
        self.species = species
        self.otherChannel = otherChannel
        self.splits = splits
    }

    enum CodingKeys: String, CodingKey {
        case species, splits
        case nmPerPixel = "nm_per_pixel"
        case otherChannel = "other_channel"
    }
}
