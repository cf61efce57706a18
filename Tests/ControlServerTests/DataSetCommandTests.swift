import ControlAPI
import ControlClient
import Foundation
import Testing

/// Labels that `neurallens export` writes for other programs to learn from.
@Suite struct DataSetCommandTests {
    /// Runs the program beside a daemon with slides A and B, in a folder that is removed afterwards.
    private func withSlides(
        _ body: (_ folder: URL, _ run: ([String]) async throws -> Outcome) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("data-set-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withServer { served throws in
            for name in ["A", "B"] {
                _ = try await served.instrument.createSlide(SlideCreation(name: name), by: Peer(uid: 0, gid: 0, pid: 0))
            }
            try await body(folder) { try await neurallens($0 + ["--socket", served.path]) }
        }
    }

    private func json(_ file: URL) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    }

    private func text(_ file: URL) throws -> String { try String(contentsOf: file, encoding: .utf8) }

    /// Area by counting points of a fine grid, with none of the formula's ways.
    private func area(_ polygons: [[Double]]) -> Double {
        let step = 0.02
        return polygons.reduce(0) { sum, flat in
            let corners = stride(from: 0, to: flat.count, by: 2).map { (flat[$0], flat[$0 + 1]) }
            var inside = 0
            for x in stride(from: step / 2, to: 40, by: step) {
                for y in stride(from: step / 2, to: 20, by: step) {
                    var isInside = false
                    for (a, b) in zip(corners, corners.dropFirst() + corners.prefix(1)) {
                        if (a.1 > y) != (b.1 > y), x < (b.0 - a.0) * (y - a.1) / (b.1 - a.1) + a.0 { isInside.toggle() }
                    }
                    if isInside { inside += 1 }
                }
            }
            return sum + Double(inside) * step * step
        }
    }

    @Test func cocoHoldsWhatItsSpecificationAsksFor() async throws {
        try await withSlides { folder, run in
            let output = folder.appendingPathComponent("coco")
            let outcome = try await run(
                ["export", "A", "--held-out", "B", "--format", "coco", "--licence", "CC-BY-4.0", "-o", output.path])
            #expect(outcome.status == 0 && outcome.output.contains("3 pictures, 4 objects"), "\(outcome.errors)")

            let train = try json(output.appendingPathComponent("annotations/instances_train.json"))
            let val = try json(output.appendingPathComponent("annotations/instances_val.json"))
            let licenses = try #require(train["licenses"] as? [[String: Any]])
            #expect(licenses.map { $0["name"] as? String } == ["CC-BY-4.0"] && licenses[0]["id"] as? Int == 1)
            #expect(licenses[0]["url"] as? String == "https://spdx.org/licenses/CC-BY-4.0.html")

            let images = try #require(train["images"] as? [[String: Any]])
            #expect(images.map { $0["file_name"] as? String } == ["capture-7.png", "capture-8.png"])
            for image in images {
                #expect(image["width"] as? Int == 40 && image["height"] as? Int == 20 && image["license"] as? Int == 1)
                let name = try #require(image["file_name"] as? String)
                let bytes = try Data(contentsOf: output.appendingPathComponent("train/\(name)"))
                #expect(bytes == Data(StandInInstrument.picture))
            }
            // The second one's scale is not known.
            #expect(images[0]["nm_per_pixel"] as? Double == 180 && images[1]["nm_per_pixel"] == nil)

            let categories = try #require(train["categories"] as? [[String: Any]])
            #expect(categories.map { $0["id"] as? Int } == [1, 2, 3])
            #expect(
                categories.map { $0["name"] as? String } == ["Iva \"x\": #anthiifolia ü", "Betula", "other object"])
            #expect((val["categories"] as? [[String: Any]])?.count == 3)

            let annotations = try #require(train["annotations"] as? [[String: Any]])
            #expect(Set(annotations.compactMap { $0["id"] as? Int }) == [1, 2, 3])
            #expect(annotations.allSatisfy { $0["image_id"] as? Int == 7 && $0["iscrowd"] as? Int == 0 })
            #expect(annotations.map { $0["category_id"] as? Int } == [1, 1, 3])
            #expect(annotations.map { $0["on_border"] as? Bool } == [true, false, false])
            for annotation in annotations {
                let polygons = try #require(annotation["segmentation"] as? [[Double]])
                #expect(polygons.allSatisfy { $0.count >= 6 && $0.count % 2 == 0 })
                let stated = try #require(annotation["area"] as? Double)
                #expect(abs(stated - area(polygons)) < 0.02 * stated)
                let x = polygons.flatMap { flat in stride(from: 0, to: flat.count, by: 2).map { flat[$0] } }
                let y = polygons.flatMap { flat in stride(from: 1, to: flat.count, by: 2).map { flat[$0] } }
                #expect(
                    annotation["bbox"] as? [Double]
                        == [x.min()!, y.min()!, x.max()! - x.min()!, y.max()! - y.min()!])
            }
            // A square of 2 x 2 pixels.
            let only = try #require((val["annotations"] as? [[String: Any]])?.first)
            #expect(only["area"] as? Double == 4 && only["bbox"] as? [Double] == [1, 1, 2, 2])

            let rows = try text(output.appendingPathComponent("fields.csv")).components(separatedBy: "\r\n")
            #expect(rows[0] == "file,part,slide,capture,width,height,nm_per_pixel,objects")
            #expect(rows[2] == "train/capture-8.png,train,A,8,40,20,,0")
            #expect(rows[3] == "val/capture-9.png,val,B,9,40,20,180.0,1")
            let readMe = try text(output.appendingPathComponent("README.md"))
            #expect(readMe.contains("Licence: CC-BY-4.0") && readMe.contains("\\#anthiifolia"))
        }
    }

    @Test func yoloHoldsALineAnObject() async throws {
        try await withSlides { folder, run in
            let output = folder.appendingPathComponent("yolo")
            let outcome = try await run(["export", "A", "--held-out", "B", "--format", "yolo", "-o", output.path])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let description = try text(output.appendingPathComponent("data.yaml"))
            #expect(description.contains("train: images/train\nval: images/val\n") && !description.contains("license"))
            #expect(
                description.contains(
                    "names:\n  0: \"Iva \\\"x\\\": #anthiifolia ü\"\n  1: \"Betula\"\n  2: \"other object\"\n"))
            let lines = try text(output.appendingPathComponent("labels/train/capture-7.txt")).split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines[0] == "0 0.0 0.1 0.1 0.1 0.1 0.425 0.0 0.425")
            #expect(
                lines.allSatisfy { $0.split(separator: " ").dropFirst().allSatisfy { (0...1).contains(Double($0)!) } })
            // Nothing lies in the second field: its labels are there, and empty.
            #expect(try text(output.appendingPathComponent("labels/train/capture-8.txt")).isEmpty)
            #expect(try text(output.appendingPathComponent("labels/val/capture-9.txt")).hasPrefix("1 0.025 0.05 "))
            let names = try FileManager.default.contentsOfDirectory(
                atPath: output.appendingPathComponent("images/val").path)
            #expect(names == ["capture-9.png"])
            #expect(try text(output.appendingPathComponent("README.md")).contains("Licence: not stated"))
        }
    }

    @Test func pix2pixShowsFieldAndLabels() async throws {
        try await withSlides { folder, run in
            let output = folder.appendingPathComponent("pairs")
            let outcome = try await run(
                ["export", "A", "--held-out", "B", "--format", "pix2pix", "-o", output.path, "--json"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let summary = try WireFormat.decode(DataSetFolder.Summary.self, from: Data(outcome.output.utf8))
            #expect(
                summary.pictures == 3 && summary.format == "pix2pix"
                    && summary.slides.map(\.isHeldOut) == [false, true])
            #expect(try text(output.appendingPathComponent("train/capture-8.png")) == "8: iva and betula")
            #expect(try text(output.appendingPathComponent("test/capture-9.png")) == "9: iva and betula")
            #expect(try text(output.appendingPathComponent("README.md")).contains("blue other object"))
        }
    }

    @Test func whatIsThereStays() async throws {
        try await withSlides { folder, run in
            let output = folder.appendingPathComponent("mine")
            try FileManager.default.createDirectory(at: output, withIntermediateDirectories: false)
            let refused = try await run(["export", "A", "--format", "coco", "-o", output.path])
            #expect(refused.status == 1 && refused.errors.contains("it exists"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["mine"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: output.path).isEmpty)
            for wrong in [
                ["A", "B", "--format", "csv"], ["A", "--format", "csv", "--held-out", "B"],
                ["A", "--format", "json", "--licence", "MIT"], ["A", "--held-out", "A", "--format", "coco"],
                ["A", "--format", "yolo", "--overwrite"], ["A", "--format", "coco", "--licence", "<b>"],
                ["A", "--format", "coco", "--capture", "7"],
            ] {
                let outcome = try await run(["export"] + wrong + ["-o", output.path + "2"])
                #expect(outcome.status == 64, "\(wrong)")
            }
            let unknown = try await run(["export", "C", "--format", "coco", "-o", output.path + "2"])
            #expect(unknown.status == 1)
            let nowhere = try await run(["export", "A", "--format", "coco", "-o", "/nonexistent/x/y"])
            #expect(nowhere.status == 1 && nowhere.errors.contains("/nonexistent/x/y"))
        }
    }

    @Test func aFullDiskLeavesNothingBehind() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("data-set-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withServer { served throws in
            _ = try await served.instrument.createSlide(SlideCreation(name: "A"), by: Peer(uid: 0, gid: 0, pid: 0))
            let outcome = try await neurallens(
                ["export", "A", "--format", "coco", "-o", folder.appendingPathComponent("coco").path],
                environment: ["NEURALLENS_SOCKET": served.path], shell: "ulimit -f 100; trap '' XFSZ")
            #expect(outcome.status == 1 && outcome.errors.contains("make room"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        }
    }
}
