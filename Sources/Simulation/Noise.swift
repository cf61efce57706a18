/// Value noise on the integer lattice (Perlin's fade curve), -1...1.
struct Noise: Sendable {
    private let seed: UInt32

    init(_ random: inout RandomStream) { seed = UInt32(truncatingIfNeeded: random.next()) }

    @inline(__always)
    private func lattice(_ x: Int32, _ y: Int32, _ z: Int32) -> Float {
        var h = UInt32(bitPattern: x) &* 0x8DA6_B343 ^ UInt32(bitPattern: y) &* 0xD816_3841
        h ^= UInt32(bitPattern: z) &* 0xCB1A_B31F ^ seed
        h = (h ^ (h >> 15)) &* 0x2C1B_3C6D
        h = (h ^ (h >> 12)) &* 0x297A_2D39
        return Float((h ^ (h >> 15)) >> 8) * (2 / 16_777_215) - 1
    }

    @inline(__always)
    func callAsFunction(_ p: Vector) -> Float {
        let floor = p.rounded(.down)
        let f = p - floor
        let w = f * f * (3 - 2 * f)
        let (i, j, k) = (Int32(floor.x), Int32(floor.y), Int32(floor.z))
        @inline(__always) func row(_ j: Int32, _ k: Int32) -> Float {
            let a = lattice(i, j, k)
            return a + w.x * (lattice(i &+ 1, j, k) - a)
        }
        let near = row(j, k) + w.y * (row(j &+ 1, k) - row(j, k))
        let far = row(j, k &+ 1) + w.y * (row(j &+ 1, k &+ 1) - row(j, k &+ 1))
        return near + w.z * (far - near)
    }
}
