"""PNGs of 8 bits a sample, read and written with the standard library alone: to cut fields down, or to lay out large ones."""

import struct
import zlib

COLOURS = {0: 1, 2: 3, 6: 4}


class Picture:
    """Rows of bytes, `channels` a pixel."""

    def __init__(self, width, channels, rows):
        self.width, self.channels, self.rows = width, channels, rows

    @classmethod
    def read(cls, data, rows=None):
        """- rows: only so many from the top; all by default."""
        chunks, at = {}, 8
        while at < len(data):
            length, = struct.unpack_from(">I", data, at)
            kind = data[at + 4:at + 8]
            chunks[kind] = chunks.get(kind, b"") + data[at + 8:at + 8 + length]
            at += 12 + length
        width, height, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
        if depth != 8 or colour not in COLOURS:
            raise ValueError("only grey and colour of 8 bits a sample")
        channels = COLOURS[colour]
        lines, above, result = zlib.decompress(chunks[b"IDAT"]), bytearray(width * channels), []
        for y in range(min(height, rows or height)):
            start = y * (width * channels + 1)
            above = cls.unfiltered(lines[start], bytearray(lines[start + 1:start + 1 + width * channels]), above, channels)
            result.append(bytes(above))
        return cls(width, channels, result)

    @staticmethod
    def unfiltered(kind, line, above, channels):
        """PNG specification, section 9."""
        if kind == 0:
            return line
        for x in range(len(line)):
            left, up = (line[x - channels] if x >= channels else 0), above[x]
            if kind == 1:
                line[x] = (line[x] + left) & 255
            elif kind == 2:
                line[x] = (line[x] + up) & 255
            elif kind == 3:
                line[x] = (line[x] + (left + up) // 2) & 255
            else:
                corner = above[x - channels] if x >= channels else 0
                far = [abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)]
                line[x] = (line[x] + (left, up, corner)[far.index(min(far))]) & 255
        return line

    def cropped(self, width, height):
        """Its upper left corner."""
        return Picture(width, self.channels, [row[:width * self.channels] for row in self.rows[:height]])

    def repeated(self, width, height):
        """As a floor of tiles, each second one mirrored, so that nothing ends at a joint."""
        size = self.channels
        mirrored = [b"".join(row[x:x + size] for x in range(len(row) - size, -1, -size)) for row in self.rows]
        times = -(-width // (2 * self.width))
        wide = [((row + back) * times)[:width * size] for row, back in zip(self.rows, mirrored)]
        both = wide + wide[::-1]
        return Picture(width, size, [both[y % len(both)] for y in range(height)])

    def encoded(self, level=6):
        colour = {channels: colour for colour, channels in COLOURS.items()}[self.channels]
        compressor = zlib.compressobj(level)
        body = b"".join(compressor.compress(b"\0" + row) for row in self.rows) + compressor.flush()
        header = struct.pack(">IIBBBBB", self.width, len(self.rows), 8, colour, 0, 0, 0)
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))
            for kind, part in [(b"IHDR", header), (b"IDAT", body), (b"IEND", b"")])
