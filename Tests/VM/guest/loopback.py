"""The slide under a kernel camera: v4l2loopback shows the simulated microscope's mosaics."""

import grp
import json
import os
import signal
import subprocess
import sys
import time
import zlib

import service
from harness import check, client, eventually, expect, refusal, run
from service import capture, captures, show, wait_for_stream

FIELDS = "/payload/fields"
SHOWN = "/run/microscope-field"
SLIDE = "loopback"
KINDS = ("input", "map", "magnified", "labelled", "only-iva", "only-galanthus")
microscope = None


def start_microscope(field=0):
    global microscope
    look_at(field, settle=0)
    microscope = subprocess.Popen(
        [sys.executable, "/payload/guest/microscope.py", "/dev/video0", FIELDS, SHOWN],
        stderr=open("/run/artifacts/microscope.txt", "a"))


def look_at(field, settle=3):
    """Moves the stage to a field; frames on their way still show the former one."""
    with open(SHOWN + ".new", "w") as file:
        file.write(truth()[field]["file"].replace(".png", ".bggr"))
    os.rename(SHOWN + ".new", SHOWN)
    time.sleep(settle)


def truth():
    with open(f"{FIELDS}/truth.json") as file:
        return json.load(file)["fields"]


@check("loopback: the camera is found when it appears", needs=["socket activation, mode 0660, no camera is a state"])
def appears():
    run("modprobe", "v4l2loopback", "devices=1", "video_nr=0", "exclusive_caps=1", "card_label=Microscope")
    start_microscope()
    camera = wait_for_stream()
    mode = camera["mode"]
    expect((mode["format"], mode["width"], mode["height"]) == ("BA81", 1280, 1024), f"mode {mode}")
    run("udevadm", "settle")
    expect(grp.getgrgid(os.stat("/dev/video0").st_gid).gr_name == "video", "/dev/video0 is not of the group video")
    expect(show("ActiveState", "dev-video0.device") == "active", "systemd does not know /dev/video0")
    return camera["source"]


@check("loopback: three fields, pictures as they were shown", needs=["loopback: the camera is found when it appears"])
def three_fields():
    client("slide", "create", SLIDE, "--note", "fed through v4l2loopback")
    for index, field in enumerate(truth()):
        look_at(index)
        report = capture(SLIDE)[0]
        expect(report["nm_per_pixel"] == 180, f"scale {report['nm_per_pixel']}")
        for kind in KINDS:
            file = f"/run/artifacts/field-{index}-{kind}.png"
            run("neurallens", "image", str(report["id"]), kind, "-o", file)
        expect(
            shows_the_same(f"/run/artifacts/field-{index}-input.png", f"{FIELDS}/{field['file']}"),
            f"the stored input of capture {report['id']} is not field {index} as it was shown")
        grains = client("grains", str(report["id"]))["grains"]
        counted = sum(species["grains"] for species in report["counts"]) + report["unidentified"]
        expect(len(grains) == counted, f"{len(grains)} grains listed and {counted} counted")
    timings = captures(SLIDE)[-1]["timings"]
    return " ".join(f"{key[:-8]} {value:.2f} s" for key, value in timings.items() if value is not None)


@check("loopback: counts against truth", needs=["loopback: three fields, pictures as they were shown"])
def counts():
    counted = client("counts", SLIDE)
    expect(counted["captures"] == 3, f"{counted['captures']} captures counted")
    expect(counted["total"] == sum(s["grains"] for s in counted["species"]), "total is not the sum over species")
    grains = [grain for field in truth() for grain in field["grains"] if in_frame(grain["bbox_px"])]
    words = []
    for species in counted["species"]:
        laid = sum(1 for grain in grains if grain["species"] == species["key"])
        allowed = max(3, round(0.15 * laid))
        words.append(f"{species['key']} {species['grains']} of {laid}")
        expect(abs(species["grains"] - laid) <= allowed, f"{words[-1]}, allowed are {allowed} more or less")
    return ", ".join(words)


def in_frame(box):
    """By the two-edge rule: not cut on the right or below, and reaching 5 um into the field of 180 nm a pixel."""
    right, bottom = box[2:]
    return right <= 1280 - 1.5 and bottom <= 1024 - 1.5 and (min(right, bottom) + 0.5) * 0.18 > 5


@check("SIGKILL in mid-capture loses nothing", needs=["loopback: three fields, pictures as they were shown"])
def sigkill():
    before = captures(SLIDE)
    restarts = int(show("NRestarts"))
    client("capture", "--slide", SLIDE, "--count", "2", "--no-wait")
    eventually(
        "a stored input that the lens has not seen",
        lambda: [c for c in captures(SLIDE)[len(before):] if c["state"] == "pending"], pause=0.05)
    stored = captures(SLIDE)
    main = int(show("MainPID"))
    os.kill(main, signal.SIGKILL)
    # The socket unit holds on to clients until the daemon is back.
    service.status()
    expect(int(show("MainPID")) not in (0, main), "no new process")
    expect(int(show("NRestarts")) > restarts, "systemd did not restart it")
    after = captures(SLIDE)
    expect([c["id"] for c in after[:len(stored)]] == [c["id"] for c in stored], "captures are missing")
    # The job goes on where it was: two fields were asked for.
    done = service.wait_until_done(SLIDE, len(before) + 2)
    expect(done[:len(before)] == strip_timings(done[:len(before)], before), "results of earlier captures changed")
    service.integrity()
    for report in done[len(before):]:
        file = f"/run/artifacts/killed-{report['id']}.png"
        run("neurallens", "image", str(report["id"]), "labelled", "-o", file)
    return f"{len(stored) - len(before)} stored when it was killed, all done after"


def strip_timings(now, then):
    """`then` with the timings of `now`: those of stages before the store are of one run of the daemon only."""
    return [dict(old, timings=new["timings"]) for new, old in zip(now, then)]


@check("SIGTERM in mid-capture: exit 0 within 10 s, work is taken up", needs=["SIGKILL in mid-capture loses nothing"])
def sigterm():
    wait_for_stream()
    before = len(captures(SLIDE))
    client("capture", "--slide", SLIDE, "--no-wait")
    eventually("a stored input", lambda: len(captures(SLIDE)) > before, pause=0.05)
    seconds = service.stop_within_ten_seconds()
    service.status()
    service.wait_until_done(SLIDE, before + 1)
    service.integrity()
    return f"ended in {seconds:.1f} s"


@check("SIGHUP reads the configuration again", needs=["loopback: the camera is found when it appears"])
def sighup():
    main = show("MainPID")
    service.configure("/dev/video0", nm_per_pixel=200)
    run("systemctl", "reload", "neurallensd.service")
    eventually("the new scale", lambda: service.camera_state()["nm_per_pixel"] == 200)
    expect(show("MainPID") == main, "it was restarted")
    with open(service.CONFIGURATION, "w") as file:
        file.write("camera = \n")
    run("systemctl", "reload", "neurallensd.service")
    time.sleep(2)
    expect(show("MainPID") == main and service.camera_state()["nm_per_pixel"] == 200, "a bad file did harm")
    service.configure("/dev/video0")
    run("systemctl", "reload", "neurallensd.service")
    eventually("the former scale", lambda: service.camera_state()["nm_per_pixel"] == 180)
    wait_for_stream()


@check("loopback: a camera that falls silent and returns", needs=["loopback: the camera is found when it appears"])
def silence():
    global microscope
    microscope.send_signal(signal.SIGTERM)
    microscope.wait()
    camera = eventually(
        "an unavailable camera", lambda: (lambda c: c if c["state"] == "unavailable" else None)(service.camera_state()))
    message = refusal("neurallens", "capture", "--slide", SLIDE)
    start_microscope()
    wait_for_stream()
    return f"\"{camera['reason']}\"; \"{message}\""


@check("a full disk is told and loses nothing", needs=["loopback: three fields, pictures as they were shown"])
def full_disk():
    service.stop_within_ten_seconds()
    run("systemctl", "stop", "neurallensd.socket")
    run("mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", service.STATE)
    try:
        run("systemctl", "start", "neurallensd.service", timeout=400)
        wait_for_stream()
        client("slide", "create", "full")
        capture("full")
        filler = f"{service.STATE}/filler"
        with open(filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(65536))
            except OSError:
                pass
        message = refusal("neurallens", "capture", "--slide", "full", timeout=service.CAPTURE_TIMEOUT)
        expect("space" in message or "full" in message, f"the message does not tell of the disk: {message}")
        expect(show("ActiveState") == "active", "the daemon ended")
        found = captures("full")
        expect(found and found[0]["state"] == "done", f"the capture before is {found}")
        os.unlink(filler)
        capture("full")
        service.wait_until_done("full", len(captures("full")))
        service.integrity()
        return f"\"{message}\""
    finally:
        run("systemctl", "stop", "neurallensd.service", "neurallensd.socket")
        run("umount", service.STATE)
        run("systemctl", "start", "neurallensd.socket", "neurallensd.service", timeout=400)
        wait_for_stream()


def shows_the_same(one, other):
    """Whether two PNG files have the same samples."""
    one, other = filtered(one), filtered(other)
    # Files of one encoder have the same filters, too; undoing them takes a minute on an emulated processor.
    return one == other or unfiltered(*one) == unfiltered(*other)


def filtered(path):
    """Header and filtered rows of a PNG file."""
    with open(path, "rb") as file:
        data = file.read()
    expect(data[:8] == b"\x89PNG\r\n\x1a\n", f"{path} is not a PNG file")
    header, packed, at = None, b"", 8
    while at < len(data):
        length, kind = int.from_bytes(data[at:at + 4], "big"), data[at + 4:at + 8]
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            header = body
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    return header, zlib.decompress(packed)


def unfiltered(header, rows):
    """Header and samples of a picture (PNG specification, section 9)."""
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    step = {0: 1, 2: 3, 4: 2, 6: 4}[header[9]] * header[8] // 8
    stride = width * step
    picture, above = bytearray(), bytearray(stride)
    for y in range(height):
        kind = rows[y * (stride + 1)]
        row = bytearray(rows[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for x in range(stride):
            left = row[x - step] if x >= step else 0
            up, corner = above[x], above[x - step] if x >= step else 0
            if kind == 1:
                row[x] = (row[x] + left) & 255
            elif kind == 2:
                row[x] = (row[x] + up) & 255
            elif kind == 3:
                row[x] = (row[x] + (left + up) // 2) & 255
            elif kind == 4:
                row[x] = (row[x] + nearest(left, up, corner)) & 255
        picture += row
        above = row
    return header, bytes(picture)


def nearest(left, up, corner):
    """The Paeth predictor."""
    a, b, c = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    return left if a <= b and a <= c else up if b <= c else corner
