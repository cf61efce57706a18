internal import ControlAPI
internal import Imaging
internal import Lens
internal import SlideStore

/// The pictures of a capture: those that are kept, and those that are made of them whenever they are asked for, the same
/// bytes each time.
///
/// Kept are the field as the camera gave it or as it was fused (`input`), of a fused one `sharpest` and `heights`, the sample map (`classes`), `magnified` and `sureness`. Made are
/// the field in colours, `map`, `labelled` and `only-KEY`; captures of early versions keep these too.
struct CapturePictures: Sendable {
    /// Of one capture and run.
    private let kept: [String: (description: PictureDescription, png: [UInt8])]
    private let capture: Capture.ID
    private let bitDepth: Int

    /// - Throws: `.noSuchCapture`, `.damaged`.
    init(ofCapture id: Capture.ID, in store: SlideStore, for kind: String? = nil) async throws(StoreError) {
        capture = id
        bitDepth = try await store.capture(id).bitDepth
        let pictures = try await store.pictures(ofCapture: id, among: kind.map(Self.sources))
        kept = Dictionary(uniqueKeysWithValues: pictures.map { ($0.description.kind, $0) })
    }

    /// What a kind of picture is made of, or is.
    private static func sources(_ kind: String) -> [String] {
        switch kind {
        case "raw": [PictureRecord.input]
        case PictureRecord.input, PictureRecord.magnified, PictureRecord.sureness, PictureRecord.sharpest,
            PictureRecord.heights:
            [kind]
        default: [kind, PictureRecord.classes, PictureRecord.magnified]
        }
    }

    /// As they are shown; what the lens made only where it has looked.
    func kinds() throws(ImagingError) -> [String] { kinds(try paint()) }

    private func kinds(_ paint: LensPaint?) -> [String] {
        let taken = [PictureRecord.input, PictureRecord.sharpest, PictureRecord.heights]
        var kinds = taken.filter { $0 == PictureRecord.input || kept[$0] != nil }
        if let paint {
            kinds += paint.kinds
        } else {
            kinds += kept.values.map(\.description.kind).filter {
                !taken.contains($0) && $0 != PictureRecord.sureness
            }.sorted()
        }
        return kinds + (kept[PictureRecord.sureness] == nil ? [] : [PictureRecord.sureness])
    }

    /// A picture as a PNG file; nil where there is none of this kind.
    func png(_ kind: String) throws(ImagingError) -> [UInt8]? {
        if kind == "raw" { return kept[PictureRecord.input]?.png }
        guard let found = kept[kind] else { return try painted(kind) }
        guard Self.isFrame(kind) else { return found.png }
        return try StoredField(png: found.png, bitDepth: bitDepth)
            .colours(name: name(kind), nmPerPixel: found.description.nmPerPixel)
    }

    /// The samples of all, with their scales in the object plane, nil where it is unknown.
    /// - Parameter isWanted: asked before each; where it says no, there are none.
    func contents(
        while isWanted: () -> Bool
    ) throws(ImagingError) -> [(kind: String, content: PNG.Content, nmPerPixel: Double?)]? {
        let paint = try paint()
        var contents: [(kind: String, content: PNG.Content, nmPerPixel: Double?)] = []
        for kind in kinds(paint) {
            guard isWanted() else { return nil }
            let content: PNG.Content =
                if let found = kept[kind] {
                    Self.isFrame(kind)
                        ? try StoredField(png: found.png, bitDepth: bitDepth).content(name: name(kind))
                        : try PNG.decode(found.png, name: name(kind))
                } else {
                    .bits8(paint!.picture(kind)!.whole)
                }
            contents.append((kind, content, (kept[kind] ?? kept[PictureRecord.classes])?.description.nmPerPixel))
        }
        return contents
    }

    /// Whether it may be the camera's mosaic.
    private static func isFrame(_ kind: String) -> Bool {
        kind == PictureRecord.input || kind == PictureRecord.sharpest
    }

    private func name(_ kind: String) -> String { "the picture \"\(kind)\" of capture \(capture)" }

    private func painted(_ kind: String) throws(ImagingError) -> [UInt8]? {
        guard let classes = kept[PictureRecord.classes], let picture = try paint()?.picture(kind) else { return nil }
        var text = PNG.text(of: classes.png)
        text[LensPaint.classesKey] = nil
        text["Title"] = kind
        return try PNG.encode(picture, nmPerPixel: classes.description.nmPerPixel, text: text)
    }

    /// Nil where no sample map is kept.
    private func paint() throws(ImagingError) -> LensPaint? {
        guard let classes = kept[PictureRecord.classes] else { return nil }
        func grey(_ kind: String) throws(ImagingError) -> Picture<UInt8>? {
            guard let png = kept[kind]?.png else { return nil }
            guard case .bits8(let picture) = try PNG.decode(png, name: name(kind), maximumPixels: .max) else {
                return nil
            }
            return picture
        }
        guard let map = try grey(PictureRecord.classes),
            let paint = LensPaint(
                classes: map, text: PNG.text(of: classes.png)[LensPaint.classesKey] ?? "",
                magnified: try grey(PictureRecord.magnified))
        else {
            throw ImagingError(
                .unreadable, "\(name(PictureRecord.classes)) does not say what its classes are",
                hint: "make it anew in another run with neurallens reanalyse")
        }
        return paint
    }
}

extension PNG {
    /// Encodes a picture that a lens gives out.
    static func encode(
        _ picture: LensPicture, nmPerPixel: Double?, text: [String: String]
    ) throws(ImagingError) -> [UInt8] {
        try encode(
            width: picture.width, height: picture.height, channels: picture.channels, nmPerPixel: nmPerPixel,
            text: text,
            row: picture.row)
    }
}
