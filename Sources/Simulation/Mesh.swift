import Foundation

/// What a star-shaped body's surface is like in one direction from its centre.
struct SurfacePoint {
    /// Distance from the centre, in µm.
    var radius: Float
    /// How much of `radius` is ornament (spines, ridges) above the smooth body, in µm.
    var ornament: Float = 0
    /// Thickness of the wall as a share of the species' usual wall; thin over apertures.
    var wall: Float = 1
}

/// A closed triangle mesh, in µm, counter-clockwise seen from outside.
struct Mesh: Sendable {
    var positions: [Vector] = []
    var ornament: [Float] = []
    var wall: [Float] = []
    var triangles: [SIMD3<Int32>] = []
    /// Tips of spines.
    var tips: [Vector] = []
    /// Points along the bottom of the sulcus, from end to end.
    var sulcus: [Vector] = []

    /// Six faces of a cube blown up to a sphere, `divisions` squares along each edge.
    /// - Parameters:
    ///   - divisions: a multiple of 5.
    ///   - smooth: radius of the body without detail, in µm; asked for at every fifth corner and interpolated.
    ///   - surface: the body in a direction, given its smooth radius there.
    static func star(
        divisions: Int, smooth: (Vector) -> Float, surface: (Vector, Float) -> SurfacePoint
    ) -> Mesh {
        precondition(divisions % coarseness == 0, "the coarse corners must end on the face's edge")
        var mesh = Mesh()
        let side = divisions + 1
        mesh.positions.reserveCapacity(6 * side * side)
        mesh.triangles.reserveCapacity(12 * divisions * divisions)
        let faces: [(Vector, Vector, Vector)] = [
            ([1, 0, 0], [0, 1, 0], [0, 0, 1]), ([-1, 0, 0], [0, 0, 1], [0, 1, 0]),
            ([0, 1, 0], [0, 0, 1], [1, 0, 0]), ([0, -1, 0], [1, 0, 0], [0, 0, 1]),
            ([0, 0, 1], [1, 0, 0], [0, 1, 0]), ([0, 0, -1], [0, 1, 0], [1, 0, 0]),
        ]
        let steps = (0...divisions).map { tan(Float.pi / 4 * (2 * Float($0) / Float(divisions) - 1)) }
        let knots = divisions / coarseness
        for (normal, u, v) in faces {
            let first = Int32(mesh.positions.count)
            let radii = (0...knots).map { j in
                (0...knots).map { i in
                    smooth((normal + u * steps[i * coarseness] + v * steps[j * coarseness]).unit)
                }
            }
            for j in 0...divisions {
                let row = min(j / coarseness, knots - 1)
                let (upper, lower) = (radii[row], radii[row + 1])
                let downward = Float(j) / Float(coarseness) - Float(row)
                for i in 0...divisions {
                    let direction = (normal + u * steps[i] + v * steps[j]).unit
                    let column = min(i / coarseness, knots - 1)
                    let across = Float(i) / Float(coarseness) - Float(column)
                    let left = upper[column] + downward * (lower[column] - upper[column])
                    let right = upper[column + 1] + downward * (lower[column + 1] - upper[column + 1])
                    let point = surface(direction, left + across * (right - left))
                    mesh.positions.append(direction * point.radius)
                    mesh.ornament.append(point.ornament)
                    mesh.wall.append(point.wall)
                }
            }
            mesh.addGrid(first: first, columns: side, rows: side)
        }
        return mesh
    }

    private static let coarseness = 5

    /// A tube along a path, closed at both ends by points.
    static func tube(along path: [Vector], radius: (_ step: Int, _ angle: Float) -> Float, around sides: Int) -> Mesh {
        var mesh = Mesh()
        for (step, centre) in path.enumerated() {
            let tangent = (path[min(step + 1, path.count - 1)] - path[max(step - 1, 0)]).unit
            let u = cross(Vector(0, 0, 1), tangent).unit
            let v = cross(tangent, u)
            let closed = step == 0 || step == path.count - 1
            for side in 0...sides {
                let angle = 2 * Float.pi * Float(side % sides) / Float(sides)
                let r = closed ? 0 : radius(step, angle)
                mesh.positions.append(centre + (u * cos(angle) + v * sin(angle)) * r)
                mesh.ornament.append(0)
                mesh.wall.append(1)
            }
        }
        mesh.addGrid(first: 0, columns: sides + 1, rows: path.count)
        return mesh
    }

    private mutating func addGrid(first: Int32, columns: Int, rows: Int) {
        let stride = Int32(columns)
        for j in 0..<Int32(rows - 1) {
            for i in 0..<Int32(columns - 1) {
                let a = first + j * stride + i
                triangles.append(SIMD3(a, a + 1, a + stride + 1))
                triangles.append(SIMD3(a, a + stride + 1, a + stride))
            }
        }
    }

    /// Turned, then set down so that its lowest point lies at height 0 and its centre above (x, y).
    func placed(_ rotation: Rotation, x: Float, y: Float) -> Mesh {
        var result = self
        var lowest = Float.infinity
        for i in positions.indices {
            let p = rotation(positions[i])
            result.positions[i] = p
            lowest = min(lowest, p.z)
        }
        let shift = Vector(x, y, -lowest)
        for i in positions.indices { result.positions[i] += shift }
        result.tips = tips.map { rotation($0) + shift }
        result.sulcus = sulcus.map { rotation($0) + shift }
        return result
    }
}
