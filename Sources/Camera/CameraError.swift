/// Why a camera, or a source standing in for one, did not do what was asked.
package struct CameraError: Error, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable, Equatable {
        /// No device, folder or picture at the given place.
        case notFound
        /// Another program streams from the device.
        case busy
        case permissionDenied
        /// The device offers no format that this program reads.
        case noUsableFormat
        /// A format, size or rate was asked for that the device does not offer.
        case modeNotOffered
        /// The device streams and no good frame arrived in time.
        case noSignal
        /// The device went away.
        case disconnected
        /// No control of that name, or one that cannot be set now.
        case badControl
        /// A control's value outside its range, step or menu.
        case outOfRange
        /// Only frames cut short arrived in time.
        case truncatedFrame
        /// A picture in a folder that cannot be read.
        case unreadablePicture
        /// A camera source that is not written as one.
        case badSource
        /// The source has no such thing.
        case unsupported
        /// The source was closed.
        case closed
        /// Any other system call that failed.
        case system
    }

    package let code: Code
    /// What was attempted: "VIDIOC_DQBUF", "open".
    package let operation: String
    package let errno: Int32?
    /// One sentence: what failed, on what.
    package let message: String
    /// What to do about it.
    package let hint: String

    package init(_ code: Code, operation: String, errno: Int32? = nil, _ message: String, hint: String) {
        self.code = code
        self.operation = operation
        self.errno = errno
        self.message = message
        self.hint = hint
    }

    /// That the machine was short of something: what failed may go well in a moment.
    package var isPassing: Bool { code == .system && errno.map(Self.passing.contains) == true }

    package var description: String { "\(message); \(hint)" }
}
