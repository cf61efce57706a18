import ControlAPI
import FoundationEssentials

/// The outlines of Ultralytics' YOLO, https://docs.ultralytics.com/datasets/segment/: a line an object, its class from 0 and
/// corners as shares of the picture's sides.
extension DataSetFolder {
    /// `data.yaml`. Texts are JSON's, which YAML reads as they are.
    var yoloDescription: String {
        func text(_ value: String) -> String {
            (try? WireFormat.encode([value])).map { String(decoding: $0.dropFirst().dropLast(), as: UTF8.self) }
                ?? "\"\""
        }
        var lines = [
            "# Written by NeuralLens \(version).", "path: .", "train: images/train",
            report.fields.contains(where: \.isHeldOut)
                ? "val: images/val" : "# No slide is held out; name one to judge by as val.",
        ]
        if let licence { lines.append("license: \(text(licence))") }
        lines.append("names:")
        for (index, name) in classes.enumerated() { lines.append("  \(index): \(text(name))") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Empty for a field in which nothing lies.
    func yoloLabels(_ field: DataSetReport.Field) -> String {
        let size = SIMD2(Double(field.width), Double(field.height))
        return field.objects.map { object in
            // The largest comes first.
            let corners = (object.ringsPx.first ?? []).map { corner in
                let share = (corner / size * 1e6).rounded(.toNearestOrEven) / 1e6
                return "\(share.x) \(share.y)"
            }
            return "\(classNumber(object)) \(corners.joined(separator: " "))\n"
        }.joined()
    }
}
