internal import ArgumentParser
internal import ModelExchange

/// A lens for other people's programs.
struct Exchange: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a lens as a package of bioimage.io.",
        discussion: """
            Its labelling network as ONNX, a test picture with what comes of it, rdf.yaml and the model card; and the lens \
            itself, so that neurallens lens import takes the same file. Who made it and under which licence, only you know.
            """)

    @Argument(help: "Folder of the lens.")
    var folder: String

    @Option(name: [.short, .long], help: "The Zip file to write.")
    var output: String

    @Option(name: .customLong("author"), parsing: .singleValue, help: "Who made it; may be repeated.")
    var authors: [String]

    @Option(help: "Its licence, by its SPDX identifier (CC-BY-4.0).")
    var license: String

    func validate() throws {
        guard !authors.isEmpty, authors.allSatisfy({ !$0.isEmpty }) else { throw ValidationError("Give an --author.") }
        guard !license.isEmpty,
            license.utf8.allSatisfy({
                "-.+".utf8.contains($0) || (48...57).contains($0) || (65...90).contains($0 & 0xdf)
            })
        else { throw ValidationError("\"\(license)\" is no identifier of SPDX.") }
    }

    func run() throws {
        do throws(BioimagePackage.Failure) {
            try BioimagePackage(folder: folder, authors: authors, license: license).write(to: output)
        } catch {
            throw fail(error.message, hint: error.hint)
        }
        print("\(output) written")
    }
}
