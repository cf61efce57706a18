"""TIFF and JPEG files of another writer (Pillow and NumPy), for PictureFileTests. Run in this folder.

grey16.tif: 7 x 5, sample = 1000 y + 100 x. rgb8-lzw.tif: 9 x 6, LZW with predictor, (10 x, 20 y, x + y).
rgb8-tiles.tif: 40 x 24 in tiles of 16 x 16, deflated, (x, y, x * y % 256), written by hand below.
grey8-jpeg.jpg, rgb-jpeg.jpg: 32 x 16 in quality 95, flat halves of (200, 40, 90) and (20, 120, 240), or 200 and 20.
planar16.tif: 6 x 4 RGB, planes apart, sample = 10000 c + 1000 y + x, big-endian, uncompressed, by hand.
"""
import struct
import zlib

import numpy as np
from PIL import Image

y, x = np.mgrid[0:5, 0:7]
Image.fromarray((1000 * y + 100 * x).astype(np.uint16)).save("grey16.tif")
y, x = np.mgrid[0:6, 0:9]
Image.fromarray(np.stack([10 * x, 20 * y, x + y], 2).astype(np.uint8)).save("rgb8-lzw.tif", compression="tiff_lzw")


def tiff(order, tags, blocks, offsets_tag, counts_tag):
    """A minimal TIFF: header, blocks, one directory."""
    out = bytearray((b"II*\0" if order == "<" else b"MM\0*") + b"\0\0\0\0")
    offsets = []
    for block in blocks:
        offsets.append(len(out))
        out += block
    tags = dict(tags)
    tags[offsets_tag] = (4, offsets)
    tags[counts_tag] = (4, [len(block) for block in blocks])
    entries = []
    for tag, (kind, values) in sorted(tags.items()):
        data = b"".join(struct.pack(order + {3: "H", 4: "I"}[kind], v) for v in values)
        if len(data) > 4:
            place = len(out)
            out += data
            data = struct.pack(order + "I", place)
        entries.append(struct.pack(order + "HHI", tag, kind, len(values)) + data.ljust(4, b"\0"))
    out[4:8] = struct.pack(order + "I", len(out))
    out += struct.pack(order + "H", len(entries)) + b"".join(entries) + b"\0\0\0\0"
    return bytes(out)


width, height, tile = 40, 24, 16
y, x = np.mgrid[0:32, 0:48]
picture = np.stack([x, y, x * y % 256], 2).astype(np.uint8)
tiles = [zlib.compress(picture[v:v + tile, u:u + tile].tobytes()) for v in (0, 16) for u in (0, 16, 32)]
tags = {256: (3, [width]), 257: (3, [height]), 258: (3, [8, 8, 8]), 259: (3, [8]), 262: (3, [2]), 277: (3, [3]),
        284: (3, [1]), 322: (3, [tile]), 323: (3, [tile])}
open("rgb8-tiles.tif", "wb").write(tiff("<", tags, tiles, 324, 325))
y, x = np.mgrid[0:4, 0:6]
planes = [(10000 * c + 1000 * y + x).astype(">u2").tobytes() for c in range(3)]
tags = {256: (3, [6]), 257: (3, [4]), 258: (3, [16, 16, 16]), 259: (3, [1]), 262: (3, [2]), 277: (3, [3]), 278: (3, [4]),
        284: (3, [2])}
open("planar16.tif", "wb").write(tiff(">", tags, planes, 273, 279))

rgb = np.zeros((16, 32, 3), np.uint8)
rgb[:, :16], rgb[:, 16:] = (200, 40, 90), (20, 120, 240)
Image.fromarray(rgb).save("rgb-jpeg.jpg", quality=95, subsampling=0)
Image.fromarray(rgb[:, :, 0]).save("grey8-jpeg.jpg", quality=95)
