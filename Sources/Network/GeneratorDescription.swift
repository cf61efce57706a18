/// The make of a pix2pix U-Net generator.
package struct GeneratorDescription: Sendable, Equatable {
    /// Contracting layers, as many as expanding ones; each halves height and width.
    package var layers: Int { channels.count }
    /// Channels after the first contracting layer.
    package var baseChannels: Int { channels[0] }
    package let inputChannels: Int
    package let outputChannels: Int
    package let normalisation: Normalisation
    /// Channels after each contracting layer, outermost first.
    package let channels: [Int]

    /// - channels: at least 2 layers, each at least 1.
    package init(inputChannels: Int = 3, outputChannels: Int = 3, normalisation: Normalisation, channels: [Int]) {
        precondition(channels.count >= 2 && (channels + [inputChannels, outputChannels]).allSatisfy { $0 > 0 })
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.normalisation = normalisation
        self.channels = channels
    }

    /// The published widths: base channels times 1, 2, 4, 8, 8 ...
    package init(
        layers: Int, baseChannels: Int, inputChannels: Int = 3, outputChannels: Int = 3, normalisation: Normalisation
    ) {
        self.init(
            inputChannels: inputChannels, outputChannels: outputChannels, normalisation: normalisation,
            channels: (0..<layers).map { baseChannels << min($0, 3) })
    }

    /// Channels the expanding layer reads that gives the map of `level` its second half (level 0: the output): the
    /// contracting layer's own and, but for the innermost, as many from below.
    func expandingInput(_ level: Int) -> Int { level == layers - 1 ? channels[level] : 2 * channels[level] }
    func expandingOutput(_ level: Int) -> Int { level == 0 ? outputChannels : channels[level - 1] }
    func contractingInput(_ level: Int) -> Int { level == 0 ? inputChannels : channels[level - 1] }

    /// The first and the innermost contracting layer are not normalised.
    func normalisesContracting(_ level: Int) -> Bool { normalisation != .absent && level > 0 && level < layers - 1 }
    /// The last expanding layer is not normalised.
    func normalisesExpanding(_ level: Int) -> Bool { normalisation != .absent && level > 0 }
}
