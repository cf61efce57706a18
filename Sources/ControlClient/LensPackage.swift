import ControlAPI
import Zip

/// A lens in one file, as `neurallens lens export` writes it: a Zip file with `lens.json`, what that names, and the model card.
/// They may lie in one folder of it. Nothing else of the file is looked at.
package struct LensPackage: LensSource {
    package static let manifestName = "lens.json"
    package static let cardName = "README.md"

    package let path: String
    package let manifest: LensSourceManifest
    package let card: [UInt8]?
    private let zip: ZipReader
    /// By name, with where its bytes begin.
    private var files: [String: (entry: ZipReader.Entry, start: Int64)] = [:]

    /// - Throws: `cannotRead` where the file holds no lens, or not all of one.
    package init(_ path: String) throws(ControlClientError) {
        self.path = path
        let zip = try Self.asRefusals { () throws(ZipError) in try ZipReader(path: path) }
        let found = zip.entries.filter { $0.name == Self.manifestName || $0.name.hasSuffix("/" + Self.manifestName) }
        guard let entry = found.first, found.count == 1 else {
            throw Self.foreign(
                path, found.isEmpty ? "it holds no lens.json" : "it holds \(found.count) files called lens.json")
        }
        let prefix = String(entry.name.dropLast(Self.manifestName.count))
        manifest = try LensSourceManifest(
            try Self.asRefusals { () throws(ZipError) in try zip.contents(entry, atMost: LensFolder.textBytes) },
            path: "lens.json in \(path)")
        let cardEntry = zip.entry(prefix + Self.cardName)
        card = try Self.asRefusals { () throws(ZipError) in
            if let cardEntry { try zip.contents(cardEntry, atMost: 1 << 20) } else { nil }
        }
        for file in manifest.files {
            guard let entry = zip.entry(prefix + file.name) else {
                throw Self.foreign(path, "\(file.name) is missing, which its lens.json names")
            }
            files[file.name] = (entry, try Self.asRefusals { () throws(ZipError) in try zip.start(of: entry) })
        }
        self.zip = zip
    }

    package func size(of file: String) throws(ControlClientError) -> Int64 { try known(file).entry.bytes }

    package func read(_ file: String, at offset: Int64, count: Int) throws(ControlClientError) -> [UInt8] {
        let (entry, start) = try known(file)
        return try Self.asRefusals { () throws(ZipError) in
            try zip.read(entry, from: start, at: offset, count: count)
        }
    }

    private func known(_ file: String) throws(ControlClientError) -> (entry: ZipReader.Entry, start: Int64) {
        guard let known = files[file] else {
            throw ControlClientError(
                .notUnderstood,
                "the daemon asks for \(visible(file)), which is no file of the lens in \(visible(path))",
                hint: "check that neurallens and neurallensd are of one version")
        }
        return known
    }

    private static func foreign(_ path: String, _ reason: String) -> ControlClientError {
        ControlClientError(
            .cannotRead, "\(visible(path)) is no lens: \(visible(reason))",
            hint: "name a file that `neurallens lens export` wrote, or the folder of a lens")
    }

    private static func asRefusals<Value>(_ body: () throws(ZipError) -> Value) throws(ControlClientError) -> Value {
        do throws(ZipError) {
            return try body()
        } catch {
            throw ControlClientError(.cannotRead, visible(error.message), hint: error.hint)
        }
    }
}
