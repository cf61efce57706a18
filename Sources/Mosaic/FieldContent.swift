internal import Imaging
internal import Quantities

/// A preview ready to be compared: what lies on the slide, on glass of 0.
struct FieldContent: Sendable {
    let picture: Picture<Float>
    /// 1 where something lies, as opposed to noise.
    let active: [UInt8]

    init(_ preview: Picture<Float>, _ pattern: StaticPattern?) {
        var picture = preview
        if let pattern { for at in picture.samples.indices { picture.samples[at] -= pattern.picture.samples[at] } }
        let middle = Self.median(picture.samples)
        for at in picture.samples.indices { picture.samples[at] -= middle }
        let deviation = 1.4826 * Self.median(picture.samples.map(abs))
        let floor = max(0.015, 4 * deviation)
        self.picture = picture
        active = picture.samples.map { abs($0) > floor ? 1 : 0 }
    }

    /// Whether enough lies in the field to compare it at all.
    var isEmpty: Bool { active.reduce(0) { $0 + Int($1) } < max(24, active.count / 2000) }

    private static func median(_ values: [Float]) -> Float {
        var some = stride(from: 0, to: values.count, by: 7).map { values[$0] }
        some.sort()
        return some[some.count / 2]
    }
}
