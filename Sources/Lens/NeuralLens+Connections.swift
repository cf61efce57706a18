extension NeuralLens {
    /// Networks read pictures of three channels: a map of more or fewer classes can be counted from and not be read.
    /// - Parameter channels: that each network gives, by its name.
    static func checkConnections(
        _ manifest: LensManifest, channels: [String: Int], folder: String
    ) throws(LensError) {
        let given = Dictionary(uniqueKeysWithValues: manifest.networks.map { ($0.writes, channels[$0.name] ?? 0) })
        for entry in manifest.networks {
            guard let source = entry.reads.first(where: { $0 != LensManifest.field && given[$0] != 3 }) else {
                continue
            }
            throw LensError(
                .badManifest,
                "network \(entry.name) of \(folder)/lens.json reads \"\(source)\", which has "
                    + "\(given[source] ?? 0) channels, and networks read 3",
                hint: "let it read field, and name the species whose map masks it in masked_by")
        }
    }
}
