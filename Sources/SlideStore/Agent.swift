import Foundation

/// Who asked for a change: the process at the other end of the control socket, or the daemon itself.
package struct Agent: Sendable, Equatable {
    package let userID: UInt32
    package let processID: Int32

    package init(userID: UInt32, processID: Int32) {
        self.userID = userID
        self.processID = processID
    }

    /// This process.
    package static var current: Agent { Agent(userID: getuid(), processID: getpid()) }
}
