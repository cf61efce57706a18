#!/usr/bin/env python3
"""One failing call, a kill, a pause or a torn copy in the midst of a capture: is anything lost, twice, open or wrong?

    faults.py BIN [--stride 1] [--allocations 300] [--kills 500] [--leavings 340] [--moves 80] [--migrations 80] [--teachings 20]
        [--pauses 20] [--copies 40] [--only-kills] [--seed 1]

Sweeps: during one capture the N-th write, fsync, open and mmap fails, for every N (every STRIDE-th) until a capture has no
N-th call; and the N-th malloc, for ALLOCATIONS numbers spread evenly over those of a capture. The daemon may end of it
(a Swift program without memory does) and is then started again, as systemd would. Kills: SIGKILL in the N-th write, half of
those within the commit of the results; or at any time of a capture. Pauses: SIGSTOP for up to 3 s. Copies: of the state
folder at any time, what the log held beyond its last fsync cut off or garbled, as a power cut may leave it.

Leavings: SIGKILL at any time of a slide's way to the archive, back, or for good. Afterwards it is here, or in the archive, or gone,
each whole and nowhere else. Moves: SIGKILL at any time while the pictures of an earlier version's catalogue go to files of their
own; each picture is there before the next start and after it. Migrations: SIGKILL while a catalogue of format 14 is brought to
today's; each grain is there with its outline, its species and its standing, in the one format or the other. Teachings: SIGKILL
at any time of a lens being taught; the next start comes to the same weights, and to one lens.

Each capture that the daemon acknowledged must be there afterwards, once, analysed, with the counts that its field always
has, and its job done. Status 1 otherwise.
"""

import argparse
import collections
import contextlib
import errno
import hashlib
import http.client
import json
import mmap
import os
import pathlib
import random
import resource
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Live"))
from daemons import Daemon, wait_for  # noqa: E402
from pictures import Picture  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
WRITE, SYNC, OPEN, MAP, ALLOCATE = range(1, 6)
SWEEPS = [("write", WRITE, errno.ENOSPC), ("write", WRITE, errno.EIO), ("fsync", SYNC, errno.EIO),
          ("open", OPEN, errno.EMFILE), ("mmap", MAP, errno.ENOMEM)]
# Seconds. A capture of the small lens takes a fifth of one; a job that is not done by then hangs.
PATIENCE = 60


class Orders:
    """What the preloaded calls are told, and what they tell: see failing_calls.c."""

    FIELDS = ["call", "countdown", "error", "failed", *[f"count{call}" for call in range(6)], "log_synced", "log_syncs",
              "until_syncs"]

    def __init__(self, path):
        path.write_bytes(bytes(8 * len(self.FIELDS)))
        with open(path, "r+b") as file:
            self.page = mmap.mmap(file.fileno(), 0)

    def __getitem__(self, name):
        return struct.unpack_from("q", self.page, 8 * self.FIELDS.index(name))[0]

    def __setitem__(self, name, value):
        struct.pack_into("q", self.page, 8 * self.FIELDS.index(name), value)

    def give(self, call=0, countdown=0, error=0, until_syncs=0):
        self["call"] = 0
        for name in self.FIELDS:
            if name != "log_synced":
                self[name] = 0
        self["countdown"], self["error"], self["until_syncs"] = countdown, error, until_syncs
        self["call"] = call


def camera(binaries, folder):
    """Small fields, so that a capture takes a fraction of a second: a folder of pictures, the same after each start."""
    subprocess.run([binaries / "neurallens-lab", "simulate", "--fields", "4", "--seed", "7", "-o", folder / "simulated"],
                   check=True, stdout=subprocess.DEVNULL)
    (folder / "fields").mkdir()
    for path in sorted((folder / "simulated").glob("*.png")):
        (folder / "fields" / path.name).write_bytes(Picture.read(path.read_bytes(), 400).cropped(512, 400).encoded())
    return f"folder:{folder / 'fields'}"


class Bench:
    """A daemon with the preloaded calls, and what its captures must be."""

    def __init__(self, binaries, folder):
        self.folder = folder
        source = camera(binaries, folder)
        library = folder / "failing_calls.so"
        subprocess.run(["clang", "-shared", "-fPIC", "-O1", "-o", library, HERE / "failing_calls.c"], check=True)
        self.orders = Orders(folder / "orders")
        os.environ["NEURALLENS_FAULTS"] = str(folder / "orders")
        os.environ["NEURALLENS_NM_PER_PIXEL"] = "180"
        os.environ["LD_PRELOAD"] = str(library)
        self.archive = folder / "archive"
        self.archive.mkdir()
        self.daemon = Daemon(binaries, folder, camera=source, more=("--archive", self.archive))
        del os.environ["LD_PRELOAD"]
        self.library = library
        self.slides = 0
        self.acknowledged = []
        # Counts of each field of the simulated microscope: the same whenever it is seen.
        self.truth = {}
        self.faults = []
        self.ends = 0
        # Kills by kind.
        self.killed = collections.Counter()
        self.lens = self.daemon.lens
        # Slides that are ready to leave.
        self.stock = {}

    def start(self):
        """Starts the daemon that has ended, as systemd does."""
        self.daemon.process.wait()
        self.daemon.log.close()
        self.ends += 1
        self.orders.give()
        os.environ["LD_PRELOAD"] = str(self.library)
        self.daemon.start()
        del os.environ["LD_PRELOAD"]

    def trigger(self):
        """A job of one field; None where the daemon refused it or did not live to acknowledge it."""
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            status, job = self.daemon.exchange("POST", "/v1/captures", {"slide": self.slide})
            if status == 202:
                self.acknowledged.append(job["id"])
                return job["id"]
        return None

    def prepare(self):
        """A slide of its own for the next field: where fields repeat, grains count once."""
        self.slides += 1
        self.slide = f"s{self.slides}"
        while True:
            self.orders.give()
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                status, _ = self.daemon.exchange("POST", "/v1/slides", {"name": self.slide})
                if status in (201, 409):
                    return
            time.sleep(0.1)
            if not self.alive():
                self.start()

    def alive(self):
        return self.daemon.process.poll() is None

    def job(self, name):
        """Its report; None while the daemon is not there or busy with its failure."""
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            status, job = self.daemon.exchange("GET", f"/v1/jobs/{name}")
            if status == 200:
                return job
        return None

    @staticmethod
    def is_final(job):
        return (job["state"] not in ("queued", "running", "parked")
                and not any(capture["state"] == "pending" for capture in job["captures"]))

    def settle(self, name, what):
        """Waits until the job and its capture are final, starting the daemon where it ended; notes what is wrong."""
        end = time.monotonic() + PATIENCE
        job = None
        while time.monotonic() < end:
            if not self.alive():
                self.start()
            job = name and self.job(name)
            if job and self.is_final(job):
                break
            if not name and self.alive():
                return
            time.sleep(0.01)
        self.judge(name, job, what)

    def judge(self, name, job, what):
        if not job or not self.is_final(job):
            return self.fault("open", f"{what}: job {name} is not over after {PATIENCE} s: {job}")
        if job["state"] != "done" or job["missed"] or len(job["captures"]) != 1:
            return self.fault("lost", f"{what}: job {name} is {job['state']} with {len(job['captures'])} captures: "
                                      f"{job['problem']} {job['remarks']}")
        capture = job["captures"][0]
        if capture["state"] != "done":
            return self.fault("failed", f"{what}: capture {capture['id']} is {capture['state']}: {capture['problem']}")
        counts = {count["key"]: count["grains"] for count in capture["counts"]} | {"?": capture["unidentified"]}
        if self.truth.setdefault(capture["origin"], counts) != counts:
            self.fault("wrong", f"{what}: field {capture['origin']} counts {counts}, was {self.truth[capture['origin']]}")

    def fault(self, kind, sentence):
        self.faults.append(kind)
        print(f"FAIL {sentence}", flush=True)

    def summary(self, name, tried, since, ends):
        kinds = self.faults[since:]
        told = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("lost", "open", "failed", "wrong"))
        print(f"{name}: {tried} tried, {self.ends - ends} ends of the daemon, captures {told}", flush=True)

    def calm(self, call):
        """Calls of that kind during one capture that nothing disturbs."""
        self.prepare()
        self.orders.give()
        self.settle(self.trigger(), "calm")
        return self.orders[f"count{call}"]

    def sweep(self, name, call, number, countdowns):
        """Ends early, three captures after the first that had too few calls to fail: not all have equally many."""
        since, ends, tried, spared = len(self.faults), self.ends, 0, 0
        for countdown in countdowns:
            before = self.ends
            self.prepare()
            self.orders.give(call, countdown, number)
            job = self.trigger()
            self.settle(job, f"{name} {countdown} ({errno.errorcode[number]})")
            if self.orders["failed"] or self.ends > before:
                tried += 1
            else:
                spared += 1
                if spared > 3:
                    break
        self.summary(f"{name} fails with {errno.errorcode[number]}", tried, since, ends)

    def results_commit(self):
        """Which fsync of the log ends the commit of a capture's results, and the writes before it since the last one."""
        found = []
        for _ in range(5):
            self.prepare()
            self.orders.give()
            with sqlite3.connect(f"file:{self.folder}/state/slides.sqlite?mode=ro", uri=True) as store:
                begun = store.execute("SELECT COUNT(*) FROM analyses").fetchone()[0]
                job, writes, commits = self.trigger(), {0: 0}, None
                end = time.monotonic() + PATIENCE
                while not commits and time.monotonic() < end:
                    syncs = self.orders["log_syncs"]
                    writes[syncs] = self.orders["count1"]
                    if store.execute("SELECT COUNT(*) FROM analyses").fetchone()[0] > begun:
                        commits = syncs
            self.settle(job, "calm")
            before = max(count for syncs, count in writes.items() if syncs < commits)
            found.append((commits, writes[commits] - before))
        return min(found)

    def kills(self, count, chance):
        """A fourth within the commit of the results, a fourth in any write, the others at any time of a capture."""
        ordinal, length = self.results_commit()
        writes, duration = self.calm(WRITE), min(self.calm_seconds() for _ in range(3))
        print(f"the results are commit {ordinal} of a capture, of {length} writes of {writes}; it takes {duration:.2f} s", flush=True)
        since, ends, within, done = len(self.faults), self.ends, 0, 0
        while done < count:
            self.prepare()
            before = self.ends
            if done % 4 == 0:
                self.orders.give(WRITE, chance.randint(1, max(1, length)), 0, until_syncs=ordinal - 1)
            elif done % 4 == 1:
                self.orders.give(WRITE, chance.randint(1, writes), 0)
            else:
                self.orders.give()
            job = self.trigger()
            if done % 4 > 1:
                time.sleep(chance.uniform(0, 1.2 * duration))
                self.daemon.process.kill()
            self.settle(job, f"kill {done}")
            # An order for a write that this capture did not come to is none.
            if self.ends > before:
                within += done % 4 == 0
                done += 1
        self.killed["capture"] += done
        print(f"kills: {within} within the results' commit", flush=True)
        self.summary("SIGKILL", done, since, ends)

    def calm_seconds(self):
        self.prepare()
        self.orders.give()
        begun = time.monotonic()
        self.settle(self.trigger(), "calm")
        return time.monotonic() - begun

    def asked(self, method, path, body=None):
        """Status and answer; None for both where the daemon does not live to give it."""
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            return self.daemon.exchange(method, path, body)
        return None, None

    def transferred(self, verb):
        """Brings the slide to the archive or back, undisturbed."""
        status, job = self.asked("POST", f"/v1/slides/{self.slide}/{verb}", {})
        end = time.monotonic() + PATIENCE
        while status in (200, 202) and job["state"] == "running" and time.monotonic() < end:
            status, job = self.asked("GET", f"/v1/store/transfers/{job['id']}?after={job['revision']}&timeout=5")
        return bool(job) and job.get("state") == "done"

    def leaves(self, verb, what):
        """Where the slide is after a kill, compared with what lies on the disk."""
        number, capture, digest = self.leaving
        status, slide = self.asked("GET", f"/v1/slides/{self.slide}")
        here = (self.folder / f"state/slides-pictures/{number}.sqlite").exists()
        there = any(self.archive.glob(f"*/{number}.sqlite"))

        def drafts():
            return [str(path) for folder in (self.folder / "state/slides-pictures", self.archive)
                    for path in folder.rglob(f"{number}.sqlite.*")]

        # What the kill left goes at the start, beside the first answers.
        wait_for(lambda: not drafts(), 5, interval=0.01)
        if status == 404:
            wait_for(lambda: not any(self.archive.glob(f"*/{number}.sqlite")), 5, interval=0.01)
            there = any(self.archive.glob(f"*/{number}.sqlite"))
            if verb != "delete" or here or there:
                self.fault("lost", f"{what}: the slide is gone, its file here: {here}, in the archive: {there}")
            return None
        if status != 200:
            self.fault("open", f"{what}: the slide is not answered for: {status} {slide}")
            return None
        place = slide["pictures"]
        if slide["captures"] != 1 or place not in ("here", "archived") or here != (place == "here") or drafts() \
                or (place == "archived" and not there):
            self.fault("wrong", f"{what}: {slide['captures']} captures, pictures {place}; here: {here}, in the archive: {there}, "
                                f"drafts: {drafts()}")
        if place == "here" and hashlib.sha256(self.daemon.bytes(f"/v1/captures/{capture}/images/raw")).hexdigest() != digest:
            self.fault("lost", f"{what}: the picture is another")
        return place

    def fill(self, count):
        """Slides of one capture each: number, capture and digest of its picture by name. The daemon has no lens afterwards."""
        self.restart(self.lens)
        for _ in range(count):
            self.prepare()
            job = self.trigger()
            self.settle(job, "calm")
            capture = self.job(job)["captures"][0]["id"]
            digest = hashlib.sha256(self.daemon.bytes(f"/v1/captures/{capture}/images/raw")).hexdigest()
            with sqlite3.connect(f"file:{self.folder}/state/slides.sqlite?mode=ro", uri=True) as store:
                number = store.execute("SELECT id FROM slides WHERE name = ?", (self.slide,)).fetchone()[0]
            self.stock[self.slide] = (number, capture, digest)
        # What a slide's way needs; and it starts sooner.
        self.restart(None)

    def restart(self, lens):
        self.orders.give()
        self.daemon.process.send_signal(signal.SIGTERM)
        self.daemon.lens = lens
        self.start()
        self.ends -= 1

    def calm_way(self, verb):
        """Writes and seconds of a slide's way that nothing disturbs."""
        self.orders.give()
        begun = time.monotonic()
        if not self.transferred(verb):
            self.fault("lost", f"the slide {self.slide} cannot be brought: {verb}")
        return self.orders["count1"], time.monotonic() - begun

    def leavings(self, count, chance):
        """Every other kill in a write, the others at any time of the way."""
        since, ends, tried, found, places = len(self.faults), self.ends, 0, {}, {}
        while tried < count:
            if not self.stock:
                self.fill(min(20, 1 + (count - tried) // 4))
                self.slide = next(iter(self.stock))
                self.leaving = self.stock[self.slide]
                writes, duration = map(max, zip(self.calm_way("archive"), self.calm_way("restore")))
            self.slide = chance.choice(list(self.stock))
            self.leaving, place = self.stock[self.slide], places.get(self.slide, "here")
            verb = "delete" if chance.random() < 0.25 else "restore" if place == "archived" else "archive"
            what = f"kill {tried} of {verb}"
            self.orders.give(*((WRITE, chance.randint(1, writes), 0) if tried % 2 else ()))
            if verb == "delete":
                path, method = f"/v1/slides/{self.slide}?name={self.slide}", "DELETE"
            else:
                path, method = f"/v1/slides/{self.slide}/{verb}", "POST"
            if tried % 2:
                self.asked(method, path, {})
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.daemon.process.wait(duration + 0.1)
            else:
                threading.Thread(target=self.asked, args=(method, path, {})).start()
                time.sleep(chance.uniform(0, 1.2 * duration))
            self.daemon.process.kill()
            self.start()
            places[self.slide] = after = self.leaves(verb, what)
            if after is None:
                del self.stock[self.slide]
            outcome = f"{verb}: {'done' if after != place else 'as it was'}"
            found[outcome] = found.get(outcome, 0) + 1
            self.killed[verb] += 1
            tried += 1
            if after == "archived" and chance.random() < 0.3:
                if not self.transferred("restore") or self.leaves("restore", what) != "here":
                    self.fault("lost", f"{what}: the slide does not come back")
                places[self.slide] = "here"
        print(f"leavings: of {writes} writes in {duration:.2f} s: " + ", ".join(f"{number} {name}" for name, number in sorted(found.items())),
              flush=True)
        self.summary("SIGKILL of archive, restore, delete", tried, since, ends)
        self.restart(self.lens)

    def upgrades(self, kind, count, chance, old, look):
        """Kills a daemon of its own while it brings a state of an earlier version up to date, every other time in a write.
        LOOK says of a state how many parts are done, how many there are, and how many are missing."""
        if not count:
            return
        self.orders.give()
        since, midst, parts = len(self.faults), 0, look(old / "state")[1]
        writes = duration = None
        for number in range(-1, count):
            place = self.folder / f"upgrade-{number}"
            shutil.copytree(old, place)
            log = place / "state/slides.sqlite-wal"
            calls = number >= 0 and number % 2
            self.orders.give(*((WRITE, chance.randint(1, writes), 0) if calls else ()))
            process = subprocess.Popen(
                [self.daemon.bin / "neurallensd", "--camera", self.daemon.camera, "--state-dir", place / "state",
                 "--socket", place / "control.sock"], env=os.environ | {"LD_PRELOAD": str(self.library)},
                stderr=subprocess.DEVNULL)
            twin = Daemon.__new__(Daemon)
            twin.process, twin.socket = process, str(place / "control.sock")
            # What comes before the file is opened is of no interest.
            wait_for(lambda: log.exists() or process.poll() is not None, interval=0.001)
            begun = time.monotonic()
            if number < 0:
                wait_for(lambda: up_to_date(twin), interval=0.005)
                writes, duration = self.orders["count1"], time.monotonic() - begun
            else:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(2 * duration if calls else chance.uniform(0, duration))
                self.killed[kind] += 1
            process.kill()
            process.wait()
            self.orders.give()
            copy = self.folder / "killed"
            shutil.copytree(place / "state", copy)
            done, _, missing = look(copy)
            shutil.rmtree(copy)
            if missing:
                self.fault("lost", f"{kind} {number}: {missing} of {parts} are missing after the kill")
            midst += 0 < done < parts
            twin = Daemon(self.daemon.bin, place, lens=None, camera=self.daemon.camera)
            if not wait_for(lambda: up_to_date(twin), interval=0.01):
                self.fault("open", f"{kind} {number} does not come to its end")
            if number % 10 == 0 and kind == "move" and (faults := check(twin)):
                self.fault("wrong", f"{kind} {number}: {faults}")
            twin.stop()
            done, there, missing = look(place / "state")
            if (done, there, missing) != (parts, parts, 0):
                self.fault("lost", f"{kind} {number}: {done} of {parts} done, {missing} missing at the end")
            shutil.rmtree(place)
        print(f"{kind}: {parts} parts, {writes} writes in {duration:.2f} s; {midst} kills between the first part and the last", flush=True)
        self.summary(f"SIGKILL of a {kind}", count, since, self.ends)

    def teachings(self, count, chance):
        """Kills a daemon of its own while it teaches a lens."""
        if not count:
            return
        self.orders.give()
        since = len(self.faults)
        make_labelled(self.daemon, self.folder / "labelled")
        duration = weights = None
        for number in range(-1, count):
            place = self.folder / f"teaching-{number}"
            shutil.copytree(self.folder / "labelled", place)
            twin = Daemon(self.daemon.bin, place, camera=self.daemon.camera)
            begun = time.monotonic()
            request = {"name": "mine", "slides": ["taught"], "steps": 12}
            if number < 0:
                status, answer = twin.exchange("POST", "/v1/teachings", request)
                assert status == 202, answer
            else:
                threading.Thread(target=asked, args=(twin, "POST", "/v1/teachings", request)).start()
                time.sleep(chance.uniform(0, 1.1 * duration))
                twin.process.kill()
                twin.process.wait()
                twin.log.close()
                twin.start()
                self.killed["teaching"] += 1
            jobs = wait_for(lambda: all(job["state"] in ("done", "failed") for job in twin.get("/v1/teachings")),
                            10 * PATIENCE, interval=0.02)
            found = twin.get("/v1/teachings")
            if number < 0:
                duration = time.monotonic() - begun
            if not jobs or [job["state"] for job in found] not in ([["done"]] if number < 0 else [["done"], []]):
                self.fault("open", f"teaching {number} does not come to its end: {found}")
            lenses = [path.read_bytes() for path in (place / "state").glob("lenses/*/labelling.safetensors")]
            weights = weights or lenses[0]
            # A request that was killed before it was answered was never made.
            if lenses != [weights] * len(found):
                self.fault("wrong", f"teaching {number}: {len(lenses)} lenses of {len(found)} teachings, or other weights")
            if faults := check(twin):
                self.fault("wrong", f"teaching {number}: {faults}")
            twin.stop()
            shutil.rmtree(place)
        print(f"teaching: {duration:.1f} s undisturbed", flush=True)
        self.summary("SIGKILL of a teaching", count, since, self.ends)

    def pauses(self, count, chance):
        since, ends = len(self.faults), self.ends
        for number in range(count):
            self.prepare()
            self.orders.give()
            job = self.trigger()
            time.sleep(chance.uniform(0, 0.3))
            self.daemon.process.send_signal(signal.SIGSTOP)
            time.sleep(chance.uniform(0, 3))
            self.daemon.process.send_signal(signal.SIGCONT)
            self.settle(job, f"pause {number}")
        self.summary("SIGSTOP", count, since, ends)

    def copies(self, count, chance, binaries):
        """Each copy must hold every capture that was acknowledged as stored before it was taken."""
        since, ends = len(self.faults), self.ends
        for number in range(count):
            self.prepare()
            self.orders.give()
            job = self.trigger()
            time.sleep(chance.uniform(0, 0.4))
            self.daemon.process.send_signal(signal.SIGSTOP)
            with contextlib.suppress(ChildProcessError):
                os.waitid(os.P_PID, self.daemon.process.pid, os.WSTOPPED)
            synced = self.orders["log_synced"]
            copy = self.folder / f"copy-{number}"
            shutil.copytree(self.folder / "state", copy / "state")
            self.daemon.process.send_signal(signal.SIGCONT)
            log = copy / "state/slides.sqlite-wal"
            length = log.stat().st_size if log.exists() else 0
            if length > synced:
                with open(log, "r+b") as file:
                    file.truncate(chance.randint(synced, length))
                    rest = file.seek(0, os.SEEK_END) - synced
                    if rest > 0 and chance.random() < 0.5:
                        file.seek(synced + chance.randrange(rest))
                        file.write(bytes(chance.randrange(256) for _ in range(min(rest, 512))))
            self.settle(job, f"copy {number}")
            self.check_copy(number, copy, binaries)
            shutil.rmtree(copy)
        self.summary("torn copy", count, since, ends)

    def check_copy(self, number, copy, binaries):
        expected = self.acknowledged[:-1]
        twin = Daemon(binaries, copy, camera=self.daemon.camera)
        jobs = wait_for(lambda: not any(twin.get("/v1/status")["queue"].values()), PATIENCE)
        with sqlite3.connect(f"file:{copy}/state/slides.sqlite?mode=ro", uri=True) as store:
            there = {row[0] for row in store.execute("SELECT id FROM jobs")}
        missing = [name for name in expected if name not in there]
        if missing:
            self.fault("lost", f"copy {number} lacks {len(missing)} jobs that were acknowledged before it was taken")
        if not jobs:
            self.fault("open", f"copy {number}: its captures are not analysed within {PATIENCE} s")
        if faults := check(twin):
            self.fault("wrong", f"copy {number}: {faults}")
        twin.stop()


def asked(daemon, method, path, body):
    with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
        daemon.exchange(method, path, body)


def make_labelled(daemon, place):
    """A state with a slide of two fields that are finished as the lens found them."""
    place.mkdir()
    twin = Daemon(daemon.bin, place, camera=daemon.camera)
    twin.exchange("POST", "/v1/slides", {"name": "taught"})
    _, job = twin.exchange("POST", "/v1/captures", {"slide": "taught", "count": 2})
    job = wait_for(lambda: (found := twin.get(f"/v1/jobs/{job['id']}"))["state"] == "done" and found, PATIENCE)
    for capture in job["captures"]:
        status, answer = twin.exchange("PUT", f"/v1/captures/{capture['id']}/finish", {})
        assert status == 200, answer
    twin.stop()
    return place


def make_old(state, old):
    """A copy of a store with its pictures in the catalogue, as earlier versions had them. Returns how many there are."""
    shutil.copytree(state, old)
    with contextlib.closing(sqlite3.connect(old / "slides.sqlite", isolation_level=None)) as store:
        for path in sorted((old / "slides-pictures").glob("*.sqlite")):
            store.execute("ATTACH ? AS box", (str(path),))
            store.execute("""INSERT INTO picture_bytes SELECT p.id, b.bytes FROM main.pictures AS p
                JOIN captures AS c ON c.id = p.capture_id JOIN box.pictures AS b ON b.sha256 = p.sha256
                WHERE c.slide_id = ?""", (int(path.stem),))
            store.execute("""INSERT INTO field_previews SELECT b.capture_id, b.samples FROM box.previews AS b
                JOIN captures AS c ON c.id = b.capture_id""")
            store.execute("DETACH box")
        store.execute("PRAGMA auto_vacuum = NONE")
        store.execute("VACUUM")
        count = store.execute("SELECT COUNT(*) FROM picture_bytes").fetchone()[0]
    shutil.rmtree(old / "slides-pictures")
    return count


def moved_and_missing(state):
    """Pictures that are in their slide's file, all pictures, and those that are neither there nor in the catalogue as they were."""
    left = missing = count = 0
    with contextlib.closing(sqlite3.connect(state / "slides.sqlite")) as store:
        boxes = {}
        for slide, place, digest, old in store.execute("""SELECT c.slide_id, s.pictures, p.sha256, b.png FROM pictures AS p
                JOIN captures AS c ON c.id = p.capture_id JOIN slides AS s ON s.id = c.slide_id
                LEFT JOIN picture_bytes AS b ON b.picture_id = p.id"""):
            if place != "here":
                continue
            count += 1
            if old is not None:
                left += 1
                missing += hashlib.sha256(old).hexdigest() != digest
                continue
            path = state / f"slides-pictures/{slide}.sqlite"
            if slide not in boxes:
                boxes[slide] = {}
                if path.exists():
                    with contextlib.closing(sqlite3.connect(path)) as box:
                        boxes[slide] = {name: hashlib.sha256(data).hexdigest()
                                        for name, data in box.execute("SELECT sha256, bytes FROM pictures")}
            missing += boxes[slide].get(digest) != digest
    return count - left, count, missing


def make_format_14(state, grains):
    """A catalogue of format 14, with outlines as JSON, as its program wrote it; grains are copied until there are so many."""
    state.mkdir(parents=True)
    with contextlib.closing(sqlite3.connect(state / "slides.sqlite", isolation_level=None)) as store:
        for pragma in ("page_size = 16384", "auto_vacuum = INCREMENTAL", "journal_mode = wal"):
            store.execute(f"PRAGMA {pragma}")
        store.executescript((HERE.parent / "Fixtures/stores/format-14.sql").read_text())
        store.execute("PRAGMA application_id = 1313633132")
        store.execute("PRAGMA user_version = 14")
        columns = [row[1] for row in store.execute("PRAGMA table_info(grains)") if row[1] not in ("id", "number")]
        store.execute("BEGIN")
        for copy in range(1, grains // 26 + 1):
            store.execute(f"INSERT INTO grains (number, {', '.join(columns)}) SELECT number + 100 * ?, {', '.join(columns)} "
                          "FROM grains WHERE id <= 26", (copy,))
        store.execute("INSERT INTO standings SELECT * FROM derived_standings WHERE grain_id > 26")
        store.execute("COMMIT")


def unpacked(data):
    """Corners of an outline of format 15, by its description."""
    bytes_ = iter(data)

    def varint():
        value = shift = 0
        while True:
            byte = next(bytes_)
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    assert next(bytes_) == 1
    x = y = 0
    corners = []
    for _ in range(varint()):
        dx, dy = varint(), varint()
        x += dx >> 1 ^ -(dx & 1)
        y += dy >> 1 ^ -(dy & 1)
        corners.append([x / 100, y / 100])
    assert next(bytes_, None) is None
    return corners


def packed_and_missing(state, truth={}):
    """Grains whose outlines are packed, grains that there are, and those that are not what they were when first looked at."""
    with contextlib.closing(sqlite3.connect(state / "slides.sqlite")) as store:
        is_packed = store.execute("PRAGMA user_version").fetchone()[0] > 14
        rows = store.execute("""SELECT g.id, f.name, n.name, s.status, s.reason, g.outline FROM grains AS g
            JOIN standings AS s ON s.grain_id = g.id JOIN species AS f ON f.id = g.species_id
            JOIN species AS n ON n.id = s.species_id""" if is_packed else
            """SELECT g.id, g.species, s.species, s.status, s.reason, g.outline_px FROM grains AS g
            JOIN standings AS s ON s.grain_id = g.id""").fetchall()
    grains = {row[0]: (*row[1:5], unpacked(row[5]) if is_packed else json.loads(row[5])) for row in rows}
    if not truth:
        truth.update(grains)
    wrong = sum(grains.get(grain) != found for grain, found in truth.items()) + len(grains.keys() - truth.keys())
    return len(grains) if is_packed else 0, len(grains), wrong


def up_to_date(daemon):
    """Whether it answers and has nothing to move any more."""
    with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
        return daemon.get("/v1/status")["store"]["move"] is None
    return False


def check(daemon):
    """What `store check` has to say of a daemon's store; None where all is well."""
    job = daemon.exchange("POST", "/v1/store/checks", {"repair": False})[1]
    wait_for(lambda: daemon.get(f"/v1/store/checks/{job['id']}")["state"] != "running", 300, interval=0.02)
    job = daemon.get(f"/v1/store/checks/{job['id']}")
    return None if job["state"] == "done" and not job["faults"] else job


def orphans(state, archive):
    """Pictures in slides' files that no row refers to, and files of no slide, or here of a slide that is not; and
    unfinished copies, which the next start removes."""
    pictures = files = drafts = 0
    with contextlib.closing(sqlite3.connect(state / "slides.sqlite")) as store:
        places = dict(store.execute("SELECT id, pictures FROM slides"))
        known = {}
        for slide, digest in store.execute(
                "SELECT c.slide_id, p.sha256 FROM pictures AS p JOIN captures AS c ON c.id = p.capture_id"):
            known.setdefault(slide, set()).add(digest)
    for folder, place in ((state / "slides-pictures", "here"), (archive, "archived")):
        for path in folder.rglob("*.sqlite*"):
            number, _, rest = path.name.partition(".")
            if rest in ("sqlite-wal", "sqlite-shm"):
                continue
            # A slide that is here may have an earlier copy in the archive: the next one replaces it.
            if rest.endswith(".part"):
                drafts += 1
            elif rest != "sqlite" or places.get(int(number)) not in ("here", place):
                files += 1
            elif place == "here":
                with contextlib.closing(sqlite3.connect(path)) as box:
                    pictures += sum(row[0] not in known.get(int(number), ()) for row in box.execute("SELECT sha256 FROM pictures"))
    return pictures, files, drafts


def processor_seconds():
    """Of this program and of all daemons that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path, help="folder of neurallensd")
    parser.add_argument("--stride", type=int, default=1, help="every so many-th call of a sweep")
    parser.add_argument("--allocations", type=int, default=300)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--leavings", type=int, default=340)
    parser.add_argument("--moves", type=int, default=80)
    parser.add_argument("--migrations", type=int, default=80)
    parser.add_argument("--teachings", type=int, default=20)
    parser.add_argument("--only-kills", action="store_true", help="no sweeps, pauses and copies")
    parser.add_argument("--pauses", type=int, default=20)
    parser.add_argument("--copies", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="nl-faults-", dir="/tmp"))
    binaries = arguments.bin.resolve()
    started = time.monotonic()
    bench = Bench(binaries, folder)
    for number in range(4):
        bench.calm(WRITE)
    # A small store, of which copies are fast.
    bench.restart(bench.lens)
    make_old(folder / "state", folder / "old/state")
    make_format_14(folder / "format-14/state", 5000)
    if not arguments.only_kills:
        for name, call, error in SWEEPS:
            bench.sweep(name, call, error, range(1, 100_000, arguments.stride))
        if arguments.allocations:
            calls = bench.calm(ALLOCATE)
            step = max(1, calls // arguments.allocations)
            print(f"a capture allocates {calls} times", flush=True)
            bench.sweep("malloc", ALLOCATE, errno.ENOMEM, range(1, calls, step))
        bench.pauses(arguments.pauses, chance)
        bench.copies(arguments.copies, chance, binaries)
    kills_begun, processor = time.monotonic(), processor_seconds()
    bench.kills(arguments.kills, chance)
    bench.upgrades("move", arguments.moves, chance, folder / "old", moved_and_missing)
    bench.upgrades("migration", arguments.migrations, chance, folder / "format-14", packed_and_missing)
    bench.teachings(arguments.teachings, chance)
    # Slides that are deleted take their captures with them.
    kept = len(bench.acknowledged)
    if arguments.leavings:
        bench.leavings(arguments.leavings, chance)

    kill_seconds, processor = time.monotonic() - kills_begun, processor_seconds() - processor
    bench.orders.give()
    faults = check(bench.daemon)
    bench.daemon.stop()
    with sqlite3.connect(f"file:{folder}/state/slides.sqlite?mode=ro", uri=True) as store:
        captures, twice = store.execute("SELECT COUNT(*), COUNT(*) - COUNT(DISTINCT capture_id) FROM analyses").fetchone()
        stored = store.execute("SELECT COUNT(*) FROM captures").fetchone()[0]
        open_jobs = store.execute("SELECT COUNT(*) FROM jobs WHERE state = 'open'").fetchone()[0]
    print(f"store: {stored} captures of {len(bench.acknowledged)} acknowledged jobs, {len(bench.acknowledged) - kept} of them for slides that leave, {captures} analysed, {twice} twice, "
          f"{open_jobs} jobs open; store check: {'no fault' if faults is None else faults}; "
          f"{time.monotonic() - started:.0f} s")
    pictures, files, drafts = orphans(folder / "state", bench.archive)
    print(f"{bench.killed.total()} kills in {kill_seconds:.0f} s, {processor:.0f} s of processor time: "
          + ", ".join(f"{number} of {kind}" for kind, number in bench.killed.items())
          + f"; {bench.faults.count('lost')} lost, {twice} twice, {len(bench.faults) - bench.faults.count('lost')} other faults; "
          f"orphaned: {files} files, {drafts} unfinished copies, {pictures} pictures (which store check --repair removes)")
    wrong = len(bench.faults) + twice + open_jobs + files + (faults is not None) + (captures != stored)
    if wrong:
        sys.exit(f"{wrong} faults; see {folder}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
