import Foundation
import Imaging
import Quantities
import Tabular

extension SlideReport {
    /// OME-TIFF of one capture: an OME image and a TIFF page for each picture, since they differ in size and depth.
    ///
    /// Physical size, name, date, and what is synthesised are in each image; the field's place on the slide is the
    /// plane's position; slide, scale and lens are map annotations. The OME-XML (schema 2016-06) is ASCII.
    /// - Parameter isBig: a BigTIFF; by default only where the pictures may pass 4 GB.
    /// - Throws: `.nothingToExport`, `.cannotEncode`.
    package func omeTIFF(
        ofCapture capture: Int64, pictures: [CapturePicture], isBig: Bool? = nil
    ) throws(ExportError) -> [UInt8] {
        let field = try field(capture)
        guard !pictures.isEmpty else {
            throw ExportError(
                .nothingToExport, "capture \(capture) of slide \(slide.name) has no pictures",
                hint: "export a capture whose input is stored")
        }
        let xml = omeXML(field, pictures)
        let pages = pictures.enumerated().map { index, picture in
            TIFF.Page(
                picture.content, nmPerPixel: OME.scale(picture),
                description: index == 0 ? xml : "\(picture.name). \(Self.ascii(picture.account(of: field)))",
                software: Self.ascii(program), dateTime: UTC.tiff(generatedAt))
        }
        do {
            return try TIFF.encode(pages, isBig: isBig)
        } catch {
            throw ExportError(.cannotEncode, error.message, hint: error.hint)
        }
    }

    private static func ascii(_ text: String) -> String {
        String(
            decoding: text.unicodeScalars.map { (0x20..<0x7F).contains($0.value) ? UInt8($0.value) : 0x3F },
            as: UTF8.self)
    }

    private func omeXML(_ field: Field, _ pictures: [CapturePicture]) -> String {
        let facts = [
            ("slide", slide.name), ("note", slide.note), ("capture", "\(field.capture)"), ("source", field.source),
            ("origin", field.origin), ("scale_origin", field.scaleOrigin), ("lens", field.lens?.name ?? ""),
            ("lens_sha256", field.lens?.sha256 ?? ""), ("engine_version", field.engineVersion), ("program", program),
            ("remark", field.remark),
        ]
        let made = [("origin", "synthesised")] + facts.filter { $0.0.hasPrefix("lens") }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <OME xmlns="\(OME.namespace)" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
            xsi:schemaLocation="\(OME.namespace) \(OME.namespace)/ome.xsd" Creator="\(Markup.escaped(program))">
            \(pictures.enumerated().map { OME.image($1, $0, of: field) }.joined())\
            <StructuredAnnotations>
            \(OME.annotation(0, facts, isSynthesised: false))\
            \(OME.annotation(1, made, isSynthesised: true))\
            </StructuredAnnotations>
            </OME>
            """
    }
}

/// Elements of OME-XML (Goldberg et al., Genome Biology 6 (2005) R47; schema 2016-06).
private enum OME {
    static let namespace = "http://www.openmicroscopy.org/Schemas/OME/2016-06"

    static func scale(_ picture: CapturePicture) -> Double? {
        picture.nmPerPixel.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
    }

    static func image(_ picture: CapturePicture, _ index: Int, of field: SlideReport.Field) -> String {
        let micrometre = Markup.escaped("µm")
        let size = scale(picture).map { nm in
            ["X", "Y"].map { " PhysicalSize\($0)=\"\(nm / 1000)\" PhysicalSize\($0)Unit=\"\(micrometre)\"" }.joined()
        }
        let place = field.position.flatMap { corner in
            corner.x.isFinite && corner.y.isFinite
                ? " PositionX=\"\(corner.x)\" PositionXUnit=\"\(micrometre)\" PositionY=\"\(corner.y)\""
                    + " PositionYUnit=\"\(micrometre)\"" : nil
        }
        let date = UTC.iso8601(field.capturedAt).map { "<AcquisitionDate>\($0)</AcquisitionDate>" }
        let bits =
            picture.significantBits.flatMap { (1...picture.bitDepth).contains($0) ? $0 : nil } ?? picture.bitDepth
        return """
            <Image ID="Image:\(index)" Name="\(Markup.escaped("capture \(field.capture): \(picture.name)"))">
            \(date ?? "")<Description>\(Markup.escaped(picture.account(of: field)))</Description>
            <Pixels ID="Pixels:\(index)" DimensionOrder="XYCZT" Type="uint\(picture.bitDepth)" \
            SignificantBits="\(bits)" \
            BigEndian="\(1.bigEndian == 1)" Interleaved="true" SizeX="\(picture.content.width)" \
            SizeY="\(picture.content.height)" SizeC="\(picture.channels)" SizeZ="1" SizeT="1"\(size ?? "")>
            <Channel ID="Channel:\(index):0" Name="\(Markup.escaped(picture.name))" \
            SamplesPerPixel="\(picture.channels)"/>
            <TiffData IFD="\(index)" FirstC="0" FirstZ="0" FirstT="0" PlaneCount="1"/>
            <Plane TheC="0" TheZ="0" TheT="0"\(place ?? "")/>
            </Pixels>
            <AnnotationRef ID="Annotation:0"/>\(picture.isSynthesised ? "<AnnotationRef ID=\"Annotation:1\"/>" : "")
            </Image>

            """
    }

    static func annotation(_ index: Int, _ facts: [(String, String)], isSynthesised: Bool) -> String {
        let pairs = facts.filter { !$0.1.isEmpty }.map { "<M K=\"\($0.0)\">\(Markup.escaped($0.1))</M>" }
        let description =
            isSynthesised
            ? "Synthesised: the statistically most likely picture, not an observation." : "Where it comes from."
        return """
            <MapAnnotation ID="Annotation:\(index)" \
            Namespace="neurallens/\(isSynthesised ? "synthesised" : "provenance")">
            <Description>\(description)</Description><Value>\(pairs.joined())</Value>
            </MapAnnotation>

            """
    }
}
