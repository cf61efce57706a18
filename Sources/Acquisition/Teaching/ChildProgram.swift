internal import Foundation
internal import Quantities
internal import Synchronization
internal import SystemCalls

/// A program beside this one that computes for hours, in a process of its own: its memory is its own, its threads give way
/// to those of the daemon, and where it falls nothing else does.
///
/// A thread starts it and waits for its end: the kernel kills it when that thread ends, however that comes.
final class ChildProgram: Sendable {
    /// How it ended.
    enum End: Sendable, Equatable {
        case exited(Int32)
        case killed(signal: Int32)
        /// It was not started.
        case failed(Errno)
    }

    private struct State {
        /// Nil before it runs and once it has ended.
        var process: pid_t?
        var isTerminated = false
        var isPaused = false
    }

    private let state = Mutex(State())
    private let path: String
    private let arguments: [String]
    private let log: String

    /// - Parameters:
    ///   - log: file that its complaints are written to.
    init(path: String, arguments: [String], log: String) {
        self.path = path
        self.arguments = arguments
        self.log = log
    }

    /// A program in the folder of this one; nil where it is not there.
    static func path(of name: String) -> String? {
        guard let path = ProgramFolder.url?.appendingPathComponent(name).path, access(path, X_OK) == 0 else {
            return nil
        }
        return path
    }

    /// Runs it to its end. Where the task is cancelled it is asked to end (SIGTERM), and waited for.
    /// - Parameter said: called with every line that it writes, on a thread.
    func run(said: @escaping @Sendable (String) -> Void) async -> End {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<End, Never>) in
                let thread = Thread { continuation.resume(returning: self.runHere(said)) }
                thread.name = "neurallens.child"
                thread.start()
            }
        } onCancel: {
            terminate()
        }
    }

    /// Lets it rest while others need the processor.
    func setPaused(_ isPaused: Bool) {
        state.withLock { state in
            guard state.isPaused != isPaused else { return }
            state.isPaused = isPaused
            if let process = state.process, !state.isTerminated { kill(process, isPaused ? SIGSTOP : SIGCONT) }
        }
    }

    private func terminate() {
        state.withLock { state in
            state.isTerminated = true
            guard let process = state.process else { return }
            kill(process, SIGTERM)
            // What rests hears nothing.
            kill(process, SIGCONT)
        }
    }

    // MARK: On the thread

    private func runHere(_ said: (String) -> Void) -> End {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return .failed(Errno(code: errno)) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let started: Result<pid_t, Errno> = state.withLock { state in
            guard !state.isTerminated else { return .failure(Errno(code: ECANCELED)) }
            let result = spawn(output: ends[1])
            if case .success(let process) = result {
                state.process = process
                if state.isPaused { kill(process, SIGSTOP) }
            }
            return result
        }
        close(ends[1])
        defer { close(ends[0]) }
        switch started {
        case .failure(let error): return .failed(error)
        case .success(let process):
            read(ends[0], said)
            return wait(for: process)
        }
    }

    private func spawn(output: Int32) -> Result<pid_t, Errno> {
        var actions = posix_spawn_file_actions_t(), attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        // Cameras, sockets and the database stay here.
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
            if let descriptor = Int32(name), descriptor > STDERR_FILENO {
                posix_spawn_file_actions_addclose(&actions, descriptor)
            }
        }
        var none = sigset_t(), usual = sigset_t()
        sigemptyset(&none)
        sigfillset(&usual)
        posix_spawnattr_setsigmask(&attributes, &none)
        // The daemon ignores some, and what is ignored is inherited.
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        words.append(nil)
        var process: pid_t = 0
        let code = posix_spawn(&process, path, &actions, &attributes, words, environ)
        return code == 0 ? .success(process) : .failure(Errno(code: code))
    }

    /// Until it closes its output.
    private func read(_ descriptor: Int32, _ said: (String) -> Void) {
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest += buffer[..<count]
            while let end = rest.firstIndex(of: 0x0a) {
                said(String(decoding: rest[..<end], as: UTF8.self))
                rest.removeSubrange(...end)
            }
            // No line of ours is so long.
            if rest.count > 1 << 16 { rest = [] }
        }
    }

    private func wait(for process: pid_t) -> End {
        var info = siginfo_t()
        // Its number stays its own until it is forgotten below: nobody else is sent a signal.
        while waitid(P_PID, id_t(process), &info, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        return state.withLock { state in
            state.process = nil
            var status: Int32 = 0
            guard waitpid(process, &status, 0) == process else { return .failed(Errno(code: errno)) }
            return status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .killed(signal: status & 0x7f)
        }
    }
}
