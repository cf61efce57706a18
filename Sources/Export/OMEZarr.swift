internal import Imaging
internal import Quantities

/// Groups and arrays of OME-Zarr (Moore et al. 2021, *OME-NGFF*, Nature Methods 18, 1496-1498; version 0.4 on Zarr 2). Chunks
/// are not compressed.
struct OMEZarr {
    /// Pixels a side.
    private static let chunk = 512
    /// Levels are halved until the longer side is at most this.
    private static let smallest = 256
    static let version = "0.4"

    private(set) var files: [(name: String, bytes: [UInt8])] = []

    /// - Parameter attributes: nil for none.
    mutating func group(_ path: String, _ attributes: JSON?) {
        let folder = path.isEmpty ? "" : "\(path)/"
        add("\(folder).zgroup", .object(["zarr_format": .integer(2)]))
        if let attributes { add("\(folder).zattrs", attributes) }
    }

    private mutating func add(_ name: String, _ json: JSON) { files.append((name, json.bytes)) }

    /// A picture and the halves of it, as levels `0`, `1`, ... of a group.
    /// - Parameters:
    ///   - planes: of one channel each and of one size; one plane without channels is an array of two axes.
    ///   - halved: a level from the one before.
    ///   - nmPerPixel: nil: unknown.
    ///   - position: of the upper left corner, in µm.
    ///   - more: attributes besides.
    mutating func image<Sample: FixedWidthInteger & Sendable>(
        _ path: String, name: String, planes: [Picture<Sample>], hasChannels: Bool, nmPerPixel: Double?,
        position: SIMD2<Double>?, more: [String: JSON], halved: (Picture<Sample>) -> Picture<Sample>
    ) {
        var level = planes, datasets: [JSON] = []
        let scale = nmPerPixel.map { $0 / 1000 } ?? 1
        while true {
            let size = Double(1 << datasets.count)
            let corner = position ?? .zero
            // A level's pixels are those of the first one, so many together: its first centre lies further in.
            let shift = (size / 2) * scale
            let (leading, zero): ([JSON], [JSON]) = hasChannels ? ([.number(1)], [.number(0)]) : ([], [])
            datasets.append(
                .object([
                    "path": .string("\(datasets.count)"),
                    "coordinateTransformations": .array([
                        .object([
                            "type": .string("scale"),
                            "scale": .array(leading + [.number(scale * size), .number(scale * size)]),
                        ]),
                        .object([
                            "type": .string("translation"),
                            "translation": .array(zero + [.number(corner.y + shift), .number(corner.x + shift)]),
                        ]),
                    ]),
                ]))
            array("\(path)/\(datasets.count - 1)", level, hasChannels: hasChannels)
            guard max(level[0].width, level[0].height) > Self.smallest else { break }
            level = level.map(halved)
        }
        var space: [String: JSON] = ["type": .string("space")]
        if nmPerPixel != nil { space["unit"] = .string("micrometer") }
        let channel: [JSON] = hasChannels ? [.object(["name": .string("c"), "type": .string("channel")])] : []
        let multiscale = JSON.object([
            "version": .string(Self.version), "name": .string(name), "datasets": .array(datasets),
            "axes": .array(
                channel + ["y", "x"].map { axis in .object(space.merging(["name": .string(axis)]) { $1 }) }),
        ])
        group(path, .object(more.merging(["multiscales": .array([multiscale])]) { $1 }))
    }

    private mutating func array<Sample: FixedWidthInteger & Sendable>(
        _ path: String, _ planes: [Picture<Sample>], hasChannels: Bool
    ) {
        let (width, height, bytes) = (planes[0].width, planes[0].height, Sample.bitWidth / 8)
        func shape(_ first: Int, _ rest: [Int]) -> JSON {
            .array(((hasChannels ? [first] : []) + rest).map { .integer(Int64($0)) })
        }
        add(
            "\(path)/.zarray",
            .object([
                "zarr_format": .integer(2), "shape": shape(planes.count, [height, width]),
                "chunks": shape(1, [Self.chunk, Self.chunk]), "order": .string("C"), "fill_value": .integer(0),
                "dtype": .string(bytes == 1 ? "|u1" : "<u\(bytes)"), "compressor": .null, "filters": .null,
                "dimension_separator": .string("/"),
            ]))
        for (channel, plane) in planes.enumerated() {
            for top in stride(from: 0, to: height, by: Self.chunk) {
                for left in stride(from: 0, to: width, by: Self.chunk) {
                    let name = "\(top / Self.chunk)/\(left / Self.chunk)"
                    files.append(
                        ("\(path)/\(hasChannels ? "\(channel)/" : "")\(name)", Self.chunk(of: plane, left, top)))
                }
            }
        }
    }

    /// Whole chunks: what lies outside of the picture is 0.
    private static func chunk<Sample: FixedWidthInteger>(
        of plane: Picture<Sample>, _ left: Int, _ top: Int
    ) -> [UInt8] {
        var chunk = [Sample](repeating: 0, count: Self.chunk * Self.chunk)
        for row in top..<min(top + Self.chunk, plane.height) {
            let from = row * plane.width + left, count = min(Self.chunk, plane.width - left)
            let to = (row - top) * Self.chunk
            chunk.replaceSubrange(to..<to + count, with: plane.samples[from..<from + count].lazy.map(\.littleEndian))
        }
        return chunk.withUnsafeBytes { Array($0) }
    }

    /// Means of 2 x 2 pixels; a last odd row or column is left out.
    static func mean<Sample: FixedWidthInteger & Sendable>(_ picture: Picture<Sample>) -> Picture<Sample> {
        reduced(picture) { a, b, c, d in
            Sample(truncatingIfNeeded: (UInt64(a) + UInt64(b) + UInt64(c) + UInt64(d) + 2) / 4)
        }
    }

    /// Of 2 x 2 pixels the upper left one: labels have no means.
    static func nearest<Sample: FixedWidthInteger & Sendable>(_ picture: Picture<Sample>) -> Picture<Sample> {
        reduced(picture) { a, _, _, _ in a }
    }

    /// - Parameter picture: of one channel.
    private static func reduced<Sample: FixedWidthInteger & Sendable>(
        _ picture: Picture<Sample>, _ value: (Sample, Sample, Sample, Sample) -> Sample
    ) -> Picture<Sample> {
        let (width, samples) = (picture.width, picture.samples)
        let (halfWidth, halfHeight) = (max(1, width / 2), max(1, picture.height / 2))
        var half: [Sample] = []
        half.reserveCapacity(halfWidth * halfHeight)
        for y in 0..<halfHeight {
            let upper = 2 * y * width, lower = min(2 * y + 1, picture.height - 1) * width
            for x in 0..<halfWidth {
                let left = 2 * x, right = min(2 * x + 1, width - 1)
                half.append(
                    value(
                        samples[upper + left], samples[upper + right], samples[lower + left], samples[lower + right]))
            }
        }
        return Picture(width: halfWidth, height: halfHeight, channels: 1, samples: half)
    }
}

extension Picture {
    /// A picture a channel.
    var planes: [Picture<Sample>] {
        (0..<channels).map { channel in
            Picture(
                width: width, height: height, channels: 1,
                samples: stride(from: channel, to: samples.count, by: channels).map { samples[$0] })
        }
    }
}
