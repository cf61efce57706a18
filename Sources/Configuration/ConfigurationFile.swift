package import Foundation

/// The daemon's configuration file, neurallensd.toml(5): the part of TOML 1.0 that it needs, which is lines of a key and
/// a string, a number, true or false, blank lines and comments.
///
/// Read here and not by a library: toml++, which the Swift packages for TOML wrap, ends the program at a table without
/// a name and at some broken dates.
package struct ConfigurationFile {
    /// What the daemon asks for; a file with another key is not read.
    package static let keys = [
        "camera", "lens", "nm_per_pixel", "state_dir", "socket", "http", "http_allow_remote", "log_level", "archive",
        "keep_pictures_days", "motor", "motor_firmware", "motor_baud", "motor_x_um", "motor_y_um", "motor_z_um",
        "motor_x_mm_per_um", "motor_y_mm_per_um", "motor_z_mm_per_um", "motor_backlash_um", "motor_um_per_second",
    ]
    /// Longer is no configuration.
    static let longestBytes = 1 << 20

    private let path: String
    private var values: [String: ConfigurationLine.Value] = [:]

    /// - Throws: `ConfigurationError` where the file cannot be read, a line is not understood, or a key is not known.
    package init(path: String) throws(ConfigurationError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw ConfigurationError("\(path) cannot be read: \(error.localizedDescription)")
        }
        try self.init(data, path: path)
    }

    /// - Parameter path: as refusals name it.
    package init(_ bytes: Data, path: String) throws(ConfigurationError) {
        guard bytes.count <= Self.longestBytes else {
            throw ConfigurationError("\(path) is longer than a configuration file may be, \(Self.longestBytes) bytes")
        }
        // Editors on Windows begin a text in UTF-8 with a mark.
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        guard let text = String(validating: bytes.starts(with: mark) ? bytes.dropFirst(3) : bytes, as: UTF8.self) else {
            throw ConfigurationError("\(path) is no text in UTF-8; save it as UTF-8")
        }
        self.path = path
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, line) in lines.enumerated() {
            let place = "\(path), line \(index + 1)"
            let isPlain = line.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 || $0 == "\t" }
            guard isPlain else {
                throw ConfigurationError("\(place), has a character that no text has; save the file as plain text")
            }
            guard let line = try ConfigurationLine(line, place) else { continue }
            guard Self.keys.contains(line.key) else {
                throw ConfigurationError(
                    "\(place), has the unknown key \(line.key); known are \(Self.keys.joined(separator: ", "))")
            }
            guard values.updateValue(line.value, forKey: line.key) == nil else {
                throw ConfigurationError("\(place), states \(line.key) a second time; keep one")
            }
        }
    }

    package func text(_ key: String) throws(ConfigurationError) -> String? {
        guard let value = values[key] else { return nil }
        guard case .text(let text) = value else {
            throw ConfigurationError("\(key) in \(path) must be a string in quotes")
        }
        return text
    }

    package func number(_ key: String) throws(ConfigurationError) -> Double? {
        guard let value = values[key] else { return nil }
        guard case .number(let number) = value else { throw ConfigurationError("\(key) in \(path) must be a number") }
        return number
    }

    package func flag(_ key: String) throws(ConfigurationError) -> Bool? {
        guard let value = values[key] else { return nil }
        guard case .flag(let flag) = value else {
            throw ConfigurationError("\(key) in \(path) must be true or false")
        }
        return flag
    }
}
