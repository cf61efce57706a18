import Quantities

/// Where frames come from, as users write it: `simulated[:SEED]`, `folder:DIR`, or the path of a V4L2 device.
package enum CameraSourceSpecification: Sendable, Equatable, CustomStringConvertible {
    case simulated(seed: UInt64)
    case folder(path: String)
    case device(path: String)

    /// The seed of `simulated` alone.
    package static let defaultSeed: UInt64 = 1

    package init(parsing text: String) throws(CameraError) {
        func bad(_ message: String) -> CameraError {
            CameraError(
                .badSource, operation: "parse", message,
                hint: "write simulated, simulated:SEED, folder:DIR or a device such as /dev/video0")
        }
        if text == "simulated" {
            self = .simulated(seed: Self.defaultSeed)
        } else if text.hasPrefix("simulated:") {
            let digits = text.dropFirst("simulated:".count)
            guard let seed = UInt64(digits), digits.allSatisfy(\.isNumber) else {
                throw bad("the seed \"\(digits)\" of the simulated microscope is not a whole number from 0 to 2^64 - 1")
            }
            self = .simulated(seed: seed)
        } else if text.hasPrefix("folder:") {
            let path = String(text.dropFirst("folder:".count))
            guard !path.isEmpty else { throw bad("the camera source \"folder:\" names no folder") }
            self = .folder(path: path)
        } else if text.hasPrefix("/dev/") && text.count > "/dev/".count {
            self = .device(path: text)
        } else {
            throw bad("\"\(text)\" is not a camera source")
        }
    }

    package var description: String {
        switch self {
        case .simulated(let seed): "simulated:\(seed)"
        case .folder(let path): "folder:\(path)"
        case .device(let path): path
        }
    }
}
