internal import Quantities
internal import Randomness

/// Which fields of a day's deposit are examined.
package struct SamplingPlan: Sendable, Equatable, Codable {
    package var method: SamplingMethod
    /// Centres of bands, across the tape of longitudinal ones, along it of transverse ones.
    package var bandsMillimetres: [Double]
    /// Of random fields; 0 for other methods.
    package var fields: Int
    /// Of random fields.
    package var seed: UInt32
    /// Of one field, along the tape.
    package var fieldAlongMicrometres: Double
    /// Of one field, across the tape.
    package var fieldAcrossMicrometres: Double
    /// Of the deposit that is to be examined, 0...1.
    package var wantedShare: Double

    /// Of EN 16868:2019.
    package static let usualShare = 0.1
    /// More are no plan for anybody.
    package static let mostFields = 100_000

    /// - Parameters:
    ///   - bands: how many, spread evenly; nil: as many as the share takes, and no fewer than the standard has.
    ///   - fields: how many random ones; nil: the same.
    /// - Throws: `badPlan`.
    package init(
        _ method: SamplingMethod, of part: SamplePart, fieldAlongMicrometres: Double, fieldAcrossMicrometres: Double,
        wantedShare: Double = usualShare, bands: Int? = nil, bandsMillimetres: [Double]? = nil, fields: Int? = nil,
        seed: UInt32 = 1
    ) throws(SamplingError) {
        func refused(_ message: String, _ hint: String) -> SamplingError {
            SamplingError(.badPlan, message, hint: hint)
        }
        for (side, most) in [
            (fieldAlongMicrometres, part.lengthMillimetres), (fieldAcrossMicrometres, part.widthMillimetres),
        ] where !(side >= 10 && side <= most * 1000) {
            throw refused(
                "a field of \(Arithmetic.text(fieldAlongMicrometres)) x \(Arithmetic.text(fieldAcrossMicrometres)) µm does not fit "
                    + "a deposit of \(Arithmetic.text(part.lengthMillimetres)) x \(Arithmetic.text(part.widthMillimetres)) mm",
                "give the sides of a field in µm, 10 or more")
        }
        guard wantedShare > 0, wantedShare <= 1 else {
            throw refused("a share of \(wantedShare) cannot be examined", "give more than 0 and up to 100 %")
        }
        self.method = method
        self.seed = seed
        self.fieldAlongMicrometres = fieldAlongMicrometres
        self.fieldAcrossMicrometres = fieldAcrossMicrometres
        self.wantedShare = wantedShare
        self.bandsMillimetres = []
        self.fields = 0
        let (along, across) = (fieldAlongMicrometres / 1000, fieldAcrossMicrometres / 1000)
        switch method {
        case .longitudinal, .transverse:
            let (extent, side) =
                method == .longitudinal ? (part.widthMillimetres, across) : (part.lengthMillimetres, along)
            var count = max(method.fewest, Int(saturating: (wantedShare * extent / side).rounded(.up)))
            if method == .transverse {
                // As many in each two hours.
                let slots = part.twoHourSlots
                count = (Int(saturating: (wantedShare * extent / side).rounded(.up)) + slots - 1) / slots * slots
            }
            if let bands { count = bands }
            guard (1...10_000).contains(bandsMillimetres?.count ?? count) else {
                throw refused("\(bandsMillimetres?.count ?? count) bands are no plan", "give 1 to 10000")
            }
            self.bandsMillimetres =
                bandsMillimetres?.sorted() ?? (0..<count).map { (Double($0) + 0.5) * extent / Double(count) }
            for band in self.bandsMillimetres where !(band - side / 2 >= -1e-9 && band + side / 2 <= extent + 1e-9) {
                throw refused(
                    "the band at \(Arithmetic.text(band)) mm is outside of the deposit, which is \(Arithmetic.text(extent)) mm "
                        + (method == .longitudinal ? "wide" : "long"),
                    "give \(Arithmetic.text(side / 2)) to \(Arithmetic.text(extent - side / 2)) mm, the middle of each band"
                )
            }
        case .random:
            let share = Int(saturating: (wantedShare * part.depositSquareMillimetres / along / across).rounded(.up))
            self.fields = fields ?? max(method.fewest, share)
            let room = Grid(self, part).cells
            guard (1...room).contains(self.fields) else {
                throw refused(
                    "\(self.fields) fields that do not overlap find no place on the deposit",
                    "give 1 to \(room), or smaller fields")
            }
        case .whole: break
        }
        guard count(on: part) <= Self.mostFields else {
            throw refused(
                "the plan has \(count(on: part)) fields, and no more than \(Self.mostFields) may be planned",
                "examine a smaller share, or larger fields")
        }
    }

    // MARK: Fields

    /// All of them, in the order of the way: there and back again.
    package func fields(on part: SamplePart) -> [PlannedField] {
        let (length, width) = (part.lengthMillimetres, part.widthMillimetres)
        let (along, across) = (fieldAlongMicrometres / 1000, fieldAcrossMicrometres / 1000)
        let places: [(band: Int?, along: Double, across: Double)]
        switch method {
        case .longitudinal:
            let steps = Self.steps(along, length)
            places = bandsMillimetres.enumerated().flatMap { band, middle in
                (band % 2 == 0 ? steps : steps.reversed()).map { (band + 1, $0, middle) }
            }
        case .transverse:
            let steps = Self.steps(across, width)
            places = bandsMillimetres.enumerated().flatMap { band, middle in
                (band % 2 == 0 ? steps : steps.reversed()).map { (band + 1, middle, $0) }
            }
        case .whole:
            let rows = Self.steps(across, width), steps = Self.steps(along, length)
            places = rows.enumerated().flatMap { row, middle in
                (row % 2 == 0 ? steps : steps.reversed()).map { (nil, $0, middle) }
            }
        case .random: places = Grid(self, part).drawn(fields, seed: seed).map { (nil, $0.along, $0.across) }
        }
        return places.enumerated().map { number, place in
            PlannedField(
                number: number + 1, band: place.band, alongMillimetres: Self.rounded(place.along),
                acrossMillimetres: Self.rounded(place.across))
        }
    }

    /// How many.
    package func count(on part: SamplePart) -> Int {
        let columns = Self.steps(fieldAlongMicrometres / 1000, part.lengthMillimetres).count
        let rows = Self.steps(fieldAcrossMicrometres / 1000, part.widthMillimetres).count
        return switch method {
        case .longitudinal: bandsMillimetres.count * columns
        case .transverse: bandsMillimetres.count * rows
        case .whole: columns * rows
        case .random: fields
        }
    }

    /// Of the deposit that the planned fields cover, 0...1; where fields or bands overlap, once.
    package func plannedShare(on part: SamplePart) -> Double {
        let (along, across) = (fieldAlongMicrometres / 1000, fieldAcrossMicrometres / 1000)
        return switch method {
        case .longitudinal: Self.covered(bandsMillimetres, side: across) / part.widthMillimetres
        case .transverse: Self.covered(bandsMillimetres, side: along) / part.lengthMillimetres
        case .random: min(1, Double(fields) * along * across / part.depositSquareMillimetres)
        case .whole: 1
        }
    }

    /// What is wrong with the plan on this part of a tape, and what the standard asks for more.
    package func faults(on part: SamplePart) -> [String] {
        var faults: [String] = []
        let side = (method == .longitudinal ? fieldAcrossMicrometres : fieldAlongMicrometres) / 1000
        let extent = method == .longitudinal ? part.widthMillimetres : part.lengthMillimetres
        for (one, next) in zip(bandsMillimetres, bandsMillimetres.dropFirst()) where next - one < side - 1e-6 {
            faults.append(
                "the bands at \(Arithmetic.text(one)) and \(Arithmetic.text(next)) mm overlap: they are "
                    + "\(Arithmetic.text(side)) mm wide")
        }
        for band in bandsMillimetres where band - side / 2 < -1e-6 || band + side / 2 > extent + 1e-6 {
            faults.append(
                "the band at \(Arithmetic.text(band)) mm is outside of the deposit of \(Arithmetic.text(extent)) mm")
        }
        let number = method == .random ? fields : bandsMillimetres.count
        let fewest = method == .transverse ? min(method.fewest, part.twoHourSlots) : method.fewest
        if number < fewest {
            let what = method == .random ? "random fields" : "\(method.rawValue) bands"
            faults.append("\(number) \(what) are too few: EN 16868 asks for \(fewest) or more")
        }
        let planned = plannedShare(on: part)
        if planned < wantedShare - 1e-6 {
            faults.append(
                "the plan covers \(Arithmetic.percent(planned)) of the deposit, and "
                    + "\(Arithmetic.percent(wantedShare)) were to be examined")
        }
        if planned < Self.usualShare - 1e-6, wantedShare < Self.usualShare {
            faults.append("EN 16868 asks for 10 % of the deposit, and the plan covers \(Arithmetic.percent(planned))")
        }
        return faults
    }

    // MARK: Places

    /// Middles of fields that cover a length without a gap, from end to end.
    private static func steps(_ side: Double, _ extent: Double) -> [Double] {
        let count = max(1, Int(saturating: (extent / side - 1e-9).rounded(.up)))
        guard count > 1 else { return [extent / 2] }
        let step = (extent - side) / Double(count - 1)
        return (0..<count).map { side / 2 + Double($0) * step }
    }

    private static func covered(_ middles: [Double], side: Double) -> Double {
        var end = -Double.infinity
        return middles.sorted().reduce(0) { sum, middle in
            let from = max(end, middle - side / 2)
            end = max(end, middle + side / 2)
            return sum + max(0, end - from)
        }
    }

    /// To micrometres, as they are told and stored.
    private static func rounded(_ millimetres: Double) -> Double {
        (millimetres * PlannedField.stepsAMillimetre).rounded() / PlannedField.stepsAMillimetre
    }

    /// Places beside each other that random fields are drawn from without putting any back, so that none overlap and each has
    /// the same chance: simple random sampling of a finite population (Cochran, *Sampling Techniques*, 1977, chapter 2).
    private struct Grid {
        let columns: Int
        let rows: Int
        private let along: Double
        private let across: Double
        private let spare: (along: Double, across: Double)

        init(_ plan: SamplingPlan, _ part: SamplePart) {
            along = plan.fieldAlongMicrometres / 1000
            across = plan.fieldAcrossMicrometres / 1000
            columns = max(0, Int(saturating: part.lengthMillimetres / along + 1e-9))
            rows = max(0, Int(saturating: part.widthMillimetres / across + 1e-9))
            spare = (
                max(0, part.lengthMillimetres - Double(columns) * along),
                max(0, part.widthMillimetres - Double(rows) * across)
            )
        }

        var cells: Int { columns * rows }

        /// In the order of the way; what is left over at the edges is on a side by chance.
        func drawn(_ count: Int, seed: UInt32) -> [(along: Double, across: Double)] {
            var random = SplitMix64(seed: UInt64(seed))
            let left = random.uniform() * spare.along, top = random.uniform() * spare.across
            var cells = Array(0..<cells)
            for place in 0..<min(count, cells.count) {
                cells.swapAt(place, place + Int(saturating: random.uniform() * Double(cells.count - place)))
            }
            // Up one column and down the next.
            let way = cells.prefix(count).map { cell in
                let column = cell / rows, row = cell % rows
                return column * rows + (column % 2 == 0 ? row : rows - 1 - row)
            }
            return way.sorted().map { step in
                let column = step / rows, row = column % 2 == 0 ? step % rows : rows - 1 - step % rows
                return (left + (Double(column) + 0.5) * along, top + (Double(row) + 0.5) * across)
            }
        }
    }
}
