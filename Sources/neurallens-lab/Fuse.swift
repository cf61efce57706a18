internal import ArgumentParser
internal import Focus
internal import Foundation
internal import Imaging

/// Focal planes to one picture.
struct Fuse: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make one picture with everything in focus of pictures of a field at several heights.",
        discussion: """
            Writes fused.png, heights.png (grey of 16 bits: 0 where nothing is sharp, else 1 to 65535 from the lowest to the \
            highest plane, which its text Heights names) and sharpest.png, and prints how sharp each plane is and how the \
            field shifted. Planes are named in order of their height.
            """)

    @Argument(help: "Pictures as PNG, TIFF or JPEG, two at least, of one size.")
    var planes: [String]

    @Option(
        name: .customLong("height-um"), parsing: .upToNextOption,
        help: ArgumentHelp("Heights of the focal plane, one a picture.", valueName: "um"))
    var heights: [Double] = []

    @Option(name: .customLong("nm-per-pixel"), help: "Scale of the pictures in the object plane.")
    var nmPerPixel: Double?

    @Option(name: [.customShort("o"), .long], help: "Folder to write into; made if it is not there.")
    var output: String

    func validate() throws {
        guard heights.isEmpty || heights.count == planes.count else {
            throw ValidationError("--height-um names \(heights.count) heights for \(planes.count) pictures")
        }
        if let nmPerPixel, !(1...100_000).contains(nmPerPixel) {
            throw ValidationError("--nm-per-pixel must lie in 1 to 100000")
        }
    }

    func run() throws {
        var series = FocalSeries()
        do {
            for (number, path) in planes.enumerated() {
                try series.add(
                    try Self.read(path), heightMicrometres: heights.isEmpty ? nil : heights[number])
            }
            let (picture, map) = try series.fused()
            let folder = URL(fileURLWithPath: output, isDirectory: true)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let text = ["Comment": "\(planes.count) focal planes fused"]
            func write(_ bytes: [UInt8], _ name: String) throws {
                try Data(bytes).write(to: folder.appendingPathComponent(name), options: .atomic)
            }
            try write(try PNG.encode(picture.eightBit, nmPerPixel: nmPerPixel, text: text), "fused.png")
            try write(try map.png(nmPerPixel: nmPerPixel, text: text), "heights.png")
            try write(
                try PNG.encode(try Self.read(planes[series.sharpest!]).eightBit, nmPerPixel: nmPerPixel), "sharpest.png"
            )
        } catch let error as FocusError {
            throw fail(error.message, hint: error.hint)
        } catch let error as ImagingError {
            throw fail(error.message, hint: error.hint)
        } catch let error as CocoaError {
            throw fail("\(output) cannot be written: \(error.localizedDescription)", hint: "name another folder")
        }
        let most = series.planes.map(\.sharpness).max() ?? 0
        for (number, plane) in series.planes.enumerated() {
            print(
                String(
                    format: "%@%@  sharpness %.3f of the sharpest, shift %+.1f, %+.1f px", planes[number],
                    plane.heightMicrometres.map { String(format: " at %.2f um", $0) } ?? "",
                    most > 0 ? plane.sharpness / most : 0, plane.shiftPixels.x, plane.shiftPixels.y))
        }
        print("\(output): \(planes.count) planes fused, the sharpest is \(planes[series.sharpest!])")
    }

    private static func read(_ path: String) throws -> Picture<Float> {
        let bytes: [UInt8]
        do {
            bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw fail(
                "\(path) cannot be read: \(error.localizedDescription)", hint: "name a picture in PNG, TIFF or JPEG")
        }
        return try PictureFile.decode(bytes, name: path).rgb
    }
}
