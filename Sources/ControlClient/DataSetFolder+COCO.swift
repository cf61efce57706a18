import ControlAPI
import FoundationEssentials

/// COCO's object detection format, https://cocodataset.org/#format-data: polygons from the upper left corner of the
/// picture, boxes as x, y, width and height, numbers from 1.
extension DataSetFolder {
    private struct File: Encodable {
        struct Info: Encodable {
            var description: String
            var version: String
        }
        struct License: Encodable {
            var id: Int
            var name: String
            var url: String
        }
        struct Image: Encodable {
            var id: Int64
            var fileName: String
            var width: Int
            var height: Int
            var license: Int?
            var slide: String
            var nmPerPixel: Double?
        }
        struct Category: Encodable {
            var id: Int
            var name: String
            var supercategory: String
            var key: String?
        }
        struct Annotation: Encodable {
            var id: Int64
            var imageId: Int64
            var categoryId: Int
            var segmentation: [[Double]]
            var area: Double
            var bbox: [Double]
            var iscrowd: Int
            var onBorder: Bool
        }
        var info: Info
        var licenses: [License]
        var images: [Image]
        var categories: [Category]
        var annotations: [Annotation]
    }

    func coco(isHeldOut: Bool) -> String {
        let fields = report.fields.filter { $0.isHeldOut == isHeldOut }
        let file = File(
            info: .init(description: "Labelled pollen, NeuralLens \(version)", version: "1"),
            licenses: licence.map {
                // Several licences have no page of their own.
                [.init(id: 1, name: $0, url: $0.contains(" ") ? "" : "https://spdx.org/licenses/\($0).html")]
            } ?? [],
            images: fields.map {
                .init(
                    id: $0.capture, fileName: "\(name($0)).png", width: $0.width, height: $0.height,
                    license: licence.map { _ in 1 }, slide: $0.slide, nmPerPixel: $0.nmPerPixel)
            },
            categories: classes.enumerated().map { index, name in
                let key = report.species.indices.contains(index) ? report.species[index].key : nil
                return .init(id: index + 1, name: name, supercategory: key == nil ? "object" : "pollen", key: key)
            },
            annotations: fields.flatMap { field in
                field.objects.map { object in
                    let rings = object.ringsPx.map { $0.map { Self.rounded($0) } }
                    let x = rings.joined().map(\.x), y = rings.joined().map(\.y)
                    let (x0, y0) = (x.min() ?? 0, y.min() ?? 0)
                    return .init(
                        id: object.grain, imageId: field.capture, categoryId: classNumber(object) + 1,
                        segmentation: rings.map { $0.flatMap { [$0.x, $0.y] } },
                        area: rings.reduce(0) { $0 + Self.area($1) },
                        bbox: [x0, y0, (x.max() ?? 0) - x0, (y.max() ?? 0) - y0], iscrowd: 0, onBorder: object.onBorder)
                }
            })
        // All numbers in it have an end.
        return (try? WireFormat.encode(file)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private static func rounded(_ corner: SIMD2<Double>) -> SIMD2<Double> {
        (corner * 100).rounded(.toNearestOrEven) / 100
    }

    /// In square pixels (Gauss's formula).
    private static func area(_ ring: [SIMD2<Double>]) -> Double {
        abs(
            ring.indices.reduce(0) { sum, index in
                let (a, b) = (ring[index], ring[(index + 1) % ring.count])
                return sum + (a.x * b.y - b.x * a.y) / 2
            })
    }
}
