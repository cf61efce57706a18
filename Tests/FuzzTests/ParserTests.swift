import Configuration
import ControlAPI
import Foundation
import Imaging
import Lens
import Network
import Pairing
import Testing

/// Parsers of foreign bytes on mutants of good files: each either reads them or throws its own kind of error. A trap
/// ends the test program; the mutant that did it then lies in the folder `NEURALLENS_FUZZ_LAST`, where that is set.
///
/// `NEURALLENS_FUZZ_CASES` mutants a parser (a few thousand in the ordinary test run), `NEURALLENS_FUZZ_SEED`.
@Suite(.serialized) struct ParserTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let cases = environment["NEURALLENS_FUZZ_CASES"].flatMap { Int($0) } ?? 1500
    private static let seed = environment["NEURALLENS_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    private static func files(_ folder: String, _ endings: [String]) throws -> [[UInt8]] {
        let place = tests.appendingPathComponent(folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
        return try names.filter { name in endings.contains { name.hasSuffix($0) } }.map {
            [UInt8](try Data(contentsOf: place.appendingPathComponent($0)))
        }
    }

    /// What the last case was, kept where it outlives a crash.
    private static func attack<Refusal: Error>(
        _ parser: String, _ corpus: [[UInt8]], refusing: Refusal.Type, _ read: ([UInt8]) throws -> Void
    ) {
        #expect(!corpus.isEmpty, "\(parser) has no files to start from")
        var mutator = Mutator(seed: seed)
        let last = environment["NEURALLENS_FUZZ_LAST"]
        var accepted = 0
        for number in 0..<cases {
            let mutant = mutator.mutant(of: corpus)
            if let last { try? Data(mutant).write(to: URL(fileURLWithPath: "\(last)/\(parser)")) }
            do {
                try read(mutant)
                accepted += 1
            } catch {
                #expect(error is Refusal, "\(parser) \(number): \("\(error)".debugDescription)")
            }
        }
        print("fuzz: \(parser): \(cases) cases, seed \(seed), \(accepted) read, \(cases - accepted) refused")
    }

    @Test func safetensors() throws {
        // Small ones: a mutant of a large file differs in its weights alone.
        var corpus = try Self.files("NetworkTests/Fixtures", [".safetensors"]).filter { $0.count < 140_000 }
        corpus += try Self.files("Fixtures/lenses/small", ["labelling.safetensors"])
        Self.attack("safetensors", corpus, refusing: NetworkError.self) { bytes in
            let file = try WeightFile(bytes: bytes)
            _ = try GeneratorWeights(file)
        }
    }

    @Test func manifests() throws {
        let corpus = try Self.files("Fixtures/lenses/small", [".json"])
        Self.attack("lens.json", corpus, refusing: LensError.self) { bytes in
            _ = try LensManifest.decode(Data(bytes), path: "lens.json")
        }
    }

    @Test func pictures() throws {
        var corpus = try Self.files("ImagingTests/Fixtures", [".tif", ".jpg"])
        let grey = Picture<UInt8>(width: 9, height: 7, channels: 1, samples: (0..<63).map { UInt8($0 * 4) })
        let rgb = Picture<UInt16>(width: 5, height: 6, channels: 3, samples: (0..<90).map { UInt16($0 * 700) })
        corpus.append(try PNG.encode(grey))
        corpus.append(try PNG.encode(rgb, nmPerPixel: 180))
        Self.attack("pictures", corpus, refusing: ImagingError.self) { bytes in
            _ = try PictureFile.decode(bytes, name: "picture")
        }
    }

    @Test func labels() throws {
        let corpus = [
            "file,species,x,y\na.png,iva,10,20\nb.png,galanthus,30,40\n",
            "file;species;x0;y0;x1;y1\na.png;iva;10,5;20;30;40\n",
            #"{"a.png": [[0, 1, 2, 30, 40]], "b.png": [[1, 5, 5, 9, 9]]}"#,
            #"{"images":[{"id":1,"file_name":"a.png","width":64,"height":64}],"categories":[{"id":1,"name":"iva"}],"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,2,3,4],"segmentation":[[1,1,9,1,9,9]]}]}"#,
            #"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[1,1],[9,1],[9,9],[1,1]]]},"properties":{"classification":{"name":"iva"}}}]}"#,
            #"{"shapes":[{"label":"iva","points":[[1,2],[3,4]],"shape_type":"rectangle"}],"imagePath":"a.png"}"#,
            #"{"images":[{"id":1,"file_name":"a.png"}],"categories":[{"id":1,"name":"iva"}],"annotations":[{"image_id":1,"category_id":1,"segmentation":{"counts":[5,2,2,2,2,2,5],"size":[4,5]}},{"image_id":1,"category_id":1,"segmentation":{"counts":"e<n0:00WOi00kc0","size":[40,30]}}]}"#,
            #"{"a.png9":{"filename":"a.png","size":9,"regions":[{"shape_attributes":{"name":"ellipse","cx":9,"cy":9,"rx":4,"ry":3,"theta":1.5},"region_attributes":{"species":"iva"}}]}}"#,
            "filename,region_shape_attributes,region_attributes\na.png,\"{\"\"name\"\":\"\"rect\"\",\"\"x\"\":1,\"\"y\"\":2,\"\"width\"\":9,\"\"height\"\":8}\",\"{\"\"species\"\":\"\"iva\"\"}\"\n",
            "sep=;\nImage;Class;Centroid X µm;Centroid Y µm;unit\na.png;iva;10,5;20;um\n",
            "0 0.5 0.5 0.1 0.2\n1 0.8 0.5 0.1 0.2 0.9\n0 0.1 0.1 0.2 0.1 0.2 0.2 0.15 0.3\n",
        ].map { Array($0.utf8) }
        let folder = NSTemporaryDirectory() + "fuzz-labels-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var number = 0
        Self.attack("labels", corpus, refusing: PairingError.self) { bytes in
            number += 1
            let path = folder + ["/labels.json", "/labels.csv", "/labels.txt"][number % 3]
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            _ = try LabelFile(path: path)
        }
    }

    private static let configurations = [
        "camera = \"/dev/video0\"\nlens = '/usr/share/lens'\nnm_per_pixel = 180.0\nhttp = \"127.0.0.1:8080\"\n",
        "# none\r\nstate_dir=\"/var/lib/neurallens\" # here\r\nhttp_allow_remote = true\r\nlog_level = \"info\"\r\n",
        "nm_per_pixel = 1_80\n\n  camera = \"simulated:7\\t\\\"\\\\\" # a comment\nsocket = \"/run/\\u006e\\U0001F52C.sock\"\n",
        "nm_per_pixel = -0.5e+2\nhttp_allow_remote = false\ncamera = ''\nlens = \"\"\n",
        "camera = { a = [1, [2, {b = 1979-05-27T07:32:00Z}]] }\n[lens]\nx.y = inf\n[[http]]\nz = 0x7fffffffffffffff\n",
        "[ = 1\n", "camera = \"\"\"a\nb\"\"\"\nlens = 1979-05-27T\"\"2:00Z\n",
    ].map { Array($0.utf8) }

    @Test func configurations() {
        Self.attack("configurations", Self.configurations, refusing: ConfigurationError.self) { bytes in
            let file = try ConfigurationFile(Data(bytes), path: "neurallensd.toml")
            for key in ConfigurationFile.keys {
                _ = try? file.text(key)
                _ = try? file.number(key)
                _ = try? file.flag(key)
            }
        }
    }

    /// What is read is TOML, and is read as Python's tomllib reads it.
    @Test func configurationsAgreeWithPython() throws {
        var mutator = Mutator(seed: Self.seed)
        var read: [(text: String, file: ConfigurationFile)] = []
        var texts = Self.configurations
        for _ in 0..<20_000 { texts.append(mutator.mutant(of: Self.configurations)) }
        for bytes in texts {
            // The mark that a text may begin with is no TOML, and is passed over.
            guard let text = String(validating: bytes, as: UTF8.self), !text.hasPrefix("\u{feff}"),
                let file = try? ConfigurationFile(Data(bytes), path: "neurallensd.toml")
            else { continue }
            read.append((text, file))
        }
        try #require(read.count > 1000)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("fuzz-toml-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (question, answer) = (folder.appendingPathComponent("texts"), folder.appendingPathComponent("values"))
        try JSONEncoder().encode(read.map(\.text)).write(to: question)
        let program = Process()
        program.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        program.arguments = [
            "-c",
            """
            import json, sys, tomllib
            def value(text):
                try:
                    return {key: [type(item).__name__, item if isinstance(item, (str, bool)) else repr(float(item))]
                            for key, item in tomllib.loads(text).items()}
                except Exception as error:
                    return {"refused": ["str", str(error)]}
            texts = json.load(open(sys.argv[1]))
            lines = [[key, *item] for text in texts for key, item in [("", ["", ""]), *value(text).items()]]
            json.dump([[str(part) for part in line] for line in lines], open(sys.argv[2], "w"))
            """, question.path, answer.path,
        ]
        try program.run()
        program.waitUntilExit()
        try #require(program.terminationStatus == 0)
        var number = -1
        for line in try JSONDecoder().decode([[String]].self, from: Data(contentsOf: answer)) {
            if line[0].isEmpty {
                number += 1
                continue
            }
            let (text, file) = read[number]
            let told = Comment(rawValue: "\(text.debugDescription): Python says \(line)")
            switch line[1] {
            case "str": #expect(try file.text(line[0]) == line[2], told)
            case "bool": #expect(try file.flag(line[0]) == (line[2] == "True"), told)
            case "int", "float": #expect(try file.number(line[0]) == Double(line[2]), told)
            default: Issue.record(told)
            }
        }
    }

    @Test func requests() throws {
        let corpus = [
            #"{"slide":"s","count":3,"interval_seconds":5,"stage_um":[10,20]}"#,
            #"{"slide":"s","interval_seconds":30,"until_precision":0.1,"count":10}"#,
            #"{"action":"relabel","grain":3,"species":"iva","reviewer":"M"}"#,
            #"{"objective":"20x","pixel_pitch_um":3.6,"magnification":20}"#,
            #"{"name":"a","note":"b"}"#,
        ].map { Array($0.utf8) }
        Self.attack("requests", corpus, refusing: DecodingError.self) { bytes in
            let data = Data(bytes)
            var refusals: [any Error] = []
            func read<Value: Decodable>(_ type: Value.Type) {
                do { _ = try WireFormat.decode(type, from: data) } catch { refusals.append(error) }
            }
            read(CaptureRequest.self)
            read(CapturePlanRequest.self)
            read(ReviewRequest.self)
            read(CalibrationRequest.self)
            read(SlideCreation.self)
            read(SlideChange.self)
            read(ReanalysisRequest.self)
            if refusals.count == 7 { throw refusals[0] }
        }
    }
}
