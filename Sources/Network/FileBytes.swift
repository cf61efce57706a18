import Glibc
import SystemCalls

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

    /// Writes a new file that is there whole or not at all; where writing fails, the old one stays.
    /// - Throws: `.cannotWrite`, also for what is no regular file: a pipe that nobody reads would be waited for.
    package static func write(_ bytes: [UInt8], to path: String) throws(NetworkError) {
        var old = stat()
        guard stat(path, &old) != 0 || old.st_mode & S_IFMT == S_IFREG else {
            throw NetworkError(
                .cannotWrite, "\(path) cannot be written: it is not a regular file", hint: "name a file, or a new one")
        }
        do throws(Errno) { try AtomicFile.write(bytes, to: path) } catch {
            throw NetworkError(
                .cannotWrite, "\(path) cannot be written: \(error)", hint: "check the folder and the free space")
        }
    }
}
