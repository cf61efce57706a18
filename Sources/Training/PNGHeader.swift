import Glibc

/// Size of a PNG file's picture, from its first bytes: a data set of thousands is checked before training starts.
struct PNGHeader {
    let width: Int
    let height: Int
    let fileBytes: Int

    /// - Throws: `.unreadable`, `.badDataSet`.
    init(path: String) throws(TrainingError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw TrainingError(
                .unreadable, "\(path) cannot be read: \(String(cString: strerror(errno)))",
                hint: "every field needs all its pictures: pair it again, or take its name out of the splits")
        }
        defer { close(descriptor) }
        var status = stat()
        fstat(descriptor, &status)
        fileBytes = Int(status.st_size)
        var head = [UInt8](repeating: 0, count: 24)
        let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
        guard read(descriptor, &head, head.count) == head.count, Array(head[..<8]) == signature,
            Array(head[12..<16]) == Array("IHDR".utf8)
        else {
            throw TrainingError(.badDataSet, "\(path) is not a PNG picture", hint: "save the picture again as PNG")
        }
        func number(_ at: Int) -> Int { head[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        width = number(16)
        height = number(20)
    }
}
