import Glibc
import SystemCalls

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
        // What cannot be trusted goes: a link is not to be written through.
        unlink(path)
        do throws(Errno) {
            try AtomicFile.write(Array("\(change)\n\(read)\n".utf8), to: path, replacing: false, permissions: 0o600)
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
