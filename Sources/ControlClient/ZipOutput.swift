import Glibc
import Zip

/// A Zip file that a command was asked to write: whole or not at all.
final class ZipOutput {
    private let path: String
    private let overwrite: Bool
    private let partial: String
    private let zip: ZipWriter

    /// - Parameter overwrite: whether a file that is there is replaced.
    init(_ path: String, overwrite: Bool) throws(ControlClientError) {
        let partial = "\(path).part"
        zip = try Self.asClientError { () throws(ZipError) in try ZipWriter(path: partial) }
        self.path = path
        self.overwrite = overwrite
        self.partial = partial
    }

    deinit { unlink(partial) }

    /// Begins a file; what `add` gives belongs to it.
    func begin(_ name: String) throws(ControlClientError) {
        try Self.asClientError { () throws(ZipError) in try zip.begin(name) }
    }

    func add(_ bytes: ArraySlice<UInt8>) throws(ControlClientError) {
        try Self.asClientError { () throws(ZipError) in try zip.add(bytes) }
    }

    func add(_ name: String, _ bytes: [UInt8]) throws(ControlClientError) {
        try Self.asClientError { () throws(ZipError) in try zip.add(name, bytes) }
    }

    func finish() throws(ControlClientError) {
        try Self.asClientError { () throws(ZipError) in try zip.finish() }
        try OutputFile.adopt(partial, as: path, overwrite: overwrite)
    }

    private static func asClientError<Value>(
        _ body: () throws(ZipError) -> Value
    ) throws(ControlClientError) -> Value {
        do throws(ZipError) {
            return try body()
        } catch {
            throw ControlClientError(.cannotWrite, visible(error.message), hint: error.hint)
        }
    }
}
