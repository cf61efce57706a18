import Glibc

/// Files that are there whole or not at all, also after a power cut.
enum AtomicFile {
    /// A reader sees the old file or the whole new one; where writing fails, the old one stays.
    /// - Throws: `.cannotWrite`.
    static func write(_ bytes: [UInt8], to path: String) throws(TrainingError) {
        let temporary = path + ".\(getpid()).partial"
        func refused() -> TrainingError {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            return TrainingError(
                .cannotWrite, "\(path) cannot be written: \(reason)", hint: "check the folder and the free space")
        }
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw refused() }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + written, $0.count - written) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                let error = refused()
                close(descriptor)
                throw error
            }
            written += count
        }
        guard fsync(descriptor) == 0 else {
            let error = refused()
            close(descriptor)
            throw error
        }
        guard close(descriptor) == 0, rename(temporary, path) == 0 else { throw refused() }
        let folder = open(path.lastIndex(of: "/").map { String(path[..<$0]) + "/" } ?? ".", O_RDONLY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }
}
