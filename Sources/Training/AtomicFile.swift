import Network

/// Files that are there whole or not at all, also after a power cut, with errors in this module's words.
enum AtomicFile {
    /// A reader sees the old file or the whole new one; where writing fails, the old one stays.
    /// - Throws: `.cannotWrite`.
    static func write(_ bytes: [UInt8], to path: String) throws(TrainingError) {
        do {
            try FileBytes.write(bytes, to: path)
        } catch {
            throw TrainingError(.cannotWrite, error.message, hint: error.hint)
        }
    }
}
