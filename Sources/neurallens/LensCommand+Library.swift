import ArgumentParser
import ControlAPI
import ControlClient
import Glibc

/// What every command means by LENS.
private let lensHelp: ArgumentHelp = "The lens's name, or the beginning of its digest."

extension LensCommand {
    struct List: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the lenses that can count: the configured one, and those brought or taught.")

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let lenses = try client.lenses()
            try show(lenses, Presentation.lenses(lenses))
        }
    }

    struct Show: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a lens with its model card: data, labels, who, when, figures, limits.")

        @Argument(help: lensHelp)
        var lens: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let details = try client.lens(client.lens(named: lens).digest)
            try show(details, Presentation.lens(details))
        }
    }

    struct History: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "List which lenses were put in force, by whom and when, newest first.")

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let activations = try client.lensActivations()
            try show(activations, Presentation.activations(activations))
        }
    }

    struct Activate: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a lens count from now on, for all slides or for one.",
            discussion: """
                It is loaded and tried first. What other lenses counted stays as it is, and is listed with the command that \
                looks at it again. The choice holds until another one, also after the daemon was started again.
                """)

        @Argument(help: lensHelp)
        var lens: String?

        @Option(help: "For this slide alone.")
        var slide: String?

        @Flag(help: "Go back to what was in force before; again, to what was before that.")
        var previous = false

        @Flag(
            name: .customLong("default"),
            help: "Choose none: the configured lens counts, or for a slide the one of all slides.")
        var byDefault = false

        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard [lens != nil, previous, byDefault].count(where: { $0 }) == 1 else {
                throw ValidationError("Give a lens, --previous or --default.")
            }
        }

        func run(_ client: ControlClient) throws(ControlClientError) {
            let name =
                previous
                ? LensActivationRequest.previous
                : byDefault ? LensActivationRequest.byDefault : try client.lens(named: lens ?? "").digest
            let result = try client.activate(name, slide: slide)
            try show(result, Presentation.activated(result))
        }
    }

    struct Export: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a lens as one file, which another instrument can import.",
            discussion: """
                With --format bioimage.io it is a package for other programs too: the labelling network as ONNX, a test \
                picture with what comes of it, and rdf.yaml.
                """)

        enum Format: String, ExpressibleByArgument, CaseIterable {
            case neurallens
            case bioimage = "bioimage.io"
        }

        @Argument(help: lensHelp)
        var lens: String

        @Option(name: [.short, .long], help: "The Zip file to write.")
        var output: String

        @Option(help: "neurallens (default) or bioimage.io.")
        var format = Format.neurallens

        @Option(
            name: .customLong("author"), parsing: .singleValue,
            help: "Who made the lens, for bioimage.io; may be repeated.")
        var authors: [String] = []

        @Option(help: "Its licence for bioimage.io, by its SPDX identifier (CC-BY-4.0).")
        var license: String?

        @Flag(help: "Replace the file if it exists.")
        var overwrite = false

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            if !overwrite { try OutputFile.requireAbsent(output) }
            let lens = try client.lens(named: lens)
            switch format {
            case .neurallens: try client.export(lens, to: output, overwrite: overwrite) { tell("Fetching", $0, $1) }
            case .bioimage: try exportForOthers(lens, client)
            }
            try show(
                Written(file: output, lens: lens.name, digest: lens.digest),
                "\(visible(output)) written: lens \(visible(lens.name)) (\(lens.mark))\n")
        }

        func validate() throws {
            let isComplete = license != nil && !authors.isEmpty
            if format == .bioimage, !isComplete {
                throw ValidationError(
                    "bioimage.io asks who made a lens and under which licence: give --author and --license.")
            }
            if format == .neurallens, license != nil || !authors.isEmpty {
                throw ValidationError("--author and --license are for --format bioimage.io.")
            }
        }

        /// The network is made and tried by neurallens-lab, which has the engine.
        private func exportForOthers(_ lens: LensDescription, _ client: ControlClient) throws(ControlClientError) {
            var folder = Array("\(output).lens-XXXXXX".utf8CString)
            guard mkdtemp(&folder) != nil else {
                throw ControlClientError(
                    .cannotWrite, "cannot write beside \(visible(output)): \(String(cString: strerror(errno)))",
                    hint: "name another file")
            }
            let path = String(decoding: folder.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            defer {
                for name in lens.files.map(\.name) + [LensPackage.cardName, "package.zip"] { unlink("\(path)/\(name)") }
                rmdir(path)
            }
            try client.export(lens, toFolder: path)
            let package = "\(path)/package.zip"
            try runLab(
                ["exchange", path, "-o", package, "--license", license ?? ""] + authors.flatMap { ["--author", $0] })
            try OutputFile.adopt(package, as: output, overwrite: overwrite)
        }

        private struct Written: Encodable {
            let file: String
            let lens: String
            let digest: String
        }
    }

    struct Import: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring a lens to the daemon: a file that lens export wrote, or a folder.",
            discussion:
                "Its files are compared with what it was sealed with before anything is sent. It counts nothing yet.")

        @Argument(help: "The file or folder.")
        var file: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let source = try lensSource(file)
            try source.check()
            let digest = try client.bring(source) { tell("Sending", $0, $1) }
            let lens = try client.lens(digest).lens
            try show(lens, Presentation.imported(lens))
        }
    }

    struct Delete: ClientCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a lens that nothing needs; what it counted stays, by its name.")

        @Argument(help: lensHelp)
        var lens: String

        @OptionGroup var options: GlobalOptions

        func run(_ client: ControlClient) throws(ControlClientError) {
            let lens = try client.deleteLens(client.lens(named: lens).digest)
            try show(lens, Presentation.deleted(lens))
        }
    }
}

/// A lens on this computer: a folder, or a file that was exported.
func lensSource(_ path: String) throws(ControlClientError) -> any LensSource {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return try LensFolder(path) }
    return try LensPackage(path)
}

extension ControlClient {
    /// The digest of a lens that is named by its digest or its beginning, by a folder of this computer, whose lens is brought,
    /// or by the name that the daemon knows it by.
    func digest(ofLens word: String) throws(ControlClientError) -> String {
        if isDigest(word) { return word }
        var status = stat()
        if word.contains("/") || stat("\(word)/lens.json", &status) == 0 {
            return try bring(LensFolder(word)) { tell("Sending", $0, $1) }
        }
        return try lens(named: word).digest
    }
}

/// Runs neurallens-lab, which lies beside this program; what it complains of is this command's complaint.
private func runLab(_ arguments: [String]) throws(ControlClientError) {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let program = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let lab = program.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/neurallens-lab"
    func failed(_ reason: String) -> ControlClientError {
        ControlClientError(
            .cannotWrite, "neurallens-lab, which makes such packages, \(reason)", hint: "install it beside neurallens")
    }
    var words: [UnsafeMutablePointer<CChar>?] = ([lab] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // Of its two streams only the complaint is this command's.
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    var process: pid_t = 0
    let code = posix_spawn(&process, lab, &actions, nil, words, environ)
    guard code == 0 else { throw failed("was not started: \(String(cString: strerror(code)))") }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else { throw failed("made none of this lens") }
}

/// On a terminal, what is on its way.
private func tell(_ what: String, _ name: String, _ bytes: Int64) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    writeToStandardError("\(what) \(visible(name)), \(Presentation.size(bytes))\n")
}
