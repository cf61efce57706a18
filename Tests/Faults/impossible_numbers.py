#!/usr/bin/env python3
"""Numbers that no instrument measures, sent to a daemon by every way that numbers come in: bodies and queries of requests,
lens manifests, the configuration, and rows that early versions stored. None may end the daemon, hang it, or be answered
as an error of its own (500).

    impossible_numbers.py BIN
"""

import argparse
import hashlib
import itertools
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Live"))
from daemons import ROOT, Daemon, UnixConnection  # noqa: E402

# As JSON and as query text. Some are no JSON at all, as programs send them.
VALUES = ["NaN", "Infinity", "-Infinity", "1e999", "1e308", "-1e308", "1e20", "-1e20", "9223372036854775807",
          "9223372036854775808", "-9223372036854775808", "18446744073709551615", "2147483648", "-1", "0", "5e-324", "1e-300",
          "0.1", "1e6", "-0.0", "null", "\"1\"", "[]"]
# Seconds in which any answer must be there, on a machine that does nothing else; no number may make one last longer.
PATIENCE = 10

BODIES = [
    ("POST", "/v1/camera/calibrations", '{"objective":"20x","nm_per_pixel":@}'),
    ("POST", "/v1/camera/calibrations", '{"objective":"20x","stage_micrometer_division_um":@}'),
    ("POST", "/v1/camera/calibrations", '{"objective":"20x","pixel_pitch_um":@,"magnification":20}'),
    ("POST", "/v1/camera/calibrations", '{"objective":"20x","pixel_pitch_um":3.6,"magnification":@}'),
    ("POST", "/v1/camera/calibrations", '{"objective":"20x","pixel_pitch_um":3.6,"magnification":20,"binning":@}'),
    ("POST", "/v1/captures", '{"slide":"s","stage_x_um":@,"stage_y_um":0}'),
    ("POST", "/v1/captures", '{"slide":"s","stage_x_um":0,"stage_y_um":@}'),
    ("POST", "/v1/captures", '{"slide":"none","count":@}'),
    ("POST", "/v1/captures", '{"slide":"none","count":2,"interval_seconds":@}'),
    ("POST", "/v1/plans", '{"slide":"p","interval_seconds":@}'),
    ("POST", "/v1/plans", '{"slide":"p","interval_seconds":86400,"count":@}'),
    ("POST", "/v1/plans", '{"slide":"p","interval_seconds":86400,"until_grains":@}'),
    ("POST", "/v1/plans", '{"slide":"p","interval_seconds":86400,"until_precision":@}'),
    ("PATCH", "/v1/slides/s", '{"sampled_volume_m3":@}'),
    ("PATCH", "/v1/slides/s/sample", '{"flow_l_min":@}'),
    ("PATCH", "/v1/slides/s/sample", '{"bands_at_mm":[@]}'),
    ("PATCH", "/v1/slides/s/sample", '{"field_along_um":@,"field_across_um":200}'),
    ("PATCH", "/v1/slides/s/sample", '{"share":@}'),
    ("PATCH", "/v1/slides/s", '{"deposit_area_mm2":@}'),
    ("PATCH", "/v1/slides/s", '{"run":@}'),
    ("POST", "/v1/reviews", '{"action":"accept","grains":[@]}'),
    ("POST", "/v1/reviews", '{"action":"split","grains":[1],"parts":@}'),
    ("POST", "/v1/reviews", '{"action":"split","grains":[1],"line_px":[@,0,9,9]}'),
    ("POST", "/v1/reviews", '{"action":"split","grains":[1],"line_px":[0,0,9,@]}'),
    ("POST", "/v1/reviews", '{"action":"split","grains":[1],"outlines_px":[[[0,0],[@,0],[0,9]],[[0,0],[9,0],[0,9]]]}'),
    ("POST", "/v1/reanalyses", '{"slide":"none","minimum_confidence":@}'),
    ("POST", "/v1/reanalyses", '{"slide":"none","minimum_area_um2":@}'),
    ("POST", "/v1/reanalyses", '{"slide":"s","run":@}'),
    ("PUT", "/v1/camera/controls/gain", '{"value":@}'),
    ("PUT", "/v1/camera/mode", '{"format":"BA81","width":@,"height":480}'),
    ("PUT", "/v1/camera/mode", '{"format":"BA81","width":640,"height":480,"frames_per_second":@}'),
]

QUERIES = [
    "/v1/slides/s/counts?until_precision=@", "/v1/slides/s/review?limit=@", "/v1/slides/s/export/geojson?capture=@",
    "/v1/slides/s/difference?run=@&to=1", "/v1/captures/@/grains", "/v1/captures/@/images/map", "/v1/captures/@/ome-tiff",
    "/v1/grains/@", "/v1/grains/@/crop", "/v1/plans/@", "/v1/log?limit=@", "/v1/jobs/x?after=@&timeout=@",
    "/v1/reanalyses/x?after=@&timeout=@", "/v1/live/frame?width=@", "/v1/live/frame?after=@&width=64",
]

# What people look at; none of it may break whatever was stored before.
READS = ["/v1/status", "/v1/camera", "/v1/camera/calibrations", "/v1/slides", "/v1/slides/s/captures", "/v1/slides/s/fields",
         "/v1/slides/s/map", "/v1/slides/s/counts", "/v1/slides/s/counts?until_precision=0.001",
         "/v1/slides/s/comparison?with=p", "/v1/slides/s/export/report", "/v1/slides/s/export/json",
         "/v1/slides/s/export/grains-csv", "/v1/slides/s/review", "/v1/plans", "/v1/live",
         "/v1/live/frame?width=64", "/v1/live/frame?width=64&view=map"]


class Attack:
    def __init__(self, daemon, patience):
        self.daemon = daemon
        self.patience = patience
        self.sent = 0
        self.slowest = (0, "")
        self.faults = []

    def fault(self, text):
        print("FAULT", text, flush=True)
        self.faults.append(text)

    def send(self, method, path, body=None):
        """The status, or None where the daemon did not answer."""
        self.sent += 1
        what = f"{method} {path} {body or ''}"
        start = time.monotonic()
        status, data = None, b""
        try:
            connection = UnixConnection(self.daemon.socket)
            connection.connect()
            connection.sock.settimeout(max(60, self.patience))
            connection.request(method, path, body=body, headers={"Content-Type": "application/json"} if body else {})
            answer = connection.getresponse()
            status, data = answer.status, answer.read()
            connection.close()
        except OSError as error:
            data = str(error).encode()
        seconds = time.monotonic() - start
        # A live view without pictures says so after ten seconds.
        if "/live/" not in path:
            self.slowest = max(self.slowest, (seconds, what))
        if status is None or status >= 500 and status not in (503, 507):
            self.fault(f"{what}: {status} {data[:200]}")
        elif seconds > self.patience and "/live/" not in path:
            self.fault(f"{what}: {seconds:.1f} s")
        if self.daemon.process.poll() is not None:
            self.fault(f"{what}: the daemon ended with {self.daemon.process.returncode}")
            self.daemon.start()
        return status

    def read(self):
        for path in READS:
            self.send("GET", path)

    def settle(self):
        """Until all that was captured is analysed."""
        for _ in range(600):
            queue = self.daemon.get("/v1/status")["queue"]
            if queue["pending"] + queue["running"] == 0:
                return
            time.sleep(0.1)


def requests(attack):
    for slide in "sp":
        attack.send("POST", "/v1/slides", json.dumps({"name": slide}))
        attack.send("POST", "/v1/captures", json.dumps({"slide": slide, "count": 2}))
    attack.settle()
    for method, path, body in BODIES:
        taken = [value for value in VALUES if attack.send(method, path, body.replace("@", value)) in (200, 201, 202)]
        attack.settle()
        if taken:
            attack.read()
    for path, value in itertools.product(QUERIES, VALUES):
        attack.send("GET", path.replace("@", value.strip('"[]')))


def numbers(value, path=()):
    """Places of the numbers in a manifest; of long lists the first."""
    if isinstance(value, bool):
        return
    if isinstance(value, (int, float)):
        yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from numbers(item, path + (key,))
    elif isinstance(value, list):
        for index, item in enumerate(value[:2]):
            yield from numbers(item, path + (index,))


def manifests(attack, lens):
    """A brought lens with one number changed, used for a reanalysis where it is taken."""
    original = json.loads((lens / "lens.json").read_text())
    original.setdefault("minimum_confidence", 0.5)
    for place, value in itertools.product(list(numbers(original)), VALUES):
        manifest = json.loads(json.dumps(original))
        target = manifest
        for key in place[:-1]:
            target = target[key]
        target[place[-1]] = "@number@"
        text = json.dumps(manifest).replace('"@number@"', value)
        if attack.send("POST", "/v1/lenses", text) != 200:
            continue
        digest = hashlib.sha256(text.encode()).hexdigest()
        for network in original["networks"]:
            connection = UnixConnection(attack.daemon.socket)
            connection.request("PUT", f"/v1/lenses/{digest}/files/{network['file']}", body=(lens / network["file"]).read_bytes())
            connection.getresponse().read()
            connection.close()
        status, job = attack.daemon.exchange("POST", "/v1/reanalyses", {"slide": "s", "lens_digest": digest})
        attack.sent += 1
        deadline = time.monotonic() + 60
        while status == 202 and job["state"] in ("queued", "running"):
            if time.monotonic() > deadline:
                attack.fault(f"lens.json {place} = {value}: the reanalysis does not end")
                break
            if attack.daemon.process.poll() is not None:
                attack.fault(f"lens.json {place} = {value}: the daemon ended")
                attack.daemon.start()
                break
            time.sleep(0.05)
            job = attack.daemon.get(f"/v1/reanalyses/{job['id']}")


def rows(attack):
    """What early versions stored: any positive scale, any place."""
    for scale, place in [(1e300, 1e20), (1e-300, -1e308), (5e-324, float("inf")), (1e6, 1e307)]:
        attack.daemon.stop()
        with sqlite3.connect(attack.daemon.folder / "state/slides.sqlite") as store:
            store.execute("UPDATE captures SET nm_per_pixel = ?, stage_x_um = ?, stage_y_um = 0", (scale, place))
            store.execute("UPDATE pictures SET nm_per_pixel = ?", (scale,))
            store.execute("UPDATE placements SET x_um = ? WHERE x_um IS NOT NULL", (place,))
            store.execute("UPDATE plans SET interval_s = ?", (scale,))
            columns = "at, user_id, process_id, user_name, objective, objective_key, method, figures, camera, note"
            store.execute(f"INSERT INTO calibrations (nm_per_pixel, {columns}) SELECT ?, {columns} FROM calibrations LIMIT 1",
                          (scale,))
        store.close()
        attack.daemon.start()
        attack.read()
        attack.send("POST", "/v1/captures", '{"slide":"s"}')
        attack.settle()
        attack.read()


def configuration(attack, bin_folder, folder):
    for value in VALUES:
        for arguments in ([f"--nm-per-pixel={value}"], None):
            file = folder / "attack.toml"
            file.write_text(f"nm_per_pixel = {value}\n" if arguments is None else "")
            process = subprocess.Popen(
                [bin_folder / "neurallensd", "--config", file, "--state-dir", folder / "other", "--socket", folder / "other.sock",
                 "--camera", "simulated:1"] + (arguments or []), stderr=subprocess.PIPE, text=True)
            attack.sent += 1
            try:
                error = process.communicate(timeout=2)[1]
                if process.returncode != 64:
                    attack.fault(f"nm_per_pixel = {value}: status {process.returncode}: {error[-200:]}")
            except subprocess.TimeoutExpired:
                # It was taken, and serves.
                process.terminate()
                process.communicate()
                if process.returncode not in (0, -15):
                    attack.fault(f"nm_per_pixel = {value}: ended with {process.returncode}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path, help="folder of neurallensd")
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds that an answer may take")
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="neurallens-numbers-"))
    lens = ROOT / "Tests/Fixtures/lenses/small"
    daemon = Daemon(arguments.bin.resolve(), folder, lens)
    attack = Attack(daemon, arguments.patience)
    for name, part in [("requests", lambda: requests(attack)), ("manifests", lambda: manifests(attack, lens)),
                       ("rows of early versions", lambda: rows(attack)),
                       ("configuration", lambda: configuration(attack, arguments.bin.resolve(), folder))]:
        sent = attack.sent
        part()
        print(f"{name}: {attack.sent - sent} sent, {len(attack.faults)} faults so far", flush=True)
    daemon.stop()
    print(f"slowest answer: {attack.slowest[0]:.2f} s, {attack.slowest[1]}")
    if not attack.faults:
        shutil.rmtree(folder)
    sys.exit(1 if attack.faults else 0)


main()
