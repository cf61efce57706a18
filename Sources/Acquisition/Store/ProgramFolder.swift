package import Foundation

/// Where this program was installed, whatever it was called by.
package enum ProgramFolder {
    /// The folder of its file; nil where the kernel does not say.
    package static var url: URL? {
        guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            return nil
        }
        return URL(fileURLWithPath: program).deletingLastPathComponent()
    }
}
