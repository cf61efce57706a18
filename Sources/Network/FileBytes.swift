import Glibc

/// The bytes of a file, mapped for reading, or of an array.
///
/// `@unchecked Sendable`: the bytes are never written after `init`.
package final class FileBytes: @unchecked Sendable {
    package let bytes: UnsafeRawBufferPointer
    private let mapped: Bool

    init(_ array: [UInt8]) {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(array.count, 1), alignment: 64)
        copy.copyBytes(from: array)
        bytes = UnsafeRawBufferPointer(rebasing: copy[..<array.count])
        mapped = false
    }

    /// - Throws: `.unreadable`.
    package init(path: String) throws(NetworkError) {
        func refused(_ hint: String) -> NetworkError {
            NetworkError(.unreadable, "\(path) cannot be read: \(String(cString: strerror(errno)))", hint: hint)
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw refused("check the path and its permissions") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw refused("check the file system") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw NetworkError(
                .unreadable, "\(path) is not a regular file", hint: "give the path of a safetensors file")
        }
        guard status.st_size > 0 else {
            throw NetworkError(.malformed, "\(path) is empty", hint: "get the file again")
        }
        let size = Int(status.st_size)
        guard let map = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), map != MAP_FAILED else {
            throw refused("check the file system and the memory limits")
        }
        bytes = UnsafeRawBufferPointer(start: map, count: size)
        mapped = true
    }

    deinit {
        guard let base = UnsafeMutableRawPointer(mutating: bytes.baseAddress) else { return }
        if mapped { munmap(base, bytes.count) } else { base.deallocate() }
    }

    /// Writes a new file that is there whole or not at all, also after a power cut: a reader sees the old file or the
    /// whole new one; where writing fails, the old one stays.
    /// - Throws: `.cannotWrite`.
    package static func write(_ bytes: [UInt8], to path: String) throws(NetworkError) {
        let temporary = path + ".\(getpid()).partial"
        func refused() -> NetworkError {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            return NetworkError(
                .cannotWrite, "\(path) cannot be written: \(reason)", hint: "check the folder and the free space")
        }
        // The new file takes the old one's place, whatever that was: a device is not to be replaced by a file.
        var old = stat()
        guard stat(path, &old) != 0 || old.st_mode & S_IFMT == S_IFREG else {
            throw NetworkError(
                .cannotWrite, "\(path) cannot be written: it is not a regular file", hint: "name a file, or a new one")
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
