"""The kernel's test camera: every pixel format against its colour bars, disconnection, damaged and dropped buffers."""

import http.client
import json
import os
import socket
import time

import service
from harness import check, client, eventually, expect, refusal, run
from service import wait_for_stream

SLIDE = "bars"
# The driver as a webcam, whose size is free, and as an S-Video input, whose size is fixed.
WEBCAM, VIDEO = "/dev/video10", "/dev/video11"

# White, yellow, cyan, green, magenta, red, blue, black, at 75 % intensity.
BARS = [(1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1), (0, 0, 0)]
COLOURS = [[0.749 * channel for channel in bar] for bar in BARS]
# Rec. 709 luma of full range, made with 8 bits and shifted up for deeper formats.
LUMA = [[0.749 * (0.2126 * r + 0.7152 * g + 0.0722 * b)] * 3 for r, g, b in BARS]

# FourCC, the kind and bits of what the camera module must make of it, the bars, the tolerance of each mean.
FORMATS = [
    ("RGGB", "mosaic rggb", 8, COLOURS, 0.02),
    ("GRBG", "mosaic grbg", 8, COLOURS, 0.02),
    ("GBRG", "mosaic gbrg", 8, COLOURS, 0.02),
    ("BA81", "mosaic bggr", 8, COLOURS, 0.02),
    ("RG16", "mosaic rggb", 16, COLOURS, 0.02),
    ("GR16", "mosaic grbg", 16, COLOURS, 0.02),
    ("GB16", "mosaic gbrg", 16, COLOURS, 0.02),
    ("BYR2", "mosaic bggr", 16, COLOURS, 0.02),
    ("RG12", "mosaic rggb", 12, COLOURS, 0.02),
    ("BG10", "mosaic bggr", 10, COLOURS, 0.02),
    ("GREY", "grey", 8, LUMA, 0.02),
    ("Y10", "grey", 10, LUMA, 0.02),
    ("Y12", "grey", 12, LUMA, 0.02),
    ("Y16", "grey", 16, LUMA, 0.02),
    ("RGB3", "rgb", 8, COLOURS, 0.02),
    ("BGR3", "rgb", 8, COLOURS, 0.02),
    # Chroma of 8 bits and half the width.
    ("YUYV", "rgb", 8, COLOURS, 0.03),
    ("UYVY", "rgb", 8, COLOURS, 0.03),
    ("NV12", "rgb", 8, COLOURS, 0.03),
]


def control(device, **values):
    for name, value in values.items():
        run("v4l2-ctl", "-d", device, f"--set-ctrl={name}={value}")


def probe(device, format, *options):
    report = json.loads(run(
        "neurallens-lab", "camera-probe", device, "--format", format, *options, "-o", f"/run/artifacts/{format}",
        timeout=180))
    return report


def load(number, input_type):
    """The driver with one device, /dev/videoNUMBER."""
    run("modprobe", "--remove", "vivid", status=None)
    run(
        "modprobe", "vivid", "n_devs=1", f"vid_cap_nr={number}", "node_types=0x1", "num_inputs=1",
        f"input_types={input_type}", "ccs_cap_mode=0")
    run("udevadm", "settle")
    device = f"/dev/video{number}"
    eventually(device, lambda: os.path.exists(device))
    # No text over the bars.
    control(device, osd_text_mode=2)


@check("vivid: a webcam", needs=["install"])
def webcam():
    load(10, 0)
    with open("/run/artifacts/vivid.txt", "w") as file:
        file.write(run("v4l2-ctl", "-d", WEBCAM, "--all", "--list-formats", "--list-ctrls-menus"))


def register(fourcc, kind, bits, bars, tolerance):
    @check(f"vivid: {fourcc} against colour bars", needs=["vivid: a webcam"])
    def bars_of():
        report = probe(WEBCAM, fourcc, "--size", "640x360", "--frames", "2")
        expect(report["mode"]["fourcc"] == fourcc, f"mode {report['mode']}")
        worst = 0
        for one in report["captures"]:
            frame = one.get("frame")
            expect(frame, f"capture failed: {one.get('error')}")
            expect(
                (frame["kind"], frame["bit_depth"], frame["width"], frame["height"]) == (kind, bits, 640, 360),
                f"it is {frame['kind']}, {frame['bit_depth']} bits, {frame['width']} x {frame['height']}")
            expect(frame["exposed_at_ns"] >= one["triggered_at_ns"], "the frame was exposed before the trigger")
            for index, (seen, truth) in enumerate(zip(frame["bar_means"], bars)):
                difference = max(abs(a - b) for a, b in zip(seen, truth))
                worst = max(worst, difference)
                expect(
                    difference <= tolerance,
                    f"bar {index} is {[round(v, 3) for v in seen]}, not {[round(v, 3) for v in truth]}")
        return f"largest difference {worst:.4f}"


for entry in FORMATS:
    register(*entry)


def capture():
    """Captures a field without a scale, which is stored and which the lens refuses at once; returns its report."""
    message = refusal("neurallens", "capture", "--slide", SLIDE)
    report = client("captures", "--slide", SLIDE)[-1]
    problem = report["problem"] or {}
    expect(problem.get("kind") == "scale-unknown" or "scale" in problem.get("detail", ""), f"{message}: {report}")
    return report


@check(
    "vivid: through the daemon, without a scale",
    needs=["install", "socket activation, mode 0660, no camera is a state"])
def through_the_daemon():
    load(11, 2)
    service.configure(VIDEO, nm_per_pixel=None)
    service.restart()
    camera = wait_for_stream()
    client("slide", "create", SLIDE)
    report = capture()
    expect(report["source"].startswith(f"v4l2:{VIDEO} (vivid"), f"source {report['source']}")
    expect(report["nm_per_pixel"] is None, f"scale {report['nm_per_pixel']}")
    run("neurallens", "image", str(report["id"]), "input", "-o", "/run/artifacts/bars.png")
    mode = camera["mode"]
    return f"{mode['format']} {mode['width']} x {mode['height']}; \"{report['problem']['detail']}\""


@check("vivid: disconnect and return", needs=["vivid: through the daemon, without a scale"])
def disconnect():
    # The driver comes back when the last descriptor is closed; this one keeps it away until the state is seen.
    other = os.open(VIDEO, os.O_RDWR | os.O_NONBLOCK)
    try:
        control(VIDEO, disconnect=1)
        camera = eventually(
            "an unavailable camera",
            lambda: (lambda c: c if c["state"] == "unavailable" else None)(service.camera_state()))
        expect(camera["reason"], "unavailable without a reason")
        message = refusal("neurallens", "capture", "--slide", SLIDE)
    finally:
        os.close(other)
    main = service.show("MainPID")
    wait_for_stream()
    capture()
    expect(service.show("MainPID") == main, "the daemon was restarted")
    return f"\"{camera['reason']}\"; \"{message}\""


@check("vivid: a fatal streaming error is survived", needs=["vivid: through the daemon, without a scale"])
def fatal():
    wait_for_stream()
    control(VIDEO, inject_fatal_streaming_error=1)
    time.sleep(1)
    wait_for_stream()
    capture()


def frames_of_capture():
    return capture()["frames"]


@check("vivid: flagged buffers are counted and not used", needs=["vivid: through the daemon, without a scale"])
def flagged():
    wait_for_stream()
    frames_of_capture()
    for _ in range(3):
        control(VIDEO, inject_v4l2_buf_flag_error=1)
        time.sleep(0.5)
    frames = frames_of_capture()
    expect(frames["error_flagged"] >= 1, f"accounting {frames}")
    return f"{frames['error_flagged']} flagged"


@check("vivid: dropped buffers are counted", needs=["vivid: through the daemon, without a scale"])
def dropped():
    wait_for_stream()
    frames_of_capture()
    control(VIDEO, percentage_of_dropped_buffers=50)
    try:
        time.sleep(2)
        frames = frames_of_capture()
    finally:
        control(VIDEO, percentage_of_dropped_buffers=0)
    expect(frames["sequence_gaps"] >= 3, f"accounting {frames}")
    return f"{frames['sequence_gaps']} frames missing"


@check("vivid: a wrapping sequence is no gap", needs=["vivid: through the daemon, without a scale"])
def wrap():
    control(VIDEO, wrap_sequence_number=1)
    # The driver starts at 2^32 - 128 with each stream.
    service.restart()
    wait_for_stream()
    frames_of_capture()
    time.sleep(8)
    frames = frames_of_capture()
    control(VIDEO, wrap_sequence_number=0)
    expect(frames["sequence_gaps"] < 10000, f"accounting {frames}")
    return f"{frames['sequence_gaps']} frames missing"


def live(view, after=0):
    """Status, headers and body of the next live picture, raw."""
    connection = http.client.HTTPConnection("localhost", timeout=60)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.settimeout(60)
    connection.sock.connect(service.SOCKET)
    connection.request("GET", f"/v1/live/frame?view={view}&format=raw&width=64&after={after}")
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


@check("vivid: the live view shows the bars and follows", needs=["vivid: through the daemon, without a scale"])
def live_view():
    wait_for_stream()
    began, sequences = time.monotonic(), []
    while len(sequences) < 10:
        status, headers, body = live("camera", sequences[-1] if sequences else 0)
        expect(status == 200, f"status {status}: {body[:200]}")
        sequences.append(int(headers["NeuralLens-Sequence"]))
    rate = len(sequences) / (time.monotonic() - began)
    expect(sequences == sorted(set(sequences)), f"numbers {sequences}")
    expect(headers["NeuralLens-Synthesised"] == "false", "a camera's picture is marked as synthesised")
    width, height = int(headers["NeuralLens-Width"]), int(headers["NeuralLens-Height"])
    row = (height // 2) * width
    worst = 0
    for index, truth in enumerate(COLOURS):
        pixel = row + width * (2 * index + 1) // 16
        seen = [value / 255 for value in body[3 * pixel:3 * pixel + 3]]
        worst = max(worst, *(abs(a - b) for a, b in zip(seen, truth)))
        expect(worst < 0.06, f"bar {index} is {seen}, not {truth}")
    status, _, body = live("map")
    expect(status != 200 and b"scale" in body, f"a map without a scale: {status} {body[:200]}")
    return f"{rate:.1f} pictures a second, largest difference {worst:.3f}, {int(headers['NeuralLens-Age-Ms'])} ms old"


@check("vivid: the camera goes and comes back while somebody watches", needs=["vivid: the live view shows the bars and follows"])
def live_disconnect():
    status, headers, _ = live("camera")
    expect(status == 200, f"status {status}")
    number = int(headers["NeuralLens-Sequence"])
    other = os.open(VIDEO, os.O_RDWR | os.O_NONBLOCK)
    try:
        control(VIDEO, disconnect=1)
        body = eventually(
            "a word that the camera is away", lambda: (lambda a: a[2] if a[0] >= 400 else None)(live("camera")))
    finally:
        os.close(other)
    main = service.show("MainPID")
    eventually("a picture again", lambda: live("camera", number)[0] == 200)
    expect(service.show("MainPID") == main, "the daemon was restarted")
    return f"\"{json.loads(body)['detail']}\""
