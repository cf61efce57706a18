#!/usr/bin/env python3
"""One failing call, a kill, a pause or a torn copy in the midst of a capture: is anything lost, twice, open or wrong?

    faults.py BIN [--stride 1] [--allocations 300] [--kills 1000] [--leavings 300] [--moves 100] [--pauses 20]
        [--copies 40] [--seed 1]

Sweeps: during one capture the N-th write, fsync, open and mmap fails, for every N (every STRIDE-th) until a capture has no
N-th call; and the N-th malloc, for ALLOCATIONS numbers spread evenly over those of a capture. The daemon may end of it
(a Swift program without memory does) and is then started again, as systemd would. Kills: SIGKILL in the N-th write, a
quarter of them within the commit of the results; or at any time. Pauses: SIGSTOP for up to 3 s. Copies: of the state
folder at any time, what the log held beyond its last fsync cut off or garbled, as a power cut may leave it.

Leavings: SIGKILL at any time of a slide's way to the archive, back, or for good. Afterwards it is here, or in the archive, or gone,
each whole and nowhere else. Moves: SIGKILL at any time while the pictures of an earlier version's catalogue go to files of their
own; each picture is there before the next start and after it.

Each capture that the daemon acknowledged must be there afterwards, once, analysed, with the counts that its field always
has, and its job done. Status 1 otherwise.
"""

import argparse
import contextlib
import errno
import hashlib
import http.client
import mmap
import os
import pathlib
import random
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
        ordinal, length = self.results_commit()
        writes = self.calm(WRITE)
        print(f"the results are commit {ordinal} of a capture, of {length} writes of {writes}", flush=True)
        since, ends, within, done = len(self.faults), self.ends, 0, 0
        while done < count:
            self.prepare()
            if done % 4 == 0:
                self.orders.give(WRITE, chance.randint(1, max(1, length)), 0, until_syncs=ordinal - 1)
                job = self.trigger()
                within += 1
            elif done % 4 == 1:
                self.orders.give(WRITE, chance.randint(1, writes), 0)
                job = self.trigger()
            else:
                self.orders.give()
                job = self.trigger()
                time.sleep(chance.uniform(0, 0.4))
                if self.alive():
                    self.daemon.process.kill()
                    self.daemon.process.wait()
            self.settle(job, f"kill {done}")
            done += 1
        print(f"kills: {within} ordered within the results' commit", flush=True)
        self.summary("SIGKILL", done, since, ends)

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
        drafts = [str(path) for folder in (self.folder / "state/slides-pictures", self.archive)
                  for path in folder.rglob(f"{number}.sqlite.*") if not path.name.endswith(".part")]
        if status == 404:
            if verb != "delete" or here or there:
                self.fault("lost", f"{what}: the slide is gone, its file here: {here}, in the archive: {there}")
            return None
        if status != 200:
            self.fault("open", f"{what}: the slide is not answered for: {status} {slide}")
            return None
        place = slide["pictures"]
        if slide["captures"] != 1 or place not in ("here", "archived") or here != (place == "here") or drafts \
                or (place == "archived" and not there):
            self.fault("wrong", f"{what}: {slide['captures']} captures, pictures {place}; here: {here}, in the archive: {there}, "
                                f"drafts: {drafts}")
        if place == "here" and hashlib.sha256(self.daemon.bytes(f"/v1/captures/{capture}/images/raw")).hexdigest() != digest:
            self.fault("lost", f"{what}: the picture is another")
        return place

    def leavings(self, count, chance):
        since, ends, tried, found = len(self.faults), self.ends, 0, {}
        place = None
        while tried < count:
            if place is None:
                self.prepare()
                job = self.trigger()
                self.settle(job, "calm")
                capture = self.job(job)["captures"][0]["id"]
                digest = hashlib.sha256(self.daemon.bytes(f"/v1/captures/{capture}/images/raw")).hexdigest()
                with sqlite3.connect(f"file:{self.folder}/state/slides.sqlite?mode=ro", uri=True) as store:
                    number = store.execute("SELECT id FROM slides WHERE name = ?", (self.slide,)).fetchone()[0]
                self.leaving, place = (number, capture, digest), "here"
            verb = "restore" if place == "archived" and chance.random() < 0.8 else "delete" if chance.random() < 0.3 else "archive"
            if verb == "archive" and place == "archived":
                verb = "restore"
            what = f"kill {tried} of {verb}"
            self.orders.give(WRITE, chance.randint(1, 60), 0) if tried % 2 else self.orders.give()
            if verb == "delete":
                path, method = f"/v1/slides/{self.slide}?name={self.slide}", "DELETE"
            else:
                path, method = f"/v1/slides/{self.slide}/{verb}", "POST"
            if tried % 2:
                self.asked(method, path, {})
                wait_for(lambda: not self.alive(), 1.0)
            else:
                threading.Thread(target=self.asked, args=(method, path, {})).start()
                time.sleep(chance.uniform(0, 0.08))
            if self.alive():
                self.daemon.process.kill()
            self.start()
            self.orders.give()
            before, place = place, self.leaves(verb, what)
            outcome = f"{verb}: {'done' if place != before else 'as it was'}"
            found[outcome] = found.get(outcome, 0) + 1
            tried += 1
            if place == "archived" and chance.random() < 0.3:
                if not self.transferred("restore") or self.leaves("restore", what) != "here":
                    self.fault("lost", f"{what}: the slide does not come back")
                place = "here"
        print("leavings: " + ", ".join(f"{number} {name}" for name, number in sorted(found.items())), flush=True)
        self.summary("SIGKILL of archive, restore, delete", tried, since, ends)

    def moves(self, count, chance, binaries):
        """Kills a daemon of its own, on a state as an earlier version left it."""
        self.orders.give()
        # It would take orders too.
        self.daemon.process.send_signal(signal.SIGTERM)
        self.daemon.process.wait()
        since, ends, moved = len(self.faults), self.ends, 0
        old = self.folder / "old"
        pictures = make_old(self.folder / "state", old / "state")
        duration = None
        for number in range(-1, count):
            place = self.folder / f"move-{number}"
            shutil.copytree(old, place)
            if number < 0:
                begun = time.monotonic()
                twin = Daemon(binaries, place, camera=self.daemon.camera)
                wait_for(lambda: twin.get("/v1/status")["store"]["move"] is None)
                duration = time.monotonic() - begun
                twin.stop()
            else:
                # Every other one within a write, the others at any time.
                self.orders.give(*((WRITE, chance.randint(1, 60 + 8 * pictures), 0) if number % 2 else ()))
                process = subprocess.Popen(
                    [binaries / "neurallensd", "--camera", self.daemon.camera, "--lens", self.daemon.lens,
                     "--state-dir", place / "state", "--socket", place / "control.sock"],
                    env=os.environ | {"LD_PRELOAD": str(self.library)}, stderr=subprocess.DEVNULL)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(2 * duration if number % 2 else chance.uniform(0, duration))
                process.kill()
                process.wait()
            self.orders.give()
            copy = self.folder / "killed"
            shutil.copytree(place / "state", copy)
            left, missing = moved_and_missing(copy)
            shutil.rmtree(copy)
            if missing:
                self.fault("lost", f"move {number}: {missing} pictures are in neither place after the kill")
            moved += 0 < left < pictures
            twin = Daemon(binaries, place, camera=self.daemon.camera)
            if not wait_for(lambda: twin.get("/v1/status")["store"]["move"] is None):
                self.fault("open", f"move {number} does not come to its end")
            twin.stop()
            left, missing = moved_and_missing(place / "state")
            if left or missing:
                self.fault("lost", f"move {number}: {left} pictures not moved, {missing} missing at the end")
            if number % 10 == 0 and (faults := check(binaries, place)):
                self.fault("wrong", f"move {number}: {faults}")
            shutil.rmtree(place)
        print(f"moves: of {pictures} pictures; {moved} kills in the midst", flush=True)
        self.summary("SIGKILL of a move", count, since, ends)
        self.start()

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
        twin.stop()
        faults = check(binaries, copy)
        if faults:
            self.fault("wrong", f"copy {number}: {faults}")


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
    """Pictures that are still in the catalogue, and those that are neither there nor in their slide's file as they were."""
    left = missing = 0
    with contextlib.closing(sqlite3.connect(state / "slides.sqlite")) as store:
        boxes = {}
        for slide, place, digest, old in store.execute("""SELECT c.slide_id, s.pictures, p.sha256, b.png FROM pictures AS p
                JOIN captures AS c ON c.id = p.capture_id JOIN slides AS s ON s.id = c.slide_id
                LEFT JOIN picture_bytes AS b ON b.picture_id = p.id"""):
            if place != "here":
                continue
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
    return left, missing


def check(binaries, folder):
    """What `store check` has to say of the store in the folder; None where all is well."""
    daemon = Daemon(binaries, folder)
    try:
        job = daemon.exchange("POST", "/v1/store/checks", {"repair": False})[1]
        end = time.monotonic() + 300
        while job["state"] == "running" and time.monotonic() < end:
            time.sleep(0.1)
            job = daemon.get(f"/v1/store/checks/{job['id']}")
        return None if job["state"] == "done" and not job["faults"] else job
    finally:
        daemon.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path, help="folder of neurallensd")
    parser.add_argument("--stride", type=int, default=1, help="every so many-th call of a sweep")
    parser.add_argument("--allocations", type=int, default=300)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--leavings", type=int, default=300)
    parser.add_argument("--moves", type=int, default=100)
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
    for name, call, error in SWEEPS:
        bench.sweep(name, call, error, range(1, 100_000, arguments.stride))
    if arguments.allocations:
        calls = bench.calm(ALLOCATE)
        step = max(1, calls // arguments.allocations)
        print(f"a capture allocates {calls} times", flush=True)
        bench.sweep("malloc", ALLOCATE, errno.ENOMEM, range(1, calls, step))
    bench.pauses(arguments.pauses, chance)
    bench.copies(arguments.copies, chance, binaries)
    bench.kills(arguments.kills, chance)
    if arguments.moves:
        bench.moves(arguments.moves, chance, binaries)
    # Slides that are deleted take their captures with them.
    kept = len(bench.acknowledged)
    if arguments.leavings:
        bench.leavings(arguments.leavings, chance)

    bench.orders.give()
    bench.daemon.stop()
    with sqlite3.connect(f"file:{folder}/state/slides.sqlite?mode=ro", uri=True) as store:
        captures, twice = store.execute("SELECT COUNT(*), COUNT(*) - COUNT(DISTINCT capture_id) FROM analyses").fetchone()
        stored = store.execute("SELECT COUNT(*) FROM captures").fetchone()[0]
        open_jobs = store.execute("SELECT COUNT(*) FROM jobs WHERE state = 'open'").fetchone()[0]
    faults = check(binaries, folder)
    print(f"store: {stored} captures of {len(bench.acknowledged)} acknowledged jobs, {len(bench.acknowledged) - kept} of them for slides that leave, {captures} analysed, {twice} twice, "
          f"{open_jobs} jobs open; store check: {'no fault' if faults is None else faults}; "
          f"{time.monotonic() - started:.0f} s")
    wrong = len(bench.faults) + twice + open_jobs + (faults is not None) + (captures != stored)
    if wrong:
        sys.exit(f"{wrong} faults; see {folder}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
