import ArgumentParser
import ControlAPI
import ControlClient

struct ImageCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "image", abstract: "Write a picture of a capture as a PNG file.",
        discussion: """
            Kinds: input (in colours), raw (as the camera gave it), of a field that was fused from focal planes sharpest (the \
            frame of one plane) and heights, map, and, synthesised by the lens, magnified, \
            labelled and only-KEY (only-iva). An existing \
            file is replaced.
            """)

    @Argument(help: "The capture's number.")
    var capture: Int64

    @Argument(help: "input, raw, sharpest, heights, map, magnified, labelled or only-KEY.")
    var kind: ImageKind

    @Option(name: [.short, .long], help: "The PNG file to write.")
    var output: String

    @OptionGroup var options: GlobalOptions

    func run(_ client: ControlClient) throws(ControlClientError) {
        let png = try client.image(ofCapture: capture, kind: kind)
        try OutputFile.write(png, to: output)
        try show(written: png, to: output)
    }
}

extension ImageKind: ExpressibleByArgument {
    public init?(argument: String) { self.init(rawValue: argument) }
}
