/// How a camera was held (EXIF 2.3, tag 0x0112): pictures of phones are often stored lying and shown upright.
enum EXIF {
    /// - Parameter bytes: of a JPEG file.
    /// - Returns: 1...8; 1 where the file does not say.
    static func orientation(ofJPEG bytes: [UInt8]) -> Int {
        var position = 2
        // Segments up to the picture's data (SOS).
        while position + 4 <= bytes.count, bytes[position] == 0xFF, bytes[position + 1] != 0xDA {
            let marker = bytes[position + 1]
            if marker == 0xFF || marker == 0x01 || (0xD0...0xD8).contains(marker) {
                position += marker == 0xFF ? 1 : 2
                continue
            }
            let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
            guard length >= 2, position + 2 + length <= bytes.count else { return 1 }
            let body = bytes[position + 4..<position + 2 + length]
            if marker == 0xE1, body.starts(with: Array("Exif\0\0".utf8)),
                let found = orientation(body.dropFirst(6))
            {
                return found
            }
            position += 2 + length
        }
        return 1
    }

    /// - Parameter block: a TIFF header and its first directory.
    /// - Returns: 1...8; nil where it does not say.
    static func orientation(_ block: ArraySlice<UInt8>) -> Int? {
        let bytes = Array(block)
        guard bytes.count >= 8 else { return nil }
        let isLittle = bytes[0] == 0x49
        func number(_ at: Int, _ count: Int) -> Int? {
            guard at >= 0, at <= bytes.count - count else { return nil }
            let part = bytes[at..<at + count]
            return isLittle ? part.reversed().reduce(0) { $0 << 8 | Int($1) } : part.reduce(0) { $0 << 8 | Int($1) }
        }
        guard number(2, 2) == 42, let first = number(4, 4), let entries = number(first, 2) else { return nil }
        for entry in 0..<entries {
            let at = first + 2 + 12 * entry
            guard let tag = number(at, 2) else { return nil }
            if tag == 0x0112, number(at + 2, 2) == 3, let value = number(at + 8, 2) {
                return (1...8).contains(value) ? value : nil
            }
        }
        return nil
    }
}

extension Picture {
    /// The picture as it is meant to be seen.
    /// - Parameter orientation: of EXIF and TIFF, 1...8; 1 leaves it as it is.
    func turned(by orientation: Int) -> Picture {
        guard (2...8).contains(orientation) else { return self }
        let swaps = orientation >= 5
        var result = self
        let (newWidth, newHeight) = swaps ? (height, width) : (width, height)
        if swaps { result = Picture(width: newWidth, height: newHeight, channels: channels, samples: samples) }
        for y in 0..<newHeight {
            for x in 0..<newWidth {
                let (fromX, fromY) =
                    switch orientation {
                    case 2: (width - 1 - x, y)
                    case 3: (width - 1 - x, height - 1 - y)
                    case 4: (x, height - 1 - y)
                    case 5: (y, x)
                    case 6: (y, height - 1 - x)
                    case 7: (width - 1 - y, height - 1 - x)
                    default: (width - 1 - y, x)
                    }
                let from = (fromY * width + fromX) * channels, to = (y * newWidth + x) * channels
                for channel in 0..<channels { result.samples[to + channel] = samples[from + channel] }
            }
        }
        return result
    }
}

extension PNG.Content {
    func turned(by orientation: Int) -> PNG.Content {
        switch self {
        case .bits8(let picture): .bits8(picture.turned(by: orientation))
        case .bits16(let picture): .bits16(picture.turned(by: orientation))
        }
    }

    /// Red, green and blue from three grey pictures; nil where they differ in depth or size.
    init?(planes: [PNG.Content]) {
        func joined<Sample: Sendable>(_ planes: [Picture<Sample>]) -> Picture<Sample>? {
            let first = planes[0]
            guard planes.count == 3,
                planes.allSatisfy({ $0.samples.count == first.samples.count && $0.width == first.width })
            else { return nil }
            return Picture(
                width: first.width, height: first.height, channels: 3,
                samples: first.samples.indices.flatMap { index in planes.map { $0.samples[index] } })
        }
        var bytes: [Picture<UInt8>] = [], words: [Picture<UInt16>] = []
        for plane in planes {
            switch plane {
            case .bits8(let picture): bytes.append(picture)
            case .bits16(let picture): words.append(picture)
            }
        }
        if let picture = words.isEmpty ? joined(bytes) : nil {
            self = .bits8(picture)
        } else if let picture = bytes.isEmpty ? joined(words) : nil {
            self = .bits16(picture)
        } else {
            return nil
        }
    }
}
