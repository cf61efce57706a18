#!/usr/bin/env python3
"""A crowd before the instrument: clients that ask, clients that follow its events, and captures that go on beside them.

    crowd.py BIN [--clients 200] [--followers 50] [--minutes 15] [--interval 5] [--pause 1] [--lens DIR]

Each client asks for `status` or the slide's `counts` over a connection that it keeps, again a second or so after each
answer; each follower reads the stream of events. A field is captured every INTERVAL seconds. Prints the 50th and 95th
percentiles and the worst of both requests, the daemon's memory at the start, in the middle and at the end, and the
captures that wait; status 1 where a request fails, a follower loses its stream, or captures pile up.
"""

import argparse
import contextlib
import http.client
import json
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Live"))
from daemons import ROOT, Daemon, UnixConnection, wait_for  # noqa: E402

ASKED = ["/v1/status", "/v1/slides/s/counts"]


class Crowd:
    def __init__(self, daemon, pause):
        self.daemon = daemon
        self.pause = pause
        self.ends = threading.Event()
        self.lock = threading.Lock()
        self.seconds = {path: [] for path in ASKED}
        self.failures = []
        self.events = [0]

    def fail(self, sentence):
        with self.lock:
            self.failures.append(sentence)

    def client(self, number):
        chance = random.Random(number)
        self.ends.wait(chance.uniform(0, self.pause))
        connection = UnixConnection(self.daemon.socket)
        while not self.ends.is_set():
            path = chance.choice(ASKED)
            start = time.monotonic()
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                body = answer.read()
                with self.lock:
                    self.seconds[path].append(time.monotonic() - start)
                if answer.status != 200:
                    self.fail(f"client {number}: {path} answered {answer.status} {body[:200]}")
            except (OSError, http.client.HTTPException) as error:
                if not self.ends.is_set():
                    self.fail(f"client {number}: {path}: {error!r}")
                connection.close()
                connection = UnixConnection(self.daemon.socket)
                self.ends.wait(1)
            self.ends.wait(chance.uniform(0.5, 1.5) * self.pause)
        connection.close()

    def follower(self, number):
        connection = UnixConnection(self.daemon.socket)
        try:
            connection.request("GET", "/v1/events")
            answer = connection.getresponse()
            if answer.status != 200:
                return self.fail(f"follower {number}: answered {answer.status}: {answer.read()[:200]}")
            while not self.ends.is_set():
                line = answer.readline()
                if not line:
                    return self.fail(f"follower {number}: its stream ended")
                with self.lock:
                    self.events[0] += line.startswith(b"data:")
        except (OSError, http.client.HTTPException) as error:
            if not self.ends.is_set():
                self.fail(f"follower {number}: {error!r}")
        finally:
            with contextlib.suppress(OSError):
                connection.close()

    def start(self, clients, followers):
        for number in range(followers):
            threading.Thread(target=self.follower, args=(number,), daemon=True).start()
        for number in range(clients):
            threading.Thread(target=self.client, args=(number,), daemon=True).start()


def resident(daemon):
    """Bytes of memory that the daemon holds now."""
    text = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
    return 1024 * int(next(line for line in text.splitlines() if line.startswith("VmRSS")).split()[1])


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path, help="folder of neurallensd")
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--followers", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--interval", type=float, default=5, help="seconds between captures")
    parser.add_argument("--pause", type=float, default=1, help="seconds between a client's requests")
    parser.add_argument("--lens", type=pathlib.Path, default=ROOT / "Models/iva-galanthus")
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="nl-crowd-", dir="/tmp"))
    daemon = Daemon(arguments.bin.resolve(), folder, arguments.lens)
    daemon.exchange("POST", "/v1/slides", {"name": "s"})
    daemon.exchange("POST", "/v1/captures", {"slide": "s", "count": 2})
    # Before there is a count, asking for it is refused.
    wait_for(lambda: daemon.exchange("GET", "/v1/slides/s/counts")[0] == 200, 120)
    wait_for(lambda: not any(daemon.get("/v1/status")["queue"].values()), 120)
    crowd = Crowd(daemon, arguments.pause)
    crowd.start(arguments.clients, arguments.followers)
    time.sleep(5)
    memory, most_waiting, captures = [resident(daemon)], 0, 2
    end = time.monotonic() + 60 * arguments.minutes
    next_capture = time.monotonic()
    while time.monotonic() < end:
        if time.monotonic() >= next_capture:
            status, _ = daemon.exchange("POST", "/v1/captures", {"slide": "s"})
            captures += status == 202
            next_capture += arguments.interval
        queue = daemon.get("/v1/status")["queue"]
        most_waiting = max(most_waiting, sum(queue.values()))
        memory.append(resident(daemon))
        time.sleep(0.5)
    crowd.ends.set()
    waiting = sum(daemon.get("/v1/status")["queue"].values())
    settled = wait_for(lambda: not any(daemon.get("/v1/status")["queue"].values()), 120)
    for path, seconds in crowd.seconds.items():
        print(f"{path}: {len(seconds)} answers, median {percentile(seconds, 0.5) * 1000:.0f} ms, "
              f"95th percentile {percentile(seconds, 0.95) * 1000:.0f} ms, worst {max(seconds, default=0) * 1000:.0f} ms")
    print(f"{arguments.followers} followers heard {crowd.events[0]} events")
    print("memory: {:.0f} MB at the start, {:.0f} MB in the middle, {:.0f} MB at the end, {:.0f} MB at most".format(
        *(bytes / 1e6 for bytes in (memory[0], memory[len(memory) // 2], memory[-1], max(memory)))))
    print(f"{captures} captures; at most {most_waiting} waiting, {waiting} at the end")
    print(json.dumps({"failures": len(crowd.failures)}))
    for failure in crowd.failures[:10]:
        print(f"FAIL {failure}")
    if not settled:
        print("FAIL captures are still waiting 120 s after the crowd left")
    daemon.stop()
    shutil.rmtree(folder)
    sys.exit(1 if crowd.failures or not settled else 0)


if __name__ == "__main__":
    main()
