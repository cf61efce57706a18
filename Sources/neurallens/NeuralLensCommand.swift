import ArgumentParser
import StandardOutput

@main
struct NeuralLensCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "neurallens",
        abstract: "Captures fields of a slide, applies the neural lens and reads the counts.",
        discussion: """
            Talks to neurallensd over its Unix socket. Exit status: 0 done, 1 refused or failed, 64 wrong usage, \
            69 daemon not reachable.
            """,
        subcommands: [
            StatusCommand.self, SlideCommand.self, CaptureCommands.self, JobsCommand.self, PlanCommand.self,
            FocusCommand.self, ScanCommand.self,
            CapturesCommand.self, CountsCommand.self, GrainsCommand.self, ImageCommand.self, ReviewCommand.self,
            LabelsCommand.self, SecondReadingCommand.self, SampleCommand.self, SeasonCommand.self, SpeciesCommand.self,
            LensCommand.self, ReanalyseCommand.self, ExportCommand.self,
            CameraCommand.self, InstrumentCommand.self, BackupCommand.self, StoreCommand.self, PageCommand.self,
            LiveCommand.self,
            WatchCommand.self,
        ])

    @OptionGroup var options: GlobalOptions

    static func main() {
        StandardOutput.watch()
        main(nil)
    }
}
