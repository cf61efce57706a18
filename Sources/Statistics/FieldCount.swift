/// The grains of one species in one examined field.
package struct FieldCount: Sendable, Equatable {
    /// 0 where the species was looked for and not found.
    package var grains: Int
    /// What this field adds to the area examined: where fields overlap, the common part belongs to one of them.
    package var areaUm2: Double

    package init(grains: Int, areaUm2: Double) {
        self.grains = grains
        self.areaUm2 = areaUm2
    }
}
