/// What the pages of a TIFF file are to each other, and their scale, from the descriptions that ImageJ and OME write.
struct TIFFNotes {
    /// Three grey pages that are the red, the green and the blue of one picture.
    private(set) var isComposite = false
    /// In the object plane; nil where none is stated, or a resolution for print.
    private(set) var nmPerPixel: Double?
    /// Why it is no single picture.
    private(set) var fault: (what: String, hint: String)?

    static let asRGB = "in ImageJ: Image > Type > RGB Color, then save it as PNG or TIFF"
    private static let onePlane = "save the one picture that is meant, the plane in focus or a projection, by itself"

    /// - Parameters:
    ///   - description: of the first page.
    ///   - pages: without previews.
    ///   - pixelsPerUnit: 0 where none is stated.
    ///   - unit: the resolution's, as TIFF counts them: 1 none, 2 inch, 3 centimetre.
    init(_ description: String, pages: Int, pixelsPerUnit: Double, unit: Int) {
        if description.hasPrefix("ImageJ=") {
            readImageJ(description, pages: pages, pixelsPerUnit: pixelsPerUnit)
        } else if description.contains("<OME") {
            readOME(description, pages: pages)
        } else if pages > 1 {
            fault = ("holds \(pages) pages", Self.onePlane)
        }
        if nmPerPixel == nil, unit != 1, !description.hasPrefix("ImageJ="), pixelsPerUnit > 0 {
            nmPerPixel = PNGNotes.scale(pixelsPerMetre: pixelsPerUnit * (unit == 3 ? 100 : 100 / 2.54))
        }
    }

    private mutating func readImageJ(_ description: String, pages: Int, pixelsPerUnit: Double) {
        var facts: [String: String] = [:]
        for line in description.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { facts[String(parts[0])] = String(parts[1]) }
        }
        func count(_ key: String) -> Int { facts[key].flatMap { Int($0) } ?? 1 }
        let (images, channels) = (max(count("images"), pages), count("channels"))
        if count("slices") > 1 {
            fault = ("is a stack of \(count("slices")) planes of focus", Self.onePlane)
        } else if count("frames") > 1 {
            fault = ("is a series of \(count("frames")) pictures in time", Self.onePlane)
        } else if channels == 3, images == 3, pages == 3, facts["mode"] == "composite" {
            isComposite = true
        } else if channels > 1 {
            fault = ("holds \(channels) channels, of which none is said to be red, green or blue", Self.asRGB)
        } else if images > 1 {
            fault = ("holds \(images) pictures", Self.onePlane)
        }
        let metres: [String: Double] = [
            "nm": 1e-9, "um": 1e-6, "µm": 1e-6, "μm": 1e-6, "\\u00B5m": 1e-6, "micron": 1e-6, "microns": 1e-6,
            "mm": 1e-3, "cm": 1e-2, "m": 1,
        ]
        if pixelsPerUnit > 0, let metre = facts["unit"].flatMap({ metres[$0] }) {
            nmPerPixel = PNGNotes.scale(pixelsPerMetre: pixelsPerUnit / metre)
        }
    }

    private mutating func readOME(_ description: String, pages: Int) {
        guard
            let tag = description.firstRange(of: "<Pixels ").map({ description[$0.upperBound...].prefix { $0 != ">" } })
        else {
            if pages > 1 { fault = ("holds \(pages) pages", Self.onePlane) }
            return
        }
        func attribute(_ name: String) -> String? {
            guard let start = tag.firstRange(of: "\(name)=\"")?.upperBound else { return nil }
            return String(tag[start...].prefix { $0 != "\"" })
        }
        func count(_ name: String) -> Int { attribute(name).flatMap { Int($0) } ?? 1 }
        if count("SizeZ") > 1 {
            fault = ("is a stack of \(count("SizeZ")) planes of focus (OME)", Self.onePlane)
        } else if count("SizeT") > 1 {
            fault = ("is a series of \(count("SizeT")) pictures in time (OME)", Self.onePlane)
        } else if pages > 1 {
            let channels = count("SizeC")
            fault =
                channels > 1
                ? ("holds \(channels) channels (OME), of which none is sure to be red, green or blue", Self.asRGB)
                : ("holds \(pages) pages (OME)", Self.onePlane)
        }
        let nanometres: [String: Double] = ["nm": 1, "µm": 1e3, "μm": 1e3, "um": 1e3, "&#181;m": 1e3, "mm": 1e6]
        if let size = attribute("PhysicalSizeX").flatMap({ Double($0) }), size > 0,
            let unit = nanometres[attribute("PhysicalSizeXUnit") ?? "µm"]
        {
            nmPerPixel = PNGNotes.scale(pixelsPerMetre: 1e9 / (size * unit))
        }
    }
}
