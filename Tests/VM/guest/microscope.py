"""Feeds a v4l2loopback device with one field, three times a second, until SIGTERM.

usage: microscope.py DEVICE FOLDER SHOWN

FOLDER holds the mosaics that `neurallens-lab simulate --raw` wrote (NUMBER.bggr: BA81, 1280 x 1024, one byte a pixel);
the file SHOWN holds the name of the one under the objective and may be replaced at any time.
"""

import fcntl
import struct
import sys
import time

WIDTH, HEIGHT, FRAMES_PER_SECOND = 1280, 1024, 3
VIDIOC_S_FMT = 0xC0D05605
V4L2_BUF_TYPE_VIDEO_OUTPUT, V4L2_FIELD_NONE, V4L2_COLORSPACE_RAW = 2, 1, 11

device, folder, shown = sys.argv[1:]
form = bytearray(208)
struct.pack_into("<I", form, 0, V4L2_BUF_TYPE_VIDEO_OUTPUT)
struct.pack_into(
    "<II4sIIII", form, 8, WIDTH, HEIGHT, b"BA81", V4L2_FIELD_NONE, WIDTH, WIDTH * HEIGHT, V4L2_COLORSPACE_RAW)

name, mosaic = None, b""
with open(device, "wb", buffering=0) as camera:
    fcntl.ioctl(camera, VIDIOC_S_FMT, form)
    while True:
        with open(shown) as file:
            wanted = file.read()
        if wanted != name:
            name = wanted
            with open(f"{folder}/{name}", "rb") as file:
                mosaic = file.read()
        camera.write(mosaic)
        time.sleep(1 / FRAMES_PER_SECOND)
