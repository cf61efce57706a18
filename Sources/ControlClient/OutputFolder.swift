import FoundationEssentials
import Glibc
import SystemCalls

/// A folder that a command was asked to make: beside its place, and moved there when it is complete. Whole or not at all.
package final class OutputFolder {
    /// Without a slash at its end.
    let path: String
    private let partial: String
    private var folders: Set<String> = []
    private var isWhole = false

    /// - Parameter path: must not be there.
    init(_ path: String) throws(ControlClientError) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        partial = "\(self.path).\(String(UInt32.random(in: 0 ... .max), radix: 16)).partial"
        try Self.requireAbsent(self.path)
        try OutputFile.makeFolder(partial)
    }

    deinit { if !isWhole { try? FileManager.default.removeItem(atPath: partial) } }

    /// - Parameter name: relative to the folder; the folders on the way are made.
    func add(_ name: String, _ bytes: [UInt8]) throws(ControlClientError) {
        let parts = name.split(separator: "/")
        for count in 1..<max(1, parts.count) {
            let folder = parts.prefix(count).joined(separator: "/")
            if folders.insert(folder).inserted { try OutputFile.makeFolder("\(partial)/\(folder)") }
        }
        try OutputFile.write(bytes, to: "\(partial)/\(name)")
    }

    /// - Returns: its path.
    @discardableResult func finish() throws(ControlClientError) -> String {
        try Self.requireAbsent(path)
        do throws(Errno) { try systemCall { rename(partial, path) } } catch {
            throw ControlClientError(
                .cannotWrite, "cannot make the folder \(visible(path)): \(error)", hint: "name another folder")
        }
        isWhole = true
        return path
    }

    /// Fails where something is there already, before work is done for it.
    package static func requireAbsent(_ path: String) throws(ControlClientError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        throw ControlClientError(
            .cannotWrite, "cannot make the folder \(visible(path)): it exists", hint: "name another one, or remove it")
    }
}
