import ArgumentParser
import ControlClient

struct JobsCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "List the jobs of captures that are not at their end, oldest first.",
        discussion: "neurallens capture --stop JOB ends one; what it has taken is kept.")

    @OptionGroup var options: GlobalOptions

    func run(_ client: ControlClient) throws(ControlClientError) {
        let jobs = try client.openJobs()
        try show(jobs, Presentation.jobs(jobs))
    }
}
