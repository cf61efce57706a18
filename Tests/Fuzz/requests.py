"""Requests that no client of ours would send, against a daemon of this build: requests.py BIN [--requests N] [--seed S].

Every route with every method, numbers beyond all ranges, names with everything in them, bodies that are no JSON, heads
that are no HTTP. Asked afterwards, and every now and then on the way: does it still answer, within two seconds, and did
it ever answer 500, or not at all? Prints one line a question; ends with 1 where an answer is wrong.
"""

import argparse
import json
import pathlib
import random
import socket
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Live"))
from daemons import Daemon  # noqa: E402

ROUTES = [
    ("GET", "/v1/status"), ("GET", "/v1/slides"), ("POST", "/v1/slides"), ("GET", "/v1/slides/{s}"),
    ("PATCH", "/v1/slides/{s}"), ("GET", "/v1/slides/{s}/captures"), ("GET", "/v1/slides/{s}/counts"),
    ("GET", "/v1/slides/{s}/comparison"), ("GET", "/v1/slides/{s}/fields"), ("GET", "/v1/slides/{s}/map"),
    ("GET", "/v1/slides/{s}/export/csv"), ("GET", "/v1/slides/{s}/export/{s}"), ("POST", "/v1/captures"),
    ("GET", "/v1/jobs/{s}"), ("POST", "/v1/jobs/{s}/stop"), ("GET", "/v1/captures/{n}/grains"),
    ("GET", "/v1/captures/{n}/images/{s}"), ("GET", "/v1/captures/{n}/ome-tiff"), ("GET", "/v1/live"),
    ("PUT", "/v1/live/options"), ("GET", "/v1/live/frame"), ("GET", "/v1/camera"), ("GET", "/v1/camera/modes"),
    ("GET", "/v1/camera/controls"), ("PUT", "/v1/camera/controls/{s}"), ("GET", "/v1/camera/calibrations"),
    ("POST", "/v1/camera/calibrations"), ("PUT", "/v1/camera/objective"), ("GET", "/v1/grains/{n}"),
    ("GET", "/v1/grains/{n}/crop"), ("GET", "/v1/slides/{s}/review"), ("GET", "/v1/slides/{s}/reviews"),
    ("POST", "/v1/reviews"), ("GET", "/"), ("GET", "/page/{s}"), ("GET", "/v1/page"), ("GET", "/v1/log"),
    ("GET", "/v1/session"), ("GET", "/v1/plans"), ("POST", "/v1/plans"), ("GET", "/v1/plans/{n}"),
    ("POST", "/v1/plans/{n}/pause"), ("POST", "/v1/lenses"), ("PUT", "/v1/lenses/{s}/files/{s}"),
    ("POST", "/v1/reanalyses"), ("GET", "/v1/reanalyses/{s}"), ("GET", "/v1/slides/{s}/runs"),
    ("GET", "/v1/slides/{s}/difference"), ("GET", "/v1/slides/{s}/labels"), ("GET", "/v1/slides/{s}/groups"),
    ("GET", "/v1/slides/{s}/sample"), ("PATCH", "/v1/slides/{s}/sample"), ("DELETE", "/v1/slides/{s}/sample"),
    ("GET", "/v1/slides/{s}/sample/plan"), ("GET", "/v1/slides/{s}/sample/fields"),
    ("GET", "/v1/slides/{s}/sample/values"), ("GET", "/v1/season?station={s}&from=2026-01-01"),
    ("GET", "/v1/slides/{s}/second-readings"), ("POST", "/v1/slides/{s}/second-readings"),
    ("GET", "/v1/second-readings/{n}"), ("GET", "/v1/second-readings/{n}/agreement"),
    ("GET", "/v1/second-readings/{n}/differences"), ("POST", "/v1/second-readings/{n}/differences"),
    ("GET", "/v1/second-readings/{n}/fields/{n}"), ("PUT", "/v1/second-readings/{n}/fields/{n}/finish"),
    ("POST", "/v1/second-readings/{n}/words"), ("GET", "/v1/lenses"), ("GET", "/v1/lenses/activations"),
    ("GET", "/v1/lenses/{s}"), ("POST", "/v1/lenses/{s}/activate"), ("PUT", "/v1/lenses/{s}/card"),
    ("GET", "/v1/lenses/{s}/files/{s}"), ("DELETE", "/v1/lenses/{s}"), ("GET", "/v1/teachings"),
    ("POST", "/v1/teachings"), ("GET", "/v1/teachings/{n}"), ("POST", "/v1/teachings/{n}/stop"),
    ("POST", "/v1/teachings/{n}/resume"), ("DELETE", "/v1/teachings/{n}"), ("POST", "/v1/data-sets"),
    ("GET", "/v1/captures/{n}/pair"), ("PUT", "/v1/captures/{n}/exclusion"), ("DELETE", "/v1/captures/{n}/exclusion"),
    ("PUT", "/v1/captures/{n}/finish"), ("DELETE", "/v1/captures/{n}/finish"), ("GET", "/v1/species"),
    ("POST", "/v1/species"), ("PUT", "/v1/camera/mode"), ("POST", "/v1/store/checks"),
]
NUMBERS = [
    0, -1, 1, 3, 1e308, -1e308, 1e-324, 5e-324, 1e20, 2**31, 2**32, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 2**64,
    float("nan"), float("inf"), 0.5, 1e-5, 4294967295, 16777217,
]
KEYS = [
    "slide", "count", "interval_seconds", "stage_um", "name", "note", "objective", "pixel_pitch_um", "magnification",
    "stage_micrometer_um", "until_precision", "until_grains", "grain", "grains", "species", "action", "reviewer",
    "reason", "value", "sampled_volume_m3", "deposit_area_mm2", "minimum_confidence", "lens", "run", "enabled", "view",
    "frames_per_second", "width", "points", "limit", "after", "scale", "maximum_side",
    "slides", "held_out", "steps", "minutes", "from", "learning_curve", "fields", "share", "seed", "reader", "threshold",
    "capture", "key", "colour", "revision", "outlines_px", "line_px", "parts", "default", "previous", "format", "group",
]


class Attack:
    def __init__(self, path, seed):
        self.path = path
        self.random = random.Random(seed)
        self.statuses = {}
        self.failures = []
        self.slowest = (0, "")

    def word(self):
        r = self.random
        return r.choice([
            "s", "1", "0", "-1", "iva", "input", "map", "../../etc/passwd", "%2e%2e%2f", "%00", "a" * 300, "ä", "%FF",
            "' OR 1=1 --", "=cmd()", "\\", "lens.json", "", " ", "9" * 30, str(r.choice(NUMBERS)),
        ])

    def value(self, depth=0):
        r = self.random
        kind = r.randrange(7 if depth < 3 else 4)
        if kind == 0:
            return r.choice(NUMBERS)
        if kind == 1:
            return self.word()
        if kind == 2:
            return r.choice([True, False, None])
        if kind == 3:
            return r.choice(NUMBERS)
        if kind == 4:
            return [self.value(depth + 1) for _ in range(r.randrange(4))]
        return {r.choice(KEYS): self.value(depth + 1) for _ in range(r.randrange(5))}

    def request(self):
        r = self.random
        method, path = r.choice(ROUTES)
        if r.random() < 0.15:
            method = r.choice(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW"])
        while "{" in path:
            path = path.replace("{s}", self.quoted(self.word()), 1).replace("{n}", self.quoted(self.word()), 1)
        if r.random() < 0.5:
            path += "?" + "&".join(f"{r.choice(KEYS)}={self.quoted(self.word())}" for _ in range(r.randrange(1, 4)))
        body = b""
        if method in ("POST", "PUT", "PATCH") or r.random() < 0.1:
            body = json.dumps(self.value()).encode()
            if r.random() < 0.3:
                body = json.dumps({r.choice(KEYS): self.value(2) for _ in range(6)}).encode()
            if r.random() < 0.2:
                body = bytes(r.randrange(256) for _ in range(r.randrange(200)))
            if r.random() < 0.05:
                body = b"[" * 20000
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        if body or r.random() < 0.2:
            length = len(body) if r.random() < 0.95 else r.choice([0, 1, 10**9, 10**18, -1])
            head += f"Content-Type: application/json\r\nContent-Length: {length}\r\n"
        data = head.encode("utf-8", "surrogateescape") + b"\r\n" + body
        if r.random() < 0.05:
            at = r.randrange(len(data))
            data = data[:at] + bytes([r.randrange(256)]) + data[at + 1:]
        return f"{method} {path}", data

    def quoted(self, text):
        return text.replace(" ", "%20").replace("\r", "").replace("\n", "") or "%20"

    def send(self, name, data):
        started = time.monotonic()
        status = None
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(10)
            try:
                connection.connect(self.path)
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                answer = connection.recv(65536)
                if answer:
                    status = int(answer.split(b" ", 2)[1])
                while answer:
                    answer = connection.recv(65536)
            except TimeoutError:
                self.failures.append(f"no answer within 10 s: {name}")
            except (ConnectionError, ValueError, IndexError):
                status = "closed"
        seconds = time.monotonic() - started
        self.slowest = max(self.slowest, (seconds, name))
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status == 500:
            self.failures.append(f"answered 500: {name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bin")
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nl-fuzz-", dir="/tmp") as folder:
        daemon = Daemon(pathlib.Path(options.bin), pathlib.Path(folder))
        daemon.exchange("POST", "/v1/slides", {"name": "s"})
        daemon.exchange("POST", "/v1/captures", {"slide": "s", "count": 2})
        attack = Attack(daemon.socket, options.seed)
        for number in range(options.requests):
            attack.send(*attack.request())
            if number % 200 == 199:
                started = time.monotonic()
                answers = daemon.answers()
                if not answers or time.monotonic() - started > 2:
                    attack.failures.append(f"no status within 2 s after {number + 1} requests")
            if daemon.process.poll() is not None:
                attack.failures.append(f"the daemon ended with {daemon.process.returncode} at request {number + 1}")
                with open(f"{folder}/daemon.log", errors="replace") as log:
                    print(log.read()[-2000:])
                break
        statuses = ", ".join(f"{count} of {status}" for status, count in sorted(attack.statuses.items(), key=str))
        print(f"fuzz: requests: {options.requests}, seed {options.seed}: {statuses}; "
              f"slowest {attack.slowest[0]:.2f} s ({attack.slowest[1][:80]})")
        if daemon.process.poll() is None:
            daemon.stop()
    for failure in attack.failures[:20]:
        print(f"FAIL {failure}")
    print(f"{options.requests - len(attack.failures)} passed, {len(attack.failures)} failed")
    sys.exit(1 if attack.failures else 0)


if __name__ == "__main__":
    main()
