import Foundation
import Network
import Tensor
import Testing

@Suite("Safetensors")
struct WeightFileTests {
    /// A file of this header, as text, and this many zero bytes of data.
    private func file(_ header: String, data: Int = 0, statedLength: UInt64? = nil) -> [UInt8] {
        let length = statedLength ?? UInt64(header.utf8.count)
        return withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array(header.utf8)
            + [UInt8](repeating: 0, count: data)
    }

    private func tensor(_ name: String, _ type: String = "F32", _ shape: String = "[2]", _ offsets: String = "[0,8]")
        -> String
    {
        "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
    }

    @Test("what is written is read back, with odd names and all number types")
    func roundTrip() throws {
        let values: [Float] = [1, -0.5, 65_504, 0x1p-24, 0, -2]
        var writer = SafetensorsWriter(metadata: [("note", "a \"quote\", a \\ and\na line"), ("μ", "é😀\u{1}")])
        for (name, type) in [("a.b \"c\"", ScalarType.float32), ("half", .float16), ("brain", .bfloat16)] {
            writer.add(name, TensorShape([2, 1, 3])!, values, as: type)
        }
        writer.add("scalar", TensorShape([])!, [7])
        let file = try WeightFile(bytes: writer.bytes())
        #expect(file.metadata == ["note": "a \"quote\", a \\ and\na line", "μ": "é😀\u{1}"])
        #expect(try file.floats("a.b \"c\"") == values)
        #expect(try file.floats("half") == values)
        #expect(try file.floats("brain") == [1, -0.5, 65_536, 0x1p-24, 0, -2])
        #expect(try file.floats("scalar") == [7])
        #expect(file.entries["half"]?.shape.extents == [2, 1, 3])
    }

    @Test("a file of the reference implementation is read, strange types included")
    func reference() throws {
        let file = try Fixture("batch-5").checkpoint
        let counter = try #require(file.entries["model.model.1.model.2.num_batches_tracked"])
        #expect(counter.type == .int64 && counter.shape.rank == 0)
        #expect(try file.floats("model.model.0.weight").count == 4 * 3 * 16)
        #expect(throws: NetworkError.self) { try file.floats("model.model.1.model.2.num_batches_tracked") }
    }

    @Test("escapes in names are undone")
    func escapes() throws {
        let header =
            "{\"a\\u0062\\n\\/\\ud83d\\ude00\" : {\"dtype\":\"U8\", \"shape\":[ 1 ,3],\"data_offsets\":[0,3]} }  "
        #expect(try WeightFile(bytes: file(header, data: 3)).entries.keys.first == "ab\n/😀")
    }

    @Test("damaged files are refused with the place of the damage")
    func damage() {
        let a = tensor("a")
        let damaged: [(String, [UInt8], String)] = [
            ("empty", [], "0 bytes"),
            ("seven bytes", [0, 0, 0, 0, 0, 0, 0], "7 bytes"),
            ("header beyond the end", file("{}", statedLength: 1000), "ends after 10 bytes"),
            ("absurd header", file("{}", statedLength: .max), "18446744073709551615"),
            ("a PNG", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 0, count: 64), "header"),
            ("no object", file("[]"), "'{'"),
            ("leading space", file(" {}"), "'{'"),
            ("text behind", file("{}x"), "byte 2"),
            ("open string", file("{\"a"), "string without end"),
            ("half an escape", file("{\"a\\u12"), "string without end"),
            ("lone surrogate", file("{\"\\ud800\":{}}"), "surrogate"),
            ("raw control character", file("{\"a\u{1}\":{}}"), "control character"),
            (
                "fraction", file("{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}", data: 8),
                "whole number"
            ),
            ("negative", file("{\(tensor("a", "F32", "[-2]"))}", data: 8), "unexpected character"),
            ("leading zero", file("{\(tensor("a", "F32", "[02]"))}", data: 8), "leading zero"),
            ("number too large", file("{\(tensor("a", "F32", "[99999999999999999999]"))}", data: 8), "too large"),
            ("deep nesting", file("{\"a\":" + String(repeating: "[", count: 100)), "nested too deeply"),
            ("trailing comma", file("{\(a),}", data: 8), "key was expected"),
            ("name twice", file("{\(a),\(a)}", data: 8), "twice"),
            ("unknown type", file("{\(tensor("a", "F99"))}", data: 8), "F99"),
            ("missing shape", file("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", data: 8), "lacks"),
            ("unexpected field", file("{\"a\":{\"dtype\":\"F32\",\"colour\":1}}", data: 8), "colour"),
            ("shape and bytes disagree", file("{\(tensor("a", "F32", "[3]"))}", data: 8), "[3]"),
            ("shape overflows", file("{\(tensor("a", "F32", "[4294967296,4294967296]"))}", data: 8), "shape"),
            ("bytes overflow", file("{\(tensor("a", "F32", "[4611686018427387904]"))}", data: 8), "F32"),
            ("backwards", file("{\(tensor("a", "F32", "[2]", "[8,0]"))}", data: 8), "ascending"),
            ("cut short", file("{\(a)}", data: 7), "cut short"),
            ("bytes behind", file("{\(a)}", data: 9), "1 bytes follow"),
            ("gap", file("{\(tensor("a", "F32", "[2]", "[4,12]"))}", data: 12), "gap"),
            ("overlap", file("{\(a),\(tensor("b", "F32", "[2]", "[4,12]"))}", data: 12), "overlaps"),
            ("metadata of numbers", file("{\"__metadata__\":{\"a\":1}}"), "metadata a"),
        ]
        for (name, bytes, clue) in damaged {
            let error = #expect(throws: NetworkError.self, "\(name)") {
                try WeightFile(bytes: bytes, source: "lens.file")
            }
            #expect(error?.code == .malformed, "\(name)")
            #expect(error?.message.contains("lens.file") == true, "\(name)")
            #expect(error?.message.contains(clue) == true, "\(name): \(error?.message ?? "")")
        }
    }

    @Test("every truncation and a thousand flipped bits: refused or read, never trapped")
    func fuzz() throws {
        let whole = try importGenerator(Fixture("odd-channels").checkpoint, normalisation: .running)
        for length in stride(from: 0, to: whole.count, by: 61) {
            #expect(throws: NetworkError.self) { try WeightFile(bytes: Array(whole[..<length])) }
        }
        var state: UInt64 = 1
        for _ in 0..<1000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var bytes = whole
            bytes[Int(state >> 33) % 2500] ^= UInt8(1 << (state >> 61))
            if let file = try? WeightFile(bytes: bytes) { _ = try? GeneratorWeights(file) }
        }
    }

    @Test("NaN and infinity are refused by name")
    func notFinite() throws {
        for (bad, type) in [
            (Float.nan, ScalarType.float32), (.infinity, .float32), (1e6, .float16), (-.nan, .bfloat16),
        ] {
            var writer = SafetensorsWriter()
            writer.add("layer.weight", TensorShape([3])!, [1, bad, 2], as: type)
            let file = try WeightFile(bytes: writer.bytes())
            let error = #expect(throws: NetworkError.self) { try file.floats("layer.weight") }
            #expect(error?.code == .notFinite && error?.message.contains("layer.weight") == true)
        }
    }

    @Test("paths that cannot be read say why")
    func unreadable() throws {
        let folder = FileManager.default.temporaryDirectory.path
        for (path, clue) in [("/nonexistent/a", "No such file"), (folder, "not a regular file")] {
            let error = #expect(throws: NetworkError.self) { try WeightFile(path: path) }
            #expect(error?.code == .unreadable && error?.message.contains(clue) == true)
        }
    }
}
