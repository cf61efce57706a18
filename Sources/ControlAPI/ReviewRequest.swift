internal import Quantities

/// Body of `POST /v1/reviews`.
package struct ReviewRequest: CheckedRequest, Equatable {
    /// Grains that one request may name.
    package static let grainsLimit = 1000
    /// Corners that an outline may have.
    package static let cornersLimits = 3...2000

    package var action: ReviewAction
    /// None for a grain that is drawn where nothing was found.
    package var grains: [Int64]
    /// Key of a species, or `unidentified`: of `relabel` and of a new grain, which need it, and of `merge`, `split` and
    /// `draw`.
    package var species: String?
    /// Why, of `reject`; `person` when left out.
    package var reason: String?
    package var note: String?
    /// Name of the person; the user who connected is recorded anyway.
    package var reviewer: String?
    /// Of `split`: the outline of every part; of `draw`: the grain's. Each is a closed polygon of [x, y], the first corner
    /// not repeated.
    package var outlinesPx: [[SIMD2<Double>]]?
    /// Of `split`: the daemon cuts the grain into this many parts; 2 when nothing says how to split.
    package var parts: Int?
    /// Of `split`: [x0, y0, x1, y1], the line along which to cut.
    package var linePx: SIMD4<Double>?
    /// Of `draw`: the field of a grain that nothing was found of.
    package var capture: Int64?
    /// Of the field as the person saw it, as `GET /v1/captures/ID/grains` gives it: refused where somebody else said
    /// something of the field since. Left out, that does not matter.
    package var revision: Int?

    package init(
        action: ReviewAction, grains: [Int64], species: String? = nil, reason: String? = nil, note: String? = nil,
        reviewer: String? = nil, outlinesPx: [[SIMD2<Double>]]? = nil, parts: Int? = nil,
        linePx: SIMD4<Double>? = nil, capture: Int64? = nil, revision: Int? = nil
    ) {
        self.action = action
        self.grains = grains
        self.species = species
        self.reason = reason
        self.note = note
        self.reviewer = reviewer
        self.outlinesPx = outlinesPx
        self.parts = parts
        self.linePx = linePx
        self.capture = capture
        self.revision = revision
    }

    /// What is wrong with the review whatever the grains, or nil.
    package var fault: Problem? {
        func refused(_ detail: String, _ hint: String) -> Problem { Problem(.invalidReview, detail, hint: hint) }
        switch action {
        case .merge where grains.count < 2:
            return refused("merge needs two grains or more, not \(grains.count)", "name all parts of the grain")
        case .split where grains.count != 1, .undo where grains.count != 1:
            return refused("\(action.rawValue) takes one grain, not \(grains.count)", "name one grain")
        case .draw:
            if grains.isEmpty == (capture == nil) || grains.count > 1 {
                return refused(
                    "draw takes either a capture, for a new grain, or one grain, whose outline it is",
                    "name one of them")
            }
            if grains.isEmpty, species == nil {
                return refused("a new grain needs a species", "give the key of a known species, or unidentified")
            }
            if outlinesPx?.count != 1 {
                return refused("draw takes one outline, not \(outlinesPx?.count ?? 0)", "draw one grain at a time")
            }
        case _ where grains.isEmpty:
            return refused("\(action.rawValue) needs a grain", "name one grain or more")
        default: break
        }
        if grains.count > Self.grainsLimit {
            return refused(
                "\(grains.count) grains are more than one review takes", "name at most \(Self.grainsLimit) at a time")
        }
        if Set(grains).count != grains.count { return refused("a grain is named twice", "name every grain once") }
        if action == .relabel, species == nil {
            return refused("relabel needs a species", "give the key of a species of the lens, or unidentified")
        }
        if let species, species.isEmpty {
            return refused("the species is empty", "give the key of a species of the lens, or unidentified")
        }
        if capture != nil, action != .draw {
            return refused("\(action.rawValue) takes no capture", "its grains say which field it is")
        }
        if species != nil, ![.relabel, .merge, .split, .draw].contains(action) {
            return refused("\(action.rawValue) takes no species", "relabel gives a grain another species")
        }
        if reason != nil, action != .reject {
            return refused("\(action.rawValue) takes no reason", "put remarks into the note")
        }
        return wayFault
    }

    /// What is wrong with how to split, or nil.
    private var wayFault: Problem? {
        func refused(_ detail: String, _ hint: String) -> Problem { Problem(.invalidReview, detail, hint: hint) }
        let ways = [outlinesPx != nil, parts != nil, linePx != nil].count { $0 }
        if ways > 0, action != .split, !(action == .draw && outlinesPx != nil) {
            return refused("\(action.rawValue) takes no outlines, parts or line", "these are for split")
        }
        if ways > 1 {
            return refused("split was told how in \(ways) ways", "give outlines, or a number of parts, or a line")
        }
        if let parts, !(2...16).contains(parts) {
            return refused("a grain cannot be split into \(parts)", "give a number from 2 to 16")
        }
        if let linePx {
            for place in 0..<4 {
                if let fault = Quantity.pixelPlace.fault(linePx[place]) { return Problem(.invalidReview, fault) }
            }
            if linePx.lowHalf == linePx.highHalf {
                return refused("the line to split along has no direction", "give two points apart")
            }
        }
        if let outlinesPx {
            if action == .split, !(2...16).contains(outlinesPx.count) {
                return refused("the outlines are not those of parts", "give 2 to 16 outlines")
            }
            if let outline = outlinesPx.first(where: { !Self.cornersLimits.contains($0.count) }) {
                return refused(
                    "an outline has \(outline.count) corner\(outline.count == 1 ? "" : "s")",
                    "give a polygon of \(Self.cornersLimits.lowerBound) to \(Self.cornersLimits.upperBound) corners")
            }
            for corner in outlinesPx.joined() {
                if let fault = Quantity.pixelPlace.fault(corner.x) ?? Quantity.pixelPlace.fault(corner.y) {
                    return Problem(.invalidReview, fault)
                }
            }
        }
        return nil
    }
}
