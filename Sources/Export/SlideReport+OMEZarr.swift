internal import Imaging
internal import Quantities
internal import Zip

extension SlideReport {
    /// OME-Zarr 0.4 of one capture as a Zip file: an image a picture, the observed one first, in the layout of bioformats2raw; the
    /// grains that count are the labels `grains` of the first one, with species, status and number as properties.
    /// - Parameter pictures: the observed one first.
    /// - Throws: `.nothingToExport`, `.cannotEncode`.
    package func omeZarr(ofCapture capture: Int64, pictures: [CapturePicture]) throws(ExportError) -> [UInt8] {
        let field = try field(capture)
        guard let first = pictures.first else {
            throw ExportError(
                .nothingToExport, "capture \(capture) of slide \(slide.name) has no pictures",
                hint: "export a capture whose input is stored")
        }
        var zarr = OMEZarr()
        zarr.group("", .object(["bioformats2raw.layout": .integer(3)]))
        zarr.group("OME", .object(["series": .array(pictures.indices.map { .string("\($0)") })]))
        for (index, picture) in pictures.enumerated() { write(picture, "\(index)", field, to: &zarr) }
        writeLabels("0/labels", on: first, field, to: &zarr)
        var zip = ZipBytes()
        do throws(ZipError) {
            for (name, bytes) in zarr.files { try zip.add(name, bytes) }
        } catch {
            throw ExportError(.cannotEncode, error.message, hint: error.hint)
        }
        return zip.finished()
    }

    private func write(_ picture: CapturePicture, _ path: String, _ field: Field, to zarr: inout OMEZarr) {
        let most = Double((1 << (picture.significantBits ?? picture.bitDepth)) - 1)
        let colours = picture.channels == 3 ? ["FF0000", "00FF00", "0000FF"] : ["FFFFFF"]
        let names = picture.channels == 3 ? ["red", "green", "blue"] : [picture.kind]
        let channels = (0..<picture.channels).map { channel in
            JSON.object([
                "label": .string(channel < names.count ? names[channel] : "\(channel)"), "active": .bool(true),
                "color": .string(channel < colours.count ? colours[channel] : "FFFFFF"),
                "window": .object([
                    "min": .number(0), "max": .number(most), "start": .number(0), "end": .number(most),
                ]),
            ])
        }
        let more: [String: JSON] = [
            "omero": .object(["channels": .array(channels), "name": .string(picture.name)]),
            "neurallens": .object([
                "account": .string(picture.account(of: field)), "synthesised": .bool(picture.isSynthesised),
                "slide": .string(slide.name), "capture": .integer(field.capture), "program": .string(program),
                "lens": field.lens.map { .string($0.name) } ?? .null,
                "lens_sha256": field.lens.map { .string($0.sha256) } ?? .null,
            ]),
        ]
        func add<Sample: FixedWidthInteger & Sendable>(_ content: Picture<Sample>) {
            zarr.image(
                path, name: picture.name, planes: content.planes, hasChannels: true, nmPerPixel: scale(of: picture),
                position: field.position, more: more, halved: OMEZarr.mean)
        }
        switch picture.content {
        case .bits8(let content): add(content)
        case .bits16(let content): add(content)
        }
    }

    private func scale(of picture: CapturePicture) -> Double? {
        picture.nmPerPixel.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    }

    /// In the pixels of the observed picture; of two grains that overlap the later one lies above.
    private func writeLabels(
        _ path: String, on picture: CapturePicture, _ field: Field, to zarr: inout OMEZarr
    ) {
        var labels = Picture<UInt32>(
            width: picture.content.width, height: picture.content.height, channels: 1, filledWith: 0)
        var properties: [JSON] = [], colours: [JSON] = []
        for (index, grain) in grains.filter({ $0.capture == field.capture && $0.status.counts }).enumerated() {
            Polygon.rows(of: grain.outlinePixels, within: 0..<labels.height) { row, from, to in
                let first = max(0, Int(saturating: from.rounded(.up)))
                let last = min(labels.width - 1, Int(saturating: to.rounded(.down)))
                for column in first..<max(first, last + 1) {
                    labels.samples[row * labels.width + column] = UInt32(index + 1)
                }
            }
            let value = JSON.integer(Int64(index + 1)), species = species(grain.species)
            properties.append(
                .object([
                    "label-value": value, "grain": .integer(grain.id), "species": .string(grain.species),
                    "species_name": .string(species.name), "status": .string(grain.status.rawValue),
                    "confidence": .number(grain.confidence),
                ]))
            colours.append(.object(["label-value": value, "rgba": .array(Self.rgba(species.colour))]))
        }
        zarr.group(path, .object(["labels": .array([.string("grains")])]))
        zarr.image(
            "\(path)/grains", name: "grains", planes: [labels], hasChannels: false, nmPerPixel: scale(of: picture),
            position: field.position,
            more: [
                "image-label": .object([
                    "version": .string(OMEZarr.version), "colors": .array(colours), "properties": .array(properties),
                    "source": .object(["image": .string("../../")]),
                ])
            ], halved: OMEZarr.nearest)
    }

    /// Grey for what is no colour.
    private static func rgba(_ text: String) -> [JSON] {
        let digits = text.dropFirst().prefix(6)
        let value = text.hasPrefix("#") && digits.count == 6 ? Int64(digits, radix: 16) ?? 0x808080 : 0x808080
        return [value >> 16, value >> 8 & 255, value & 255, 255].map { .integer($0) }
    }
}
