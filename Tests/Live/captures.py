"""Measures captures one after the other on one slide: seconds from trigger to counts, by stage, and bytes by kind.

usage: captures.py BIN [--captures 50] [--pause 2] [--lens FOLDER] [--seed 5] [--while-teaching]

A daemon on a folder of pictures of the simulated microscope (1280 x 1024 pixels of 180 nm), each another field, with the
shipped lens; nothing else should run beside it. A client asks for one capture at a time, waits for its job's end and
then for the slide's counts, and moves the stage for PAUSE seconds, in which the field before is surveyed. With
--while-teaching the daemon teaches a lens beside it, from two fields of another slide. Standard library alone.
"""

import argparse
import pathlib
import sqlite3
import statistics
import subprocess
import tempfile
import time

from daemons import ROOT, Daemon

STAGES = ("grab_seconds", "store_seconds", "lens_seconds", "grains_seconds", "results_seconds")


def figures(values):
    ordered = sorted(values)
    return f"median {statistics.median(ordered):6.3f} s   95th percentile {ordered[int(0.95 * (len(ordered) - 1))]:6.3f} s"


def captured(daemon, slide, count=1):
    status, job = daemon.exchange("POST", "/v1/captures", {"slide": slide, "count": count})
    assert status == 202, job
    while job["state"] not in ("done", "failed", "stopped"):
        job = daemon.get(f"/v1/jobs/{job['id']}?after={job['revision']}&timeout=30")
    assert job["state"] == "done", job
    return job


def teach(daemon):
    """Begins a teaching that does not end, and waits until it trains."""
    daemon.exchange("POST", "/v1/slides", {"name": "labelled"})
    for capture in captured(daemon, "labelled", 2)["captures"]:
        status, answer = daemon.exchange("PUT", f"/v1/captures/{capture['id']}/finish", {})
        assert status == 200, answer
    status, job = daemon.exchange(
        "POST", "/v1/teachings", {"name": "beside", "slides": ["labelled"], "steps": 1_000_000, "from": "random"})
    assert status == 202, job
    while job["state"] != "training" or job["done"] == 0:
        assert job["state"] in ("preparing", "training"), job
        job = daemon.get(f"/v1/teachings/{job['id']}?after={job['revision']}&timeout=30")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("--captures", type=int, default=50)
    parser.add_argument("--pause", type=float, default=2, help="seconds between captures")
    parser.add_argument("--lens", type=pathlib.Path, default=ROOT / "Models/iva-galanthus")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--while-teaching", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="neurallens-captures-") as name:
        folder = pathlib.Path(name)
        subprocess.run(
            [arguments.bin / "neurallens-lab", "simulate", "--view", "camera", "--fields", str(arguments.captures),
             "--seed", str(arguments.seed), "-o", folder / "pictures"], check=True, stdout=subprocess.DEVNULL)
        daemon = Daemon(arguments.bin, folder, lens=arguments.lens, camera=f"folder:{folder / 'pictures'}",
                        more=["--nm-per-pixel", "180"])
        daemon.exchange("POST", "/v1/slides", {"name": "s"})
        if arguments.while_teaching:
            teach(daemon)
        stages, seconds, counted = {stage: [] for stage in STAGES}, [], []
        for _ in range(arguments.captures):
            time.sleep(arguments.pause)
            begun = time.monotonic()
            job = captured(daemon, "s")
            seconds.append(time.monotonic() - begun)
            daemon.get("/v1/slides/s/counts")
            counted.append(time.monotonic() - begun)
            for stage in STAGES:
                stages[stage].append(job["captures"][0]["timings"][stage])
        daemon.stop()
        for stage in STAGES:
            print(f"{stage.removesuffix('_seconds'):22} {figures(stages[stage])}")
        print(f"{'trigger to the job’s end':22} {figures(seconds)}")
        print(f"{'trigger to the counts':22} {figures(counted)}")
        store = sqlite3.connect(folder / "state/slides.sqlite")
        rows = store.execute(
            "SELECT kind, COUNT(*), SUM(byte_count) FROM pictures GROUP BY kind ORDER BY MIN(id)").fetchall()
        for kind, count, size in rows:
            print(f"{kind:22} {count} pictures of {size / count / 1e6:.2f} MB")
        print(f"{'all':22} {sum(row[2] for row in rows) / arguments.captures / 1e6:.2f} MB a capture")


main()
