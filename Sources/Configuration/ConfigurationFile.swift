package import Foundation
internal import TOMLKit

/// The daemon's configuration file: TOML, of keys and values without tables; neurallensd.toml(5).
package struct ConfigurationFile {
    /// What the daemon asks for; a file with another key is not read.
    package static let keys = [
        "camera", "lens", "nm_per_pixel", "state_dir", "socket", "http", "http_allow_remote", "log_level",
    ]
    /// Longer is no configuration.
    static let longest = 1 << 20

    private let path: String
    private let table: TOMLTable

    /// - Throws: `ConfigurationError` where the file cannot be read, is no TOML, or has a key that is not known.
    package init(path: String) throws {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw ConfigurationError("\(path) cannot be read: \(error.localizedDescription)")
        }
        try self.init(data, path: path)
    }

    /// - Parameter path: as refusals name it.
    package init(_ bytes: Data, path: String) throws {
        guard bytes.count <= Self.longest else {
            throw ConfigurationError("\(path) is longer than a configuration file may be, \(Self.longest) bytes")
        }
        guard let text = String(data: bytes, encoding: .utf8) else {
            throw ConfigurationError("\(path) is no text in UTF-8; save it as UTF-8")
        }
        self.path = path
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw ConfigurationError("\(path), line \(error.source.begin.line): \(error.description)")
        }
        if let unknown = table.keys.first(where: { !Self.keys.contains($0) }) {
            throw ConfigurationError(
                "\(path) has the unknown key \(unknown); known are \(Self.keys.joined(separator: ", "))")
        }
    }

    package func text(_ key: String) throws -> String? {
        guard let value = table[key] else { return nil }
        guard let text = value.string else { throw ConfigurationError("\(key) in \(path) must be a string in quotes") }
        return text
    }

    package func number(_ key: String) throws -> Double? {
        guard let value = table[key] else { return nil }
        guard let number = value.double ?? value.int.map(Double.init) else {
            throw ConfigurationError("\(key) in \(path) must be a number")
        }
        return number
    }

    package func flag(_ key: String) throws -> Bool? {
        guard let value = table[key] else { return nil }
        guard let flag = value.bool else { throw ConfigurationError("\(key) in \(path) must be true or false") }
        return flag
    }
}
