/// Why a Zip file could not be read or written.
package struct ZipError: Error, Equatable {
    /// One sentence: what failed, on what.
    package let message: String
    /// What to do about it.
    package let hint: String

    init(_ message: String, hint: String) {
        self.message = message
        self.hint = hint
    }
}
