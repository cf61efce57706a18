internal import ArgumentParser
internal import CChild
internal import Foundation
internal import Teaching

/// What the daemon asks of a program that it starts: to give way to all others, to end with it, and to tell how far it is.
struct ChildOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Of a daemon that started it: work when nothing else does, end with it, write progress as lines of JSON.",
            valueName: "process", visibility: .hidden))
    var childOf: Int32?

    private static let idle: Int32 = 5  // SCHED_IDLE of <linux/sched.h>

    /// Before any thread is started: they inherit it.
    func begin() throws {
        guard let childOf else { return }
        guard nl_die_with_parent() == 0, getppid() == childOf else {
            throw fail("process \(childOf) has ended", hint: "this is started by neurallensd alone")
        }
        var parameters = sched_param()
        if sched_setscheduler(0, Self.idle, &parameters) != 0 { _ = nice(19) }
        // Where memory is short, the daemon and its captures are worth more.
        try? Data("1000".utf8).write(to: URL(fileURLWithPath: "/proc/self/oom_score_adj"))
    }

    /// - Parameter progress: asked for where there is a daemon that hears it.
    func tell(_ progress: @autoclosure () -> ChildProgress) {
        guard childOf != nil, var line = try? JSONEncoder().encode(progress()) else { return }
        line.append(0x0a)
        FileHandle.standardOutput.write(line)
    }
}
