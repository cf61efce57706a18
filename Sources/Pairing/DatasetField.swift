package import Imaging
package import Registration

/// One field on its way into a dataset: pictures of one size at the lens's scale.
package struct DatasetField: Sendable {
    /// RGB.
    package var optical: Picture<UInt8>
    /// RGB, a channel a species.
    package var map: Picture<UInt8>?
    package var sem: Picture<UInt8>?
    package var onBlack: Picture<UInt8>?
    package var truth: FieldTruth?
    /// What it was made from: file names.
    package var sources: [String]
    /// Fields of one group (slide, picture) are never divided between splits.
    package var group: String
    package var registration: Registration?
    /// Split given from outside; nil for a drawn one.
    package var split: Dataset.Split?

    package init(
        optical: Picture<UInt8>, map: Picture<UInt8>? = nil, sem: Picture<UInt8>? = nil, onBlack: Picture<UInt8>? = nil,
        truth: FieldTruth? = nil, sources: [String], group: String, registration: Registration? = nil,
        split: Dataset.Split? = nil
    ) {
        self.optical = optical
        self.map = map
        self.sem = sem
        self.onBlack = onBlack
        self.truth = truth
        self.sources = sources
        self.group = group
        self.registration = registration
        self.split = split
    }

    /// Cut into squares of `side` pixels, spread evenly; what is smaller is given back whole.
    package func cut(side: Int) -> [DatasetField] {
        func starts(_ length: Int) -> [Int] {
            let count = max(1, length / side)
            return (0..<count).map { count == 1 ? max(0, length - side) / 2 : (length - side) * $0 / (count - 1) }
        }
        if optical.width <= side && optical.height <= side { return [self] }
        let width = min(side, optical.width), height = min(side, optical.height)
        return starts(optical.height).flatMap { y in
            starts(optical.width).map { x in
                var part = self
                part.optical = optical.cropped(x: x, y: y, width: width, height: height)
                part.map = map?.cropped(x: x, y: y, width: width, height: height)
                part.sem = sem?.cropped(x: x, y: y, width: width, height: height)
                part.onBlack = onBlack?.cropped(x: x, y: y, width: width, height: height)
                part.truth = truth?.cropped(x: x, y: y, width: width, height: height)
                return part
            }
        }
    }
}

extension FieldTruth {
    /// What lies in a part of the field, in that part's pixels. Outlines are clipped to it.
    func cropped(x: Int, y: Int, width: Int, height: Int) -> FieldTruth {
        func moved(_ p: [Double]) -> [Double] { [p[0] - Double(x), p[1] - Double(y)] }
        func inside(_ p: [Double]) -> Bool {
            p[0] >= -0.5 && p[1] >= -0.5 && p[0] <= Double(width) - 0.5 && p[1] <= Double(height) - 0.5
        }
        let grains = self.grains.compactMap { grain -> Grain? in
            var part = grain
            let outline = grain.outline.map(moved)
            guard outline.contains(where: inside) else { return nil }
            part.outline = outline.map {
                [min(max($0[0], -0.5), Double(width) - 0.5), min(max($0[1], -0.5), Double(height) - 0.5)]
            }
            part.onBorder = grain.onBorder == true || !outline.allSatisfy(inside)
            part.spines = grain.spines?.map(moved).filter(inside)
            part.sulcus = grain.sulcus?.map(moved)
            part.centroid = grain.centroid.map(moved)
            return part
        }
        let others = self.others.compactMap { other -> Other? in
            let low = moved(Array(other.box[0...1])), high = moved(Array(other.box[2...3]))
            guard high[0] > 0, high[1] > 0, low[0] < Double(width), low[1] < Double(height) else { return nil }
            return Other(kind: other.kind, box: low + high)
        }
        return FieldTruth(grains: grains, others: others)
    }
}
