internal import Glibc
internal import Quantities

extension CameraDevice {
    /// The capture devices present, by number. Devices that cannot be opened or do not capture are left out.
    package static func present() -> [CameraDevice] {
        let stable = stablePaths()
        return Directory.names(at: "/dev")
            .compactMap { name in name.hasPrefix("video") ? Int(name.dropFirst(5)) : nil }
            .sorted()
            .compactMap { number in
                try? V4L2Device(path: "/dev/video\(number)", stablePaths: stable).identity
            }
    }

    /// Device path to its path under /dev/v4l/by-id.
    static func stablePaths() -> [String: String] {
        let folder = "/dev/v4l/by-id"
        return Directory.names(at: folder).sorted().reduce(into: [:]) { paths, name in
            guard let target = realPath("\(folder)/\(name)") else { return }
            if paths[target] == nil { paths[target] = "\(folder)/\(name)" }
        }
    }

    /// With symbolic links followed; nil where there is no such file.
    static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
