import Foundation

/// One rendered body of a library: what it does to light, how high it is, and what it is.
struct GrainStamp: Sendable, Codable {
    /// Key of its species; nil for anything else.
    var species: String?
    /// What else it is: `debris`, `foreign pollen` ...
    var kind: String?
    var isBubble: Bool
    /// Half axes of the rectangle about its silhouette, turned with it, for placing it beside others: distance from
    /// the centre to the outline in 32 directions, in µm, clockwise from the x axis.
    var reach: [Float]
    /// Corners of its silhouette from its centre, in pixels of 83 nm.
    var outline: [[Float]]
    /// Light: corner relative to the centre and size, in pixels of 166 nm.
    var light: Rectangle
    /// Heights: corner relative to the centre and size, in pixels of 83 nm.
    var relief: Rectangle
    /// Where its samples begin in the preparation's file, in bytes: RGB transmissions as 16-bit floats, then heights in
    /// nm as 16-bit integers, 0 beside the body.
    var offset: Int

    struct Rectangle: Sendable, Codable {
        var x: Int
        var y: Int
        var width: Int
        var height: Int
        var count: Int { width * height }
    }

    var byteCount: Int { light.count * 6 + relief.count * 2 }

    /// Map channel, as ``SceneObject/mapChannel``.
    var mapChannel: Int {
        switch species {
        case "iva"?: 0
        case .some: 2
        case nil: 1
        }
    }

    /// Distance to the outline in a direction, in µm, bounded by the nearest of the 32.
    func extent(_ dx: Float, _ dy: Float) -> Float {
        let turn = atan2(dy, dx) / (2 * .pi) * Float(reach.count)
        let low = Int(turn.rounded(.down))
        let count = reach.count
        return max(reach[((low % count) + count) % count], reach[(((low + 1) % count) + count) % count])
    }
}
