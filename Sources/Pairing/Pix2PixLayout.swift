internal import Foundation
package import Imaging

/// The layout of the public pix2pix code: folders `train`, `val` and `test` of pictures that show A on the left and B
/// on the right.
package enum Pix2PixLayout {
    /// Writes two kinds of a dataset's pictures side by side.
    /// - Returns: the number of pictures.
    package static func export(
        _ folder: DatasetFolder, from a: DatasetFolder.Kind, to b: DatasetFolder.Kind, output: String
    ) throws(PairingError) -> Int {
        guard !FileManager.default.fileExists(atPath: output) else {
            throw PairingError(
                .badRequest, "\(output) is there already", hint: "name a new folder, or remove this one first")
        }
        let partial = output + ".partial-\(ProcessInfo.processInfo.processIdentifier)"
        defer { try? FileManager.default.removeItem(atPath: partial) }
        var count = 0
        for split in Dataset.Split.allCases {
            for name in folder.dataset.splits[split] {
                let pair = try folder.pictures([a, b], name)
                try Files.write(
                    pair[0].beside(pair[1]).eightBit, to: "\(partial)/\(split.rawValue)/\(name).png",
                    nmPerPixel: folder.dataset.nmPerPixel)
                count += 1
            }
        }
        do {
            try FileManager.default.moveItem(atPath: partial, toPath: output)
        } catch {
            throw PairingError(
                .cannotWrite, "\(output) cannot be made: \(error.localizedDescription)",
                hint: "check that the folder above it can be written to")
        }
        return count
    }

    /// Makes a dataset of one A|B set.
    /// - Parameters:
    ///   - a, b: what the left and the right half show; one of them must be `optical`.
    package static func `import`(
        _ input: String, left a: DatasetFolder.Kind, right b: DatasetFolder.Kind, nmPerPixel: Double,
        species: [Dataset.Species], otherChannel: Int?, output: String
    ) throws(PairingError) -> Dataset {
        guard a != b, a == .optical || b == .optical else {
            throw PairingError(
                .badRequest,
                "\(input): the halves are said to be \(a.rawValue) and \(b.rawValue), and a dataset needs the optical "
                    + "picture and one other", hint: "say --left optical or --right optical, of one half alone")
        }
        let writer = try DatasetWriter(
            path: output, nmPerPixel: nmPerPixel, species: species, otherChannel: otherChannel)
        for split in Dataset.Split.allCases {
            let folder = "\(input)/\(split.rawValue)"
            guard FileManager.default.fileExists(atPath: folder) else { continue }
            for name in try Files.pictures(in: folder) {
                let whole = try Files.picture("\(folder)/\(name)").rgb
                guard whole.width % 2 == 0 else {
                    throw PairingError(
                        .sizesDiffer, "\(folder)/\(name) is \(whole.width) pixels wide and has no two equal halves",
                        hint: "give pictures of A and B side by side, of one size")
                }
                let half = whole.width / 2
                let parts = [
                    a: whole.cropped(x: 0, y: 0, width: half, height: whole.height).eightBit,
                    b: whole.cropped(x: half, y: 0, width: half, height: whole.height).eightBit,
                ]
                try writer.add(
                    DatasetField(
                        optical: parts[.optical]!, map: parts[.map], sem: parts[.sem], onBlack: parts[.onBlack],
                        sources: ["\(split.rawValue)/\(name)"], group: name, split: split))
            }
        }
        guard writer.count > 0 else {
            throw PairingError(
                .unreadable, "\(input) holds none of the folders train, val and test",
                hint: "name a folder in the layout of the public pix2pix code")
        }
        return try writer.finish(.init())
    }
}

extension Picture {
    /// This picture on the left, another of the same size on the right.
    package func beside(_ other: Picture) -> Picture {
        precondition(width == other.width && height == other.height && channels == other.channels)
        var samples: [Sample] = []
        samples.reserveCapacity(2 * self.samples.count)
        let row = width * channels
        for y in 0..<height {
            samples += self.samples[y * row..<(y + 1) * row]
            samples += other.samples[y * row..<(y + 1) * row]
        }
        return Picture(width: 2 * width, height: height, channels: channels, samples: samples)
    }
}
