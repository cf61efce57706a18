internal import Glibc
internal import SystemCalls

enum Directory {
    /// The names in a folder, without "." and ".."; empty for one that cannot be read.
    static func names(at path: String) -> [String] {
        (try? entries(at: path)) ?? []
    }

    static func entries(at path: String) throws(Errno) -> [String] {
        guard let directory = opendir(path) else { throw Errno(code: errno) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = String(field: entry.pointee.d_name)
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
