import ArgumentParser
import ControlAPI
import ControlClient
import Glibc
import SlideStore

struct BackupCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the daemon's database into a file, while it goes on.",
        discussion: """
            The copy is the database as it is at one moment, complete in one file. Every piece is compared with the \
            daemon's hash, then the whole is checked as neurallens store check does. A backup that was interrupted goes on \
            where it ended when the command is given again. To restore: stop the daemon, put the copy in the place of \
            slides.sqlite, without a slides.sqlite-wal beside it, and start the daemon.
            """)

    @Argument(help: "The file to write.")
    var file: String

    @Flag(help: "Replace the file if it is there.")
    var overwrite = false

    @OptionGroup var options: GlobalOptions

    func run(_ client: ControlClient) throws(ControlClientError) {
        if !overwrite { try OutputFile.requireAbsent(file) }
        let partial = "\(file).part"
        let bar = ProgressLine()
        let snapshot = try Backup(from: client, to: partial).run(
            onProgress: { progress in
                bar.show(
                    Double(progress.done) / Double(max(1, progress.total)),
                    "\(Presentation.size(progress.done)) of \(Presentation.size(progress.total))")
            },
            onTrouble: { bar.say("neurallens: \(visible($0.message)); tried again for a minute\n") })
        let job = try StoreCommand.look(at: partial, repair: false, bar)
        bar.clear()
        guard job.faults.isEmpty else {
            writeToStandardError(Presentation.storeCheck(job))
            throw ControlClientError(
                .cannotWrite, "\(visible(partial)) is a copy of a database with faults, and was not put at \(visible(file))",
                hint: "see neurallens store check, and restore the daemon's database from an earlier backup")
        }
        try OutputFile.adopt(partial, as: file, overwrite: overwrite)
        try show(
            Report(file: file, bytes: snapshot.bytes, takenAt: snapshot.takenAt, captures: job.captures, pictures: job.pictures),
            "\(visible(file)) written, \(Presentation.size(snapshot.bytes)): \(job.captures) captures, \(job.pictures) "
                + "pictures, all as they were stored\n")
    }

    private struct Report: Encodable {
        let file: String
        let bytes: Int64
        let takenAt: String
        let captures: Int
        let pictures: Int
    }
}

/// A bar on a terminal's standard error; nothing elsewhere.
final class ProgressLine {
    private let isDrawn = isatty(STDERR_FILENO) == 1

    func show(_ fraction: Double, _ message: String) {
        guard isDrawn else { return }
        writeToStandardError("\r\u{1B}[K" + Presentation.progressBar(fraction: fraction, message: message))
    }

    func say(_ text: String) {
        clear()
        writeToStandardError(text)
    }

    func clear() {
        if isDrawn { writeToStandardError("\r\u{1B}[K") }
    }
}
