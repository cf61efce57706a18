package import Grains
package import Imaging
internal import Kernels
internal import Network
internal import Quantities
internal import Synchronization

extension NeuralLens {
    /// Largest field at the lens's scale: 16,384 x 16,384 pixels.
    package static let maximumPixels = 1 << 28

    /// What of the lens runs.
    package enum Part: Sendable {
        case whole
        /// The networks that the map needs: what grains are counted from, and no magnified picture.
        case map
    }

    /// Runs the lens on one field.
    ///
    /// First the whole field is labelled and its grains are found; then each magnifier draws the decided grains of its
    /// species. No picture of the whole field is held in more than 8 bits: see `memoryNeeded`.
    /// - Parameters:
    ///   - field: at its own scale.
    ///   - nmPerPixel: the field's scale in the object plane; nil is refused, never guessed.
    ///   - finder: decides the grains; nil for the manifest's own.
    ///   - progress: called with 0...1 after each tile; returns false to stop the lens, which then throws `.cancelled`.
    ///   - isWanted: asked every few milliseconds, on any thread; false stops the lens likewise.
    package func apply(
        to field: PictureRows, nmPerPixel: Double?, part: Part = .whole, finder: GrainFinder? = nil,
        progress: (Double) -> Bool = { _ in true }, while isWanted: @escaping @Sendable () -> Bool = { true }
    ) throws(LensError) -> LensOutput {
        try look(
            at: field, nmPerPixel: nmPerPixel, part: part, finder: finder,
            cellLevel: familiarity == nil ? nil : familiarityLevel,
            permit: WorkPermit(while: isWanted), progress: progress
        ).output
    }

    /// The same, and what the labelling network saw in the field.
    func look(
        at field: PictureRows, nmPerPixel: Double?, part: Part, finder: GrainFinder?, cellLevel: Int?,
        permit: WorkPermit = WorkPermit { true }, progress: (Double) -> Bool
    ) throws(LensError) -> (output: LensOutput, cells: FieldCells?) {
        guard let nmPerPixel, nmPerPixel > 0, nmPerPixel.isFinite else {
            throw LensError(
                .unknownScale,
                "the field's scale is not known, and lens \(manifest.name) works at \(manifest.nmPerPixel) nm a pixel",
                hint: "state the scale of the camera's pixels with --nm-per-pixel")
        }
        let factor = nmPerPixel / manifest.nmPerPixel
        let exactWidth = (Double(field.width) * factor).rounded(),
            exactHeight = (Double(field.height) * factor).rounded()
        guard exactWidth >= 8, exactHeight >= 8, exactWidth * exactHeight <= Double(Self.maximumPixels) else {
            throw LensError(
                .wrongSize,
                "a field of \(field.width) x \(field.height) pixels at \(nmPerPixel) nm becomes \(exactWidth) x \(exactHeight) pixels at the lens's \(manifest.nmPerPixel) nm",
                hint:
                    "check --nm-per-pixel; a field may have 8 pixels a side to \(Self.maximumPixels) in all at the lens's scale"
            )
        }
        var before = LensTimes()
        let divided = ContinuousClock.now
        let glass = manifest.fieldCorrection == LensManifest.glass ? Glass(field) : nil
        if glass != nil { before.add(LensTimes.glass, since: divided) }
        let scaled = ScaledField(
            glass.map(field.divided(by:)) ?? field, width: Int(saturating: exactWidth),
            height: Int(saturating: exactHeight))
        let scale = MapScale(
            inputSize: (field.width, field.height), mapSize: (scaled.width, scaled.height), nmPerInputPixel: nmPerPixel)
        return try turn.withLock { [before] _ throws(LensError) -> (LensOutput, FieldCells?) in
            var times = before
            var run = TileRun(
                lens: self, field: scaled, steps: steps(part, scaled), cellLevel: cellLevel, permit: permit)
            let labelling = networks(of: .map)
            try run.run(
                labelling, keeping: Set([LensManifest.map] + manifest.networks.flatMap(\.reads)), progress: progress)
            let map = run.picture(LensManifest.map)!
            let found = ContinuousClock.now
            let grains = (finder ?? manifest.grainFinder)
                .find(in: map, scale: scale, input: field, threads: pool.threads)
            let grainsSeconds = (ContinuousClock.now - found) / .seconds(1)
            times.add(run.times)
            times.add(LensTimes.grains, grainsSeconds)
            run.times = LensTimes()
            if part == .whole {
                let masking = ContinuousClock.now
                run.masks = Dictionary(
                    uniqueKeysWithValues: manifest.species.map { species in
                        let decided = grains.filter { $0.species == species.key && $0.rejection != .small }
                        return (
                            species.key,
                            GrainMask(decided, scale: scale, width: scaled.width, height: scaled.height)
                        )
                    })
                times.add(LensTimes.masks, since: masking)
                let drawing = manifest.networks.filter { entry in !labelling.contains { $0.name == entry.name } }
                try run.run(drawing, keeping: [LensManifest.magnified], progress: progress)
            }
            times.add(run.times)
            let judged = ContinuousClock.now
            let share = cellLevel == familiarityLevel ? run.cells.flatMap { familiarity?.familiarity(of: $0) } : nil
            if share != nil { times.add(LensTimes.familiarity, since: judged) }
            _ = progress(1)
            let output = LensOutput(
                map: map, magnified: run.picture(LensManifest.magnified), sureness: run.sureness,
                familiarity: share, grains: grains, grainsSeconds: grainsSeconds, times: times, glass: glass,
                nmPerPixelX: Double(field.width) * nmPerPixel / exactWidth,
                nmPerPixelY: Double(field.height) * nmPerPixel / exactHeight, tilesRun: run.tilesRun)
            return (output, run.cells)
        }
    }

    /// The same.
    /// - Parameter field: RGB, 0...1.
    package func apply(
        to field: Picture<Float>, nmPerPixel: Double?, part: Part = .whole, finder: GrainFinder? = nil,
        progress: (Double) -> Bool = { _ in true }, while isWanted: @escaping @Sendable () -> Bool = { true }
    ) throws(LensError) -> LensOutput {
        try apply(
            to: PictureRows(field), nmPerPixel: nmPerPixel, part: part, finder: finder, progress: progress,
            while: isWanted)
    }

    /// Networks times tiles of one field: what its time goes with.
    package func steps(_ part: Part, width: Int, height: Int, nmPerPixel: Double) -> Int {
        func length(_ length: Int) -> Int {
            max(1, Int(saturating: (Double(length) * nmPerPixel / manifest.nmPerPixel).rounded()))
        }
        return steps(part, width: length(width), height: length(height))
    }

    private func steps(_ part: Part, _ field: ScaledField) -> Int {
        steps(part, width: field.width, height: field.height)
    }

    /// Of a field at the lens's scale.
    private func steps(_ part: Part, width: Int, height: Int) -> Int {
        networks(of: part).count * tiling(width).starts.count * tiling(height).starts.count
    }

    func tiling(_ length: Int) -> Tiling {
        Tiling(length: length, tile: manifest.tilePixels, overlap: manifest.overlapPixels)
    }

    /// In the manifest's order, in which each network reads what earlier ones wrote.
    private func networks(of part: Part) -> [LensManifest.NetworkEntry] {
        guard part == .map else { return manifest.networks }
        var needed: Set = [LensManifest.map]
        var networks: [LensManifest.NetworkEntry] = []
        for entry in manifest.networks.reversed() where needed.contains(entry.writes) {
            needed.formUnion(entry.reads)
            networks.append(entry)
        }
        return networks.reversed()
    }
}

// MARK: Memory

extension NeuralLens {
    /// Bytes that the lens takes at most for one field: its networks, the field in 8 bits, the pictures that it gives
    /// and what is held on the way; with the grains of a field that they cover wholly. Without the compressed pictures that
    /// callers make.
    /// - Parameters:
    ///   - width, height: of the field, in its own pixels.
    ///   - nmPerPixel: the field's scale.
    package func memoryNeeded(width: Int, height: Int, nmPerPixel: Double) -> Int {
        let factor = nmPerPixel / manifest.nmPerPixel
        let (across, down) = ((Double(width) * factor).rounded(), (Double(height) * factor).rounded())
        let (pixels, side) = (across * down, Double(manifest.tilePixels))
        let mapChannels = Double(generators.values.map(\.description.outputChannels).max() ?? 3)
        let lanes = Double(max(1, self.lanes.count))
        let weights = generators.values.map { Double($0.weightBytes) }.reduce(0, +)
        // Networks of one make and size take turns with the same memory.
        let sharing = Dictionary(grouping: generators.values) { ObjectIdentifier($0.memory) }
        let scratch = lanes * sharing.values.map { Double($0.map(\.scratchBytes).max()!) }.reduce(0, +)
        let tiles = lanes * side * side * 4 * (mapChannels + 1)
        // Labels of regions, four bytes a pixel, while grains are found; afterwards the rows that networks work on.
        let rows = Double(manifest.networks.count) * across * side * 4
        let labelling = across * side * mapChannels * 2
        let drawn = manifest.networks.contains { $0.writes == LensManifest.magnified } ? pixels : 0
        let sureness = manifest.networks.contains { $0.interval != nil } ? pixels : 0
        let field = 3 * Double(width) * Double(height)
        let lasting = field + weights + scratch + tiles + mapChannels * pixels
        let bytes = lasting + max(4 * pixels, labelling, drawn + sureness + rows)
        return Int(saturating: bytes)
    }
}
