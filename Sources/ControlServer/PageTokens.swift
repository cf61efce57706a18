import Glibc
import UnixSocket

/// The two secrets that open the page over TCP: one for looking and changing, one for looking only.
package struct PageTokens: Sendable, Equatable {
    let change: String
    let read: String

    /// 256 bits each.
    private static let bytes = 32

    /// Fresh ones.
    package init() {
        change = Self.random()
        read = Self.random()
    }

    /// Those of a folder's `page-tokens`, which is made with mode 0600 where it is not there. A file that others could
    /// read, or that holds no tokens, is replaced: what it held may be known.
    package init(folder: String) throws(PageError) {
        let path = folder + "/page-tokens"
        if let known = Self(reading: path) {
            self = known
            return
        }
        self.init()
        let text = "\(change)\n\(read)\n"
        let temporary = "\(path).\(getpid())"
        do throws(Errno) {
            unlink(temporary)
            let descriptor = try retryingOnInterrupt {
                open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            }
            defer { close(descriptor) }
            _ = try retryingOnInterrupt { write(descriptor, text, text.utf8.count) }
            _ = try retryingOnInterrupt { fsync(descriptor) }
            _ = try retryingOnInterrupt { rename(temporary, path) }
        } catch {
            throw PageError(
                "the page's tokens cannot be written to \(path): \(error)",
                hint: "check that the state folder can be written to")
        }
    }

    /// Nil where the file is not there or cannot be trusted.
    private init?(reading path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 == 0,
            status.st_uid == geteuid()
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return nil }
        let lines = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n").map(String.init)
        guard lines.count == 2, lines[0] != lines[1],
            lines.allSatisfy({ $0.utf8.count == 2 * Self.bytes && $0.allSatisfy(\.isHexDigit) })
        else { return nil }
        (change, read) = (lines[0], lines[1])
    }

    /// From the kernel's generator, which `SystemRandomNumberGenerator` is on Linux.
    private static func random() -> String {
        let hex = Array("0123456789abcdef")
        var generator = SystemRandomNumberGenerator()
        return String((0..<(2 * bytes)).map { _ in hex[Int.random(in: 0..<16, using: &generator)] })
    }
}
