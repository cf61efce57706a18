/// A kind of picture file that is not read, known by its first bytes: people are told what they have.
struct OtherPictureKind {
    /// With its article.
    let name: String

    init?(_ bytes: [UInt8]) {
        func has(_ text: String, at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: text.utf8) }
        func begins(_ start: [UInt8]) -> Bool { bytes.starts(with: start) }
        if has("BM") && bytes.count > 26 {
            name = "a BMP picture"
        } else if has("GIF8") {
            name = "a GIF picture"
        } else if has("RIFF") && has("WEBP", at: 8) {
            name = "a WebP picture"
        } else if has("RIFF") {
            name = "an AVI film"
        } else if has("ftyp", at: 4) {
            name =
                ["heic", "heix", "mif1", "heif"].contains { has($0, at: 8) }
                ? "a HEIC picture of a phone" : has("avif", at: 8) ? "an AVIF picture" : "a film"
        } else if begins([0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20]) || begins([0xFF, 0x4F, 0xFF, 0x51]) {
            name = "a JPEG 2000 picture"
        } else if has("ZISRAWFILE") {
            name = "a CZI file of a Zeiss microscope"
        } else if begins([0x70, 0, 0, 0]) {
            name = "a LIF file of a Leica microscope"
        } else if begins([0xDA, 0xCE, 0xBE, 0x0A]) {
            name = "an ND2 file of a Nikon microscope"
        } else if begins([0xD0, 0xCF, 0x11, 0xE0]) {
            name = "an OLE file, as ZVI and OIB of microscopes"
        } else if has("DICM", at: 128) {
            name = "a DICOM file"
        } else if has("8BPS") {
            name = "a Photoshop file"
        } else if has("%PDF") {
            name = "a PDF"
        } else if has("SIMPLE  =") {
            name = "a FITS picture"
        } else if has("P5") || has("P6") || has("P4") || has("P2") || has("P3") {
            name = "a PNM picture"
        } else if begins([0x76, 0x2F, 0x31, 0x01]) {
            name = "an OpenEXR picture"
        } else if has("version https://git-lfs") {
            name = "a pointer of Git LFS, not the file it stands for (git lfs pull)"
        } else if has("PK\u{3}\u{4}") || begins([0x1F, 0x8B]) {
            name = "an archive"
        } else if has("<svg") || has("<?xml") || has("<!DOCTYPE") || has("<html") {
            name = "text of the web (SVG or HTML)"
        } else {
            return nil
        }
    }
}
