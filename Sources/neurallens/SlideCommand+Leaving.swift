import ArgumentParser
import ControlAPI
import ControlClient
import Glibc

/// Slides that leave: to the archive and back, or for good.
extension SlideCommand {
    struct Archive: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring the pictures of a slide to the archive.",
            discussion: """
                The archive is the folder that the daemon's configuration names (archive). The pictures are copied and read \
                back before they are removed here. Counts, grains and reviews stay, and are shown and changed as before; \
                pictures of the slide are there again after neurallens slide restore.
                """)

        @Argument(help: "The slide's name.")
        var name: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let job = try SlideCommand.follow(client.archiveSlide(name), client)
            try show(
                job,
                "The pictures of \"\(visible(job.slide))\" are archived, \(Presentation.size(job.bytes ?? 0)); its counts stay\n"
            )
        }
    }

    struct Restore: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring the pictures of a slide back from the archive.")

        @Argument(help: "The slide's name.")
        var name: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let job = try SlideCommand.follow(client.restoreSlide(name), client)
            try show(job, "The pictures of \"\(visible(job.slide))\" are back, \(Presentation.size(job.bytes ?? 0))\n")
        }
    }

    struct Delete: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a slide with its captures, pictures, grains, counts and reviews.",
            discussion: """
                It does not come back but from a backup. On a terminal its name is asked for once more; elsewhere --yes is \
                needed. The journal keeps that it was there, and who deleted it.
                """)

        @Argument(help: "The slide's name.")
        var name: String

        @Flag(help: "Do not ask.")
        var yes = false

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let slide = try client.slide(name)
            if !yes {
                guard isatty(STDIN_FILENO) == 1 else {
                    throw ControlClientError(
                        Problem(
                            .slideNotConfirmed, "nothing was deleted: nobody is there to be asked",
                            hint: "add --yes to delete the slide \"\(slide.name)\""))
                }
                writeToStandardError(Presentation.deletionQuestion(slide))
                guard readLine() == slide.name else {
                    throw ControlClientError(
                        Problem(
                            .slideNotConfirmed, "nothing was deleted: that is not the slide's name",
                            hint: "type it as it is written"))
                }
            }
            let gone = try client.deleteSlide(slide.name, confirmation: slide.name)
            try show(gone, Presentation.deletion(gone))
        }
    }

    fileprivate static func follow(
        _ job: SlideTransferJob, _ client: ControlClient
    ) throws(ControlClientError) -> SlideTransferJob {
        let bar = ProgressLine()
        defer { bar.clear() }
        let end = try client.follow(job) { bar.show($0.fraction, $0.direction.rawValue) }
        if let problem = end.problem { throw ControlClientError(problem) }
        return end
    }
}
