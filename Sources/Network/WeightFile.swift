package import Tensor
import Kernels

/// A safetensors file: an 8-byte little-endian header length, a JSON header of names, number types, shapes and byte
/// ranges, then the tensors' bytes (https://github.com/huggingface/safetensors#format). Every length is checked before
/// a tensor can be asked for; the numbers are read in place.
package struct WeightFile: Sendable {
    package struct Entry: Sendable, Equatable {
        package let type: ScalarType
        package let shape: TensorShape
        /// Within the data that follow the header.
        package let byteRange: Range<Int>
    }

    /// Longest header read: 100 MB, as in the reference implementation.
    package static let maximumHeaderBytes = 100_000_000

    /// In messages: the path, or what the bytes are.
    package let source: String
    package let entries: [String: Entry]
    package let metadata: [String: String]
    private let file: FileBytes
    private let dataStart: Int

    /// - Throws: `.unreadable`, `.malformed`.
    package init(path: String) throws(NetworkError) {
        try self.init(FileBytes(path: path), source: path)
    }

    /// - source: names the bytes in messages.
    package init(bytes: [UInt8], source: String = "weights in memory") throws(NetworkError) {
        try self.init(FileBytes(bytes), source: source)
    }

    /// - source: names the bytes in messages.
    package init(_ file: FileBytes, source: String) throws(NetworkError) {
        func malformed(_ what: String) -> NetworkError {
            NetworkError(
                .malformed, "\(source) is not a sound safetensors file: \(what)",
                hint: "get the file again, or save it anew with safetensors")
        }
        let bytes = file.bytes
        if let other = ForeignFile(bytes) { throw other.error(source) }
        guard bytes.count >= 8 else { throw malformed("it has \(bytes.count) bytes, the header alone takes 8") }
        let stated = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard stated <= UInt64(Self.maximumHeaderBytes) else {
            throw malformed("its first 8 bytes give a header of \(stated) bytes")
        }
        let headerBytes = Int(stated)
        guard headerBytes <= bytes.count - 8 else {
            throw malformed("it ends after \(bytes.count) bytes, within its header of \(headerBytes) bytes")
        }
        let header = UnsafeRawBufferPointer(rebasing: bytes[8..<8 + headerBytes])
        guard header.first == UInt8(ascii: "{") else { throw malformed("its header does not start with '{'") }
        let members: [(key: String, value: JSONValue)]
        do {
            guard case .object(let object) = try JSONReader.read(header) else { throw malformed("header is no object") }
            members = object
        } catch let error as JSONReader.Failure {
            throw malformed("header, byte \(error.offset): \(error.message)")
        } catch {
            throw malformed("header is no object")
        }

        let dataBytes = bytes.count - 8 - headerBytes
        var entries: [String: Entry] = [:]
        var metadata: [String: String] = [:]
        for (name, value) in members {
            guard case .object(let fields) = value else { throw malformed("\(name) is described by no object") }
            if name == "__metadata__" {
                for (key, value) in fields {
                    guard case .string(let text) = value else { throw malformed("metadata \(key) is no text") }
                    metadata[key] = text
                }
                continue
            }
            do {
                entries[name] = try Self.entry(fields, dataBytes: dataBytes)
            } catch {
                throw malformed("tensor \(name) \(error.what)")
            }
        }
        // The data must be covered once, without gaps: nothing hidden, nothing shared.
        var covered = 0
        let ranges = entries.map { (name: $0.key, range: $0.value.byteRange) }
        for (name, range) in ranges.sorted(by: {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }) {
            guard range.lowerBound == covered else {
                let what = range.lowerBound < covered ? "overlaps the tensor" : "leaves a gap"
                throw malformed("tensor \(name) \(what) before it")
            }
            covered = range.upperBound
        }
        guard covered == dataBytes else { throw malformed("\(dataBytes - covered) bytes follow its last tensor") }
        self.file = file
        self.source = source
        self.entries = entries
        self.metadata = metadata
        dataStart = 8 + headerBytes
    }

    private struct EntryFailure: Error { let what: String }

    private static func entry(
        _ fields: [(key: String, value: JSONValue)], dataBytes: Int
    ) throws(EntryFailure) -> Entry {
        var type: ScalarType?
        var shape: TensorShape?
        var range: Range<Int>?
        for (key, value) in fields {
            switch (key, value) {
            case ("dtype", .string(let name)):
                type = ScalarType(rawValue: name)
                if type == nil { throw EntryFailure(what: "has the unknown number type \(name)") }
            case ("shape", .array(let values)):
                shape = integers(values).flatMap { TensorShape($0) }
                if shape == nil { throw EntryFailure(what: "has a shape that is no list of reasonable lengths") }
            case ("data_offsets", .array(let values)):
                guard let offsets = integers(values), offsets.count == 2, offsets[0] <= offsets[1] else {
                    throw EntryFailure(what: "has no two ascending data_offsets")
                }
                guard offsets[1] <= dataBytes else {
                    throw EntryFailure(
                        what: "ends at byte \(offsets[1]) of the data, of which there are \(dataBytes): it is cut short"
                    )
                }
                range = offsets[0]..<offsets[1]
            default: throw EntryFailure(what: "has an unexpected \(key)")
            }
        }
        guard let type, let shape, let range else { throw EntryFailure(what: "lacks dtype, shape or data_offsets") }
        let (byteCount, overflow) = shape.count.multipliedReportingOverflow(by: type.byteCount)
        guard !overflow && byteCount == range.count else {
            throw EntryFailure(what: "has \(range.count) bytes, which do not make \(shape) of \(type.rawValue)")
        }
        return Entry(type: type, shape: shape, byteRange: range)
    }

    private static func integers(_ values: [JSONValue]) -> [Int]? {
        var integers: [Int] = []
        for value in values {
            guard case .integer(let integer) = value else { return nil }
            integers.append(integer)
        }
        return integers
    }

    /// The tensor's numbers as Float.
    /// - Throws: `.foreign` (no such tensor), `.wrongShape` (not a floating-point type), `.notFinite`.
    package func floats(_ name: String) throws(NetworkError) -> [Float] {
        guard let entry = entries[name] else {
            throw NetworkError(.foreign, "\(source) has no tensor \(name)", hint: "check that it is the right file")
        }
        let floats: [Float]
        switch entry.type {
        case .float32: floats = numbers(entry)
        case .float16: floats = ShortFloat.fp16.floats(numbers(entry))
        case .bfloat16: floats = ShortFloat.bf16.floats(numbers(entry))
        case .float64: floats = (numbers(entry) as [Double]).map { Float($0) }
        default:
            throw NetworkError(
                .wrongShape, "tensor \(name) of \(source) holds \(entry.type.rawValue), not F64, F32, F16 or BF16",
                hint: "save the weights as 32- or 16-bit floating-point numbers")
        }
        guard allFinite(floats) else {
            throw NetworkError(
                .notFinite, "tensor \(name) of \(source) holds NaN or infinite numbers",
                hint: "the training that made it has diverged; take an earlier checkpoint")
        }
        return floats
    }

    /// The entry's numbers as they are; the file may start them at any address.
    private func numbers<Number: BitwiseCopyable>(_ entry: Entry) -> [Number] {
        [Number](unsafeUninitializedCapacity: entry.shape.count) { out, count in
            let start = dataStart + entry.byteRange.lowerBound
            UnsafeMutableRawBufferPointer(out).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: file.bytes[start..<start + entry.byteRange.count]))
            count = entry.shape.count
        }
    }
}
