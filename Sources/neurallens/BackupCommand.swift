import ArgumentParser
import ControlAPI
import ControlClient
import Glibc
import SlideStore

struct BackupCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the daemon's database into a file, with its pictures beside it, while it goes on.",
        discussion: """
            The copy is the database as it is at one moment: the catalogue in FILE, and the pictures of each slide in a \
            file of the folder beside it, a-pictures for a.sqlite. Every piece is compared with the daemon's hash, then \
            what is new is checked as neurallens store check does. With --overwrite an earlier copy is brought up to date: only \
            slides that have changed are fetched. A backup that was interrupted goes on where it ended when the command is \
            given again. Archived slides have their pictures in the archive, which is not copied: the command names their \
            files, and a copy that is restored finds them there. To restore: stop the daemon, put the copy in the place of slides.sqlite, without a slides.sqlite-wal beside it, and its folder in \
            the place of slides-pictures, and start the daemon.
            """)

    @Argument(help: "The file to write.")
    var file: String

    @Flag(help: "Bring an earlier copy up to date.")
    var overwrite = false

    @OptionGroup var options: GlobalOptions

    func run(_ client: ControlClient) throws(ControlClientError) {
        if !overwrite {
            try OutputFile.requireAbsent(file)
            try requireNoPictures()
        }
        let backup = StoreBackup(from: client, to: file)
        let bar = ProgressLine()
        let made = try backup.fetch(
            onProgress: { progress in
                bar.show(
                    Double(progress.done) / Double(max(1, progress.total)),
                    "\(Presentation.size(progress.done)) of \(Presentation.size(progress.total))")
            },
            onTrouble: { bar.say("neurallens: \(visible($0.message)); tried again for a minute\n") })
        // Slides that have not changed were checked when they were copied.
        let job = try StoreCommand.look(at: backup.partial, only: Swift.Set(made.changed), repair: false, bar)
        bar.clear()
        guard job.faults.isEmpty else {
            writeToStandardError(Presentation.storeCheck(job))
            throw ControlClientError(
                .cannotWrite,
                "\(visible(backup.partial)) is a copy of a database with faults, and was not put at \(visible(file))",
                hint: "see neurallens store check, and restore the daemon's database from an earlier backup")
        }
        try backup.adoptPictures(made.changed)
        try OutputFile.adopt(backup.partial, as: file, overwrite: overwrite)
        try show(
            Report(
                file: file, bytes: made.bytes, fetchedBytes: made.fetched, takenAt: made.snapshot.takenAt,
                captures: job.captures, pictures: job.pictures, slides: made.snapshot.slides.count,
                slidesFetched: made.changed.count, remarks: job.remarks),
            Presentation.backup(file, bytes: made.bytes, fetched: made.fetched, job))
    }

    /// Pictures of another database are not mixed with those of this one.
    private func requireNoPictures() throws(ControlClientError) {
        let folder = StoreBackup.pictures(of: file)
        guard access(folder, F_OK) == 0 else { return }
        throw ControlClientError(
            .cannotWrite, "cannot write \(visible(file)): \(visible(folder)), where its pictures belong, exists",
            hint: "name another file, or add --overwrite to bring an earlier copy up to date")
    }

    private struct Report: Encodable {
        let file: String
        let bytes: Int64
        let fetchedBytes: Int64
        let takenAt: String
        let captures: Int
        let pictures: Int
        let slides: Int
        let slidesFetched: Int
        let remarks: [String]
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
