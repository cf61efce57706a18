import CTIFF

/// TIFF files (revision 6.0) of several pages, grey or RGB, 8 or 16 bits a sample. `PictureFile` reads them.
package enum TIFF {
    package struct Page: Sendable {
        package var content: PNG.Content
        /// Physical scale, written as the resolution; nil: unknown.
        package var nmPerPixel: Double?
        /// ASCII, as all text of this format.
        package var description: String?
        package var software: String?
        /// "YYYY:MM:DD HH:MM:SS".
        package var dateTime: String?

        package init(
            _ content: PNG.Content, nmPerPixel: Double? = nil, description: String? = nil, software: String? = nil,
            dateTime: String? = nil
        ) {
            self.content = content
            self.nmPerPixel = nmPerPixel
            self.description = description
            self.software = software
            self.dateTime = dateTime
        }

        /// Without compression.
        var byteCount: Int {
            switch content {
            case .bits8(let picture): picture.samples.count
            case .bits16(let picture): 2 * picture.samples.count
            }
        }
    }

    /// Encodes pages one after the other, in tiles, deflated: what every reader of microscope pictures takes.
    /// - Parameter isBig: a BigTIFF, whose offsets have 64 bits; by default only where the pages may pass 4 GB.
    package static func encode(_ pages: [Page], isBig: Bool? = nil) throws(ImagingError) -> [UInt8] {
        var message = [CChar](repeating: 0, count: Int(CTIFF_MESSAGE_BYTES))
        func fail() -> ImagingError {
            let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
            return ImagingError(
                .cannotEncode, "\(pages.count) pictures cannot be written as TIFF: \(text)",
                hint: "make memory free and try again")
        }
        precondition(!pages.isEmpty, "a TIFF file has a page")
        let isBig = isBig ?? (pages.reduce(0) { $0 + $1.byteCount } > 4_000_000_000)
        guard let writer = ctiff_writer_open(isBig ? 1 : 0, &message) else { throw fail() }
        var isWhole = true
        for page in pages where isWhole {
            switch page.content {
            case .bits8(let picture): isWhole = add(picture, page, to: writer, &message)
            case .bits16(let picture): isWhole = add(picture, page, to: writer, &message)
            }
        }
        let reason = message
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        let isClosed = ctiff_writer_close(writer, &bytes, &count, &message) == 0
        defer { ctiff_free(bytes) }
        guard isWhole else {
            message = reason
            throw fail()
        }
        guard isClosed, let bytes else { throw fail() }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    private static func add<Sample: FixedWidthInteger & Sendable>(
        _ picture: Picture<Sample>, _ page: Page, to writer: OpaquePointer, _ message: inout [CChar]
    ) -> Bool {
        precondition(picture.channels == 1 || picture.channels == 3, "a page is grey or RGB")
        var header = ctiff_header()
        header.width = UInt32(picture.width)
        header.height = UInt32(picture.height)
        header.channels = UInt32(picture.channels)
        header.bit_depth = UInt32(Sample.bitWidth)
        return picture.samples.withUnsafeBytes {
            ctiff_writer_add(
                writer, &header, $0.baseAddress!, page.nmPerPixel.map { 1e7 / $0 } ?? 0, page.description,
                page.software, page.dateTime, &message) == 0
        }
    }
}
