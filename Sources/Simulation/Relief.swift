/// Pixels of `step` µm; pixel (0, 0)'s centre lies at `origin + step / 2`.
struct Grid: Sendable {
    let originX: Float
    let originY: Float
    let step: Float
}

/// A body seen from above on a grid: its upper and lower surface, each with its own attributes.
struct Relief: Sendable {
    /// Where the patch begins on the grid, in pixels; may be negative.
    let x0: Int
    let y0: Int
    let width: Int
    let height: Int
    /// Height of the upper surface in µm, `-.infinity` beside the body.
    var top: [Float]
    /// Height of the lower surface in µm, `.infinity` beside the body.
    var bottom: [Float]
    /// Ornament and wall share of either surface; 0 beside the body.
    var topOrnament: [Float]
    var topWall: [Float]
    var bottomOrnament: [Float]
    var bottomWall: [Float]

    /// - Parameters:
    ///   - margin: empty pixels around the body.
    ///   - alignment: the patch's corners are multiples of it.
    init(_ mesh: Mesh, on grid: Grid, margin: Int, alignment: Int = 1) {
        var low = SIMD2<Float>(repeating: .infinity)
        var high = -low
        let positions = mesh.positions.map { p in
            let q = Vector((p.x - grid.originX) / grid.step - 0.5, (p.y - grid.originY) / grid.step - 0.5, p.z)
            low = pointwiseMin(low, SIMD2(q.x, q.y))
            high = pointwiseMax(high, SIMD2(q.x, q.y))
            return q
        }
        func down(_ value: Float) -> Int {
            Int((Float(Int(value.rounded(.down)) - margin) / Float(alignment)).rounded(.down)) * alignment
        }
        let (left, upper) = (down(low.x), down(low.y))
        x0 = left
        y0 = upper
        width = -down(-high.x) + alignment - left
        height = -down(-high.y) + alignment - upper
        let count = width * height
        top = Array(repeating: -.infinity, count: count)
        bottom = Array(repeating: .infinity, count: count)
        topOrnament = Array(repeating: 0, count: count)
        topWall = Array(repeating: 0, count: count)
        bottomOrnament = Array(repeating: 0, count: count)
        bottomWall = Array(repeating: 0, count: count)
        let corner = Vector(Float(left), Float(upper), 0)
        draw(mesh, positions.map { $0 - corner })
    }

    private mutating func draw(_ mesh: Mesh, _ positions: [Vector]) {
        let width = width
        top.withUnsafeMutableBufferPointer { top in
            bottom.withUnsafeMutableBufferPointer { bottom in
                topOrnament.withUnsafeMutableBufferPointer { topOrnament in
                    topWall.withUnsafeMutableBufferPointer { topWall in
                        bottomOrnament.withUnsafeMutableBufferPointer { bottomOrnament in
                            bottomWall.withUnsafeMutableBufferPointer { bottomWall in
                                positions.withUnsafeBufferPointer { positions in
                                    mesh.triangles.withUnsafeBufferPointer { triangles in
                                        mesh.ornament.withUnsafeBufferPointer { ornament in
                                            mesh.wall.withUnsafeBufferPointer { wall in
                                                for triangle in triangles {
                                                    let (i, j, k) = (Int(triangle.x), Int(triangle.y), Int(triangle.z))
                                                    let (a, b, c) = (positions[i], positions[j], positions[k])
                                                    let area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)
                                                    if area == 0 { continue }
                                                    // All are positive, where conversion rounds down.
                                                    let x1 = Int(min(a.x, b.x, c.x) + 0.999_99)
                                                    let x2 = Int(max(a.x, b.x, c.x))
                                                    let y1 = Int(min(a.y, b.y, c.y) + 0.999_99)
                                                    let y2 = Int(max(a.y, b.y, c.y))
                                                    if x1 > x2 || y1 > y2 { continue }
                                                    let inverse = 1 / area
                                                    for y in y1...y2 {
                                                        for x in x1...x2 {
                                                            let (px, py) = (Float(x), Float(y))
                                                            let u =
                                                                ((b.x - px) * (c.y - py) - (c.x - px) * (b.y - py))
                                                                * inverse
                                                            let v =
                                                                ((c.x - px) * (a.y - py) - (a.x - px) * (c.y - py))
                                                                * inverse
                                                            let w = 1 - u - v
                                                            // Slightly generous, so that no pixel falls between two triangles.
                                                            if u < -1e-4 || v < -1e-4 || w < -1e-4 { continue }
                                                            let z = u * a.z + v * b.z + w * c.z
                                                            let at = y * width + x
                                                            if z > top[at] {
                                                                top[at] = z
                                                                topOrnament[at] =
                                                                    u * ornament[i] + v * ornament[j] + w * ornament[k]
                                                                topWall[at] = u * wall[i] + v * wall[j] + w * wall[k]
                                                            }
                                                            if z < bottom[at] {
                                                                bottom[at] = z
                                                                bottomOrnament[at] =
                                                                    u * ornament[i] + v * ornament[j] + w * ornament[k]
                                                                bottomWall[at] = u * wall[i] + v * wall[j] + w * wall[k]
                                                            }
                                                        }
                                                    }
                                                }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The part of the patch that lies within a window of the grid, in patch pixels; nil if none does.
    func overlap(width windowWidth: Int, height windowHeight: Int) -> (x: Range<Int>, y: Range<Int>)? {
        let x1 = max(0, -x0)
        let x2 = min(width, windowWidth - x0)
        let y1 = max(0, -y0)
        let y2 = min(height, windowHeight - y0)
        return x1 < x2 && y1 < y2 ? (x1..<x2, y1..<y2) : nil
    }
}
