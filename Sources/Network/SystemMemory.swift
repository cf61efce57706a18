import Glibc

/// What memory this process may still take.
package enum SystemMemory {
    /// Bytes that can be had without swapping or ending a program: of the machine (`MemAvailable`), and of the control
    /// group that a service's limit is set on; nil where the system tells neither.
    package static var available: Int? {
        [ofMachine(text("/proc/meminfo")), ofGroup()].compactMap { $0 }.min()
    }

    /// Refuses a plan that cannot be, before the first allocation that would end the process.
    /// - bytes: what it takes. They are asked for in one piece and given back, too: a limit on addresses
    ///   (`RLIMIT_AS`) is met here.
    /// - plan: what for, to begin a sentence with.
    /// - Throws: `.outOfMemory`.
    package static func check(_ bytes: Int, for plan: String) throws(NetworkError) {
        func refusal(_ reason: String) -> NetworkError {
            NetworkError(
                .outOfMemory, "\(plan) needs \(bytes / 1_000_000) MB of memory, \(reason)",
                hint: "use smaller tiles or a smaller network, or raise the memory limit")
        }
        guard bytes > 0 else { return }
        if let available, bytes > available { throw refusal("and \(available / 1_000_000) MB are free") }
        let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { throw refusal("which the system does not give") }
        munmap(memory, bytes)
    }

    /// - meminfo: text of `/proc/meminfo`, in kB.
    package static func ofMachine(_ meminfo: String?) -> Int? {
        number(after: "MemAvailable:", in: meminfo).map { $0 * 1024 }
    }

    /// - limit: text of `memory.max`, bytes or "max".
    /// - used: of `memory.current`; statistics: of `memory.stat`, whose pages of files the kernel takes back.
    package static func ofGroup(limit: String?, used: String?, statistics: String?) -> Int? {
        guard let limit = number(after: "", in: limit), let used = number(after: "", in: used) else { return nil }
        return max(0, limit - used + (number(after: "file", in: statistics) ?? 0))
    }

    private static func ofGroup() -> Int? {
        // "0::/system.slice/neurallensd.service"
        guard let line = text("/proc/self/cgroup")?.split(separator: "\n").first(where: { $0.hasPrefix("0::") }) else {
            return nil
        }
        let folder = "/sys/fs/cgroup\(line.dropFirst(3))/memory"
        return ofGroup(
            limit: text("\(folder).max"), used: text("\(folder).current"), statistics: text("\(folder).stat"))
    }

    /// The number that follows a word at the beginning of a line.
    private static func number(after word: String, in text: String?) -> Int? {
        for line in text?.split(separator: "\n") ?? [] {
            let words = line.split(separator: " ")
            if word.isEmpty { return words.first.flatMap { Int($0) } }
            if words.count > 1 && words[0] == word { return Int(words[1]) }
        }
        return nil
    }

    private static func text(_ path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 14)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
