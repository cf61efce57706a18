internal import ArgumentParser
internal import Foundation
internal import Imaging
internal import Acquisition
internal import Grains

/// The whole lens on one picture.
struct Apply: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a lens on one picture: all its pictures, and grains.json.",
        discussion: """
            The picture is PNG, TIFF or JPEG, grey or RGB of 8 or 16 bits. One that cannot be counted (next to no light, \
            overexposed, nothing to see) is refused; what is doubtful about one that can is said, and kept in \
            grains.json as `doubts`.
            """)

    @Argument(help: "A field as PNG, TIFF or JPEG.")
    var image: String

    @Option(help: "Folder of the lens.")
    var lens: String

    @Option(name: .customLong("nm-per-pixel"), help: "Scale of the picture in the object plane.")
    var nmPerPixel: Double?

    @Option(name: [.customShort("o"), .long], help: "Folder to write into; made if it is not there.")
    var output: String

    @Option(help: "Which grains that the border cuts are counted: two-edges (left and upper), all or none.")
    var border = BorderRule.twoEdges

    @Option(help: "Threads that share the work.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    func run() throws {
        do {
            let summary = try LensApplication(lensFolder: lens, threads: threads)
                .run(image: image, nmPerPixel: nmPerPixel, borderRule: border, output: output)
            print(summary)
        } catch {
            throw fail(error.message, hint: error.hint)
        }
    }
}

extension BorderRule: ExpressibleByArgument {}
