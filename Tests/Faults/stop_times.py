#!/usr/bin/env python3
"""How soon a daemon that is busy ends after SIGTERM, and stops what it is told to stop, at moments chosen at random.

    stop_times.py BIN [--moments 50] [--lens DIR] [--seed N]

Each moment falls into one of the works that take long: analysing captures, the live view with the whole lens, placing a
slide, exporting, statistics, a capture job that sleeps, a reanalysis. After each SIGTERM the daemon is started again on
the same store, which must hold every capture that it had acknowledged. Status 1 where the worst time is above the limit.
"""

import argparse
import http.client
import pathlib
import random
import shutil
import signal
import sqlite3
import statistics
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Live"))
from daemons import ROOT, Daemon, wait_for  # noqa: E402

LIMIT = 2.0


class Watchers:
    """Clients that ask for the same thing again and again, until the daemon is gone."""

    def __init__(self, daemon, *paths):
        self.ends = threading.Event()
        self.threads = [threading.Thread(target=self.ask, args=(daemon, path), daemon=True) for path in paths]
        for thread in self.threads:
            thread.start()

    def ask(self, daemon, path):
        while not self.ends.is_set():
            try:
                daemon.bytes(path)
            except (OSError, ValueError, http.client.HTTPException):
                time.sleep(0.05)


def analysing(daemon):
    daemon.exchange("POST", "/v1/captures", {"slide": "work", "count": 3})


def watching(daemon):
    return Watchers(daemon, "/v1/live/frame?width=640", "/v1/live/frame?view=magnified&width=640")


def placing(daemon):
    # A slide whose places are not known yet in this run of the daemon.
    return Watchers(daemon, "/v1/slides/scan/fields")


def exporting(daemon):
    return Watchers(daemon, "/v1/slides/scan/export/report", "/v1/captures/1/ome-tiff", "/v1/slides/scan/map")


def counting(daemon):
    return Watchers(daemon, *["/v1/slides/scan/counts?until_precision=0.001"] * 4, "/v1/slides/scan/comparison?with=work")


def sleeping(daemon):
    daemon.exchange("POST", "/v1/captures", {"slide": "work", "count": 2, "interval_seconds": 3600})


def reanalysing(daemon):
    daemon.exchange("POST", "/v1/reanalyses", {"slide": "scan"})


WORKS = [analysing, watching, placing, exporting, counting, sleeping, reanalysing]


def captures(folder):
    with sqlite3.connect(f"file:{folder}/state/slides.sqlite?mode=ro", uri=True) as store:
        return store.execute("SELECT COUNT(*) FROM captures").fetchone()[0]


def end(daemon):
    """Seconds from SIGTERM to the end of the process."""
    start = time.monotonic()
    daemon.process.send_signal(signal.SIGTERM)
    daemon.process.wait(60)
    seconds = time.monotonic() - start
    daemon.log.close()
    if daemon.process.returncode != 0:
        sys.exit(f"the daemon ended with {daemon.process.returncode}; see {daemon.folder}/daemon.log")
    return seconds


def stop_reanalysis(daemon, moment):
    """Seconds from the request to stop to the reanalysis that is stopped; nil where it was over before."""
    job = daemon.exchange("POST", "/v1/reanalyses", {"slide": "scan"})[1]
    time.sleep(moment)
    if daemon.get(f"/v1/reanalyses/{job['id']}")["state"] not in ("queued", "running"):
        return None
    start = time.monotonic()
    stopped = daemon.exchange("POST", f"/v1/reanalyses/{job['id']}/stop")[1]
    while stopped["state"] in ("queued", "running"):
        time.sleep(0.01)
        stopped = daemon.get(f"/v1/reanalyses/{job['id']}")
    return time.monotonic() - start


def report(name, times):
    print(f"{name}: {len(times)} moments, median {statistics.median(times):.2f} s, worst {max(times):.2f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path, help="folder of neurallensd")
    parser.add_argument("--moments", type=int, default=50)
    parser.add_argument("--stops", type=int, default=20, help="reanalyses that are stopped")
    parser.add_argument("--fields", type=int, default=12, help="of the slide that is placed, exported, counted")
    parser.add_argument("--lens", type=pathlib.Path, default=ROOT / "Models/iva-galanthus")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="neurallens-stops-"))
    daemon = Daemon(arguments.bin.resolve(), folder, arguments.lens)
    for slide in ("scan", "work"):
        daemon.exchange("POST", "/v1/slides", {"name": slide})
        daemon.exchange("POST", "/v1/captures", {"slide": slide, "count": arguments.fields if slide == "scan" else 1})
    if not wait_for(lambda: not any(daemon.get("/v1/status")["queue"].values()), 600):
        sys.exit("the first captures are not analysed")

    worst = {}
    for number in range(arguments.moments):
        work = WORKS[number % len(WORKS)]
        before = captures(folder)
        watchers = work(daemon)
        time.sleep(random.uniform(0, 2.5))
        acknowledged = captures(folder)
        seconds = end(daemon)
        if watchers:
            watchers.ends.set()
        worst.setdefault(work.__name__, []).append(seconds)
        if captures(folder) < max(before, acknowledged):
            sys.exit(f"captures were lost while {work.__name__}; see {folder}")
        daemon.start()
    for name, times in worst.items():
        report(f"SIGTERM while {name}", times)
    all_times = [seconds for times in worst.values() for seconds in times]
    report("SIGTERM to exit", all_times)

    stops = [stop_reanalysis(daemon, random.uniform(0, 1.5)) for _ in range(arguments.stops)]
    stops = [seconds for seconds in stops if seconds is not None]
    if stops:
        report("stop to stopped, reanalysis", stops)
    end(daemon)
    shutil.rmtree(folder)
    if max(all_times + stops) > LIMIT:
        sys.exit(f"above {LIMIT} s")


main()
