import ArgumentParser
import ControlAPI
import ControlClient
import SlideStore

struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Look after the database.", subcommands: [Check.self])

    struct Check: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare every picture with its hash, follow every reference, and check SQLite's structure.",
            discussion: """
                Exit status 1 where something is wrong. With --repair, what follows from the rest is made anew: indices, \
                and what each grain counts as. What cannot be repaired is told with what to do.
                """)

        @Flag(help: "Make anew what can be made anew.")
        var repair = false

        @Option(help: "A copy that no daemon uses, in place of the daemon's database.")
        var file: String?

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let bar = ProgressLine()
            let job: StoreCheckJob
            if let file {
                job = try StoreCommand.look(at: file, repair: repair, bar)
            } else {
                job = try client.follow(try client.checkStore(repair: repair)) { bar.show($0.fraction, $0.stage) }
            }
            bar.clear()
            if let problem = job.problem { throw ControlClientError(problem) }
            try show(job, Presentation.storeCheck(job))
            if !job.faults.isEmpty {
                throw ControlClientError(
                    Problem(
                        .storeFailed, "\(job.faults.count) things are wrong with the database",
                        hint: repair ? "what is left needs a backup" : "--repair makes anew what can be"))
            }
        }
    }

    /// The same look at a file, in this program.
    static func look(
        at path: String, only: Set<Int64>? = nil, repair: Bool, _ bar: ProgressLine
    ) throws(ControlClientError) -> StoreCheckJob {
        do {
            let report = try SlideStore.check(file: path, only: only, repair: repair) { stage, fraction in
                bar.show(fraction, stage)
                return true
            }
            return StoreCheckJob(
                id: path, state: .done, stage: "done", fraction: 1, slides: report.slides, captures: report.captures,
                pictures: report.pictures, pictureBytes: report.pictureBytes, faults: report.faults,
                remarks: report.remarks, repairs: report.repairs)
        } catch let error as StoreError {
            throw ControlClientError(.cannotRead, error.message, hint: error.hint)
        } catch {
            throw ControlClientError(
                .cannotRead, "\(visible(path)) cannot be checked: \(error)", hint: "name another file")
        }
    }
}
