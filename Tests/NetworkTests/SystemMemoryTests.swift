import Network
import Testing

@Suite("Memory")
struct SystemMemoryTests {
    @Test("what a machine says is free")
    func machine() {
        #expect(SystemMemory.ofMachine("MemTotal:  8000 kB\nMemFree: 1 kB\nMemAvailable:    3000 kB\n") == 3_072_000)
        #expect(SystemMemory.ofMachine("MemTotal:  8000 kB\n") == nil && SystemMemory.ofMachine(nil) == nil)
    }

    @Test("what a control group leaves: its limit without what is used, pages of files apart")
    func group() {
        let statistics = "anon 500\nfile 200\nfile_mapped 7\n"
        #expect(SystemMemory.ofGroup(limit: "1000\n", used: "700\n", statistics: statistics) == 500)
        #expect(SystemMemory.ofGroup(limit: "1000\n", used: "1700\n", statistics: nil) == 0)
        #expect(SystemMemory.ofGroup(limit: "max\n", used: "700\n", statistics: statistics) == nil)
        #expect(SystemMemory.ofGroup(limit: nil, used: nil, statistics: nil) == nil)
    }

    @Test("a plan that needs more than there is is refused, with both figures")
    func refusal() throws {
        let available = try #require(SystemMemory.available)
        #expect(available > 0)
        try SystemMemory.check(0, for: "nothing")
        try SystemMemory.check(1 << 20, for: "a little")
        let error = try #require(throws: NetworkError.self) { try SystemMemory.check(1 << 50, for: "a giant") }
        #expect(error.code == .outOfMemory)
        #expect(
            error.message.hasPrefix("a giant needs 1125899906 MB of memory, and ")
                && error.message.hasSuffix(" MB are free"))
    }
}
