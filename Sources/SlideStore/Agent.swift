import Foundation

/// Who asked for a change: the process at the other end of the control socket, or the daemon itself.
package struct Agent: Sendable, Equatable {
    package let userID: UInt32
    package let processID: Int32
    /// Login name; empty where unknown. Kept with what people sign: runs, reviews and calibrations.
    package let userName: String

    package init(userID: UInt32, processID: Int32, userName: String = "") {
        self.userID = userID
        self.processID = processID
        self.userName = userName
    }

    /// This process.
    package static var current: Agent { Agent(userID: getuid(), processID: getpid()) }
}
