"""Measures the live view: rates, ages, memory, and captures in the middle of it, with none, one and many clients.

usage: rates.py BIN [--clients 0 1 8] [--stalled 2] [--seconds 60] [--captures 5] [--soak MINUTES]

A daemon on the simulated camera (1280 x 1024, 25 frames a second) with the shipped lens serves clients on its socket. Each
client does what the page does: it follows the events, asks for the newest camera picture and for the newest 1500x
picture, again and again, and reads what it gets; a browser's own work is not part of it. Of the clients some are stalled:
they ask for the same and never read. The age of what is shown is looked at twenty times a second, between pictures too.

With --soak the daemons, one for each number of clients, run side by side for that long, and memory alone is looked at.
Standard library alone.
"""

import argparse
import http.client
import json
import pathlib
import socket
import statistics
import sys
import tempfile
import threading
import time

from daemons import ROOT, Daemon, UnixConnection

VIEWS = ("camera", "magnified")


class Client:
    """One page: three connections, of which two carry pictures."""

    def __init__(self, path):
        self.path = path
        self.is_over = False
        # Of each view: pictures that came, their bytes, and when the one that is shown was exposed.
        self.pictures = {view: 0 for view in VIEWS}
        self.bytes = {view: 0 for view in VIEWS}
        self.exposed = {view: None for view in VIEWS}
        self.faults = 0
        self.threads = [threading.Thread(target=self.follow, args=(view,), daemon=True) for view in VIEWS]
        self.threads.append(threading.Thread(target=self.listen, daemon=True))
        for thread in self.threads:
            thread.start()

    def follow(self, view):
        connection, after = UnixConnection(self.path), 0
        while not self.is_over:
            try:
                connection.request("GET", f"/v1/live/frame?view={view}&after={after}&width=1280")
                answer = connection.getresponse()
                data = answer.read()
            except (OSError, http.client.HTTPException):
                self.faults += 1
                connection.close()
                time.sleep(0.2)
                continue
            if answer.status != 200:
                self.faults += answer.status != 204
                time.sleep(0.2)
                continue
            after = int(answer.getheader("NeuralLens-Sequence"))
            self.exposed[view] = time.monotonic() - int(answer.getheader("NeuralLens-Age-Ms")) / 1000
            self.pictures[view] += 1
            self.bytes[view] += len(data)
        connection.close()

    def listen(self):
        connection = UnixConnection(self.path)
        connection.request("GET", "/v1/events")
        answer = connection.getresponse()
        while not self.is_over and answer.readline():
            pass
        connection.close()


class StalledClient:
    """Asks for what a page asks for, and never reads."""

    def __init__(self, path):
        self.sockets = []
        for target in [f"/v1/live/frame?view={view}&width=4096" for view in VIEWS] + ["/v1/events"]:
            link = socket.socket(socket.AF_UNIX)
            link.connect(path)
            link.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * 20)
            self.sockets.append(link)


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def memory(pid, key="VmRSS"):
    """In MB."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1]) / 1024
    return 0


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else None


def capture(daemon):
    """Seconds from the trigger to the stored input, and to the counts."""
    started = time.monotonic()
    status, job = daemon.exchange("POST", "/v1/captures", {"slide": "live", "count": 1})
    if status != 202:
        sys.exit(f"a capture was refused: {job}")
    while job["state"] not in ("done", "failed", "stopped", "parked"):
        job = daemon.get(f"/v1/jobs/{job['id']}?after={job['revision']}&timeout=30")
    if job["state"] != "done":
        sys.exit(f"a capture failed: {job}")
    timings = job["captures"][0]["timings"]
    return timings["grab_seconds"] + timings["store_seconds"], time.monotonic() - started


def start(arguments, folder, count):
    folder.mkdir()
    daemon = Daemon(arguments.bin.resolve(), folder, arguments.lens)
    daemon.exchange("POST", "/v1/slides", {"name": "live"})
    stalled = min(arguments.stalled, count) if count > 1 else 0
    return daemon, [Client(daemon.socket) for _ in range(count - stalled)], [StalledClient(daemon.socket) for _ in range(stalled)]


def measure(arguments, folder, count):
    daemon, clients, stalled = start(arguments, folder, count)
    pid = daemon.process.pid
    time.sleep(15)  # The daemon measures the lens first, to choose its mode.
    before = {view: [client.pictures[view] for client in clients] for view in VIEWS}
    used, began = processor_seconds(pid), time.monotonic()
    ages = {view: [] for view in VIEWS}
    states, next_state = [], began
    while time.monotonic() - began < arguments.seconds:
        now = time.monotonic()
        for client in clients:
            for view in VIEWS:
                if client.exposed[view] is not None:
                    ages[view].append(now - client.exposed[view])
        if now >= next_state:
            states.append(daemon.get("/v1/live"))
            next_state += 1
        time.sleep(0.05)
    lasted = time.monotonic() - began
    result = {
        "clients": count, "stalled": len(stalled), "seconds": round(lasted, 1),
        "processor_share": round((processor_seconds(pid) - used) / lasted, 2),
        "preview_per_second": statistics.median(state["preview_per_second"] for state in states),
        "lens_per_second": statistics.median(state["lens_per_second"] for state in states),
        "lens_mode": states[-1]["lens_mode"], "dropped_frames": states[-1]["dropped_frames"],
        "faults": sum(client.faults for client in clients), "views": {},
    }
    for view in VIEWS:
        rates = [(client.pictures[view] - former) / lasted for client, former in zip(clients, before[view])]
        result["views"][view] = {
            "slowest_client_per_second": min(rates, default=None), "fastest_client_per_second": max(rates, default=None),
            "age_median_seconds": statistics.median(ages[view]) if ages[view] else None,
            "age_95th_seconds": percentile(ages[view], 0.95),
        }
    times = [capture(daemon) for _ in range(arguments.captures)]
    result["capture_stored_seconds"] = statistics.median(stored for stored, _ in times)
    result["capture_counted_seconds"] = statistics.median(counted for _, counted in times)
    result["capture_counted_seconds_worst"] = max(counted for _, counted in times)
    result["memory_mb"], result["memory_peak_mb"] = memory(pid), memory(pid, "VmHWM")
    finish(daemon, clients)
    return result


def finish(daemon, clients):
    for client in clients:
        client.is_over = True
    daemon.stop()


def show(result):
    def number(value, places=2):
        return "–" if value is None else f"{value:.{places}f}"

    print(f"{result['clients']} clients, {result['stalled']} of them stalled: preview {number(result['preview_per_second'], 1)} /s, "
          f"lens {number(result['lens_per_second'])} /s (mode {result['lens_mode']}), {result['dropped_frames']} frames dropped, "
          f"{result['faults']} faults, processor {result['processor_share']:.2f} cores")
    for view, seen in result["views"].items():
        if seen["age_median_seconds"] is not None:
            print(f"  {view}: {number(seen['slowest_client_per_second'])} to {number(seen['fastest_client_per_second'])} pictures/s a client, "
                  f"age of what is shown {number(seen['age_median_seconds'], 3)} s (median), {number(seen['age_95th_seconds'], 3)} s (95th percentile)")
    print(f"  a capture: input stored after {number(result['capture_stored_seconds'], 3)} s, counted after "
          f"{number(result['capture_counted_seconds'])} s (median), {number(result['capture_counted_seconds_worst'])} s (longest); "
          f"memory {result['memory_mb']:.0f} MB, peak {result['memory_peak_mb']:.0f} MB", flush=True)


def soak(arguments, folder):
    """Memory of a daemon for each number of clients, all at once."""
    running = {count: start(arguments, folder / f"soak-{count}", count) for count in arguments.clients}
    course = {count: [] for count in running}
    began = time.monotonic()
    time.sleep(30)
    while time.monotonic() - began < arguments.soak * 60:
        for count, (daemon, _, _) in running.items():
            course[count].append((time.monotonic() - began, memory(daemon.process.pid)))
        time.sleep(5)
    results = []
    for count, (daemon, clients, stalled) in running.items():
        taken = [value for _, value in course[count]]
        third = max(1, len(taken) // 3)
        slope = statistics.linear_regression(*zip(*course[count])).slope * 3600
        results.append({"clients": count, "stalled": len(stalled), "minutes": arguments.soak, "memory_mb": taken,
                        "slope_mb_per_hour": slope})
        print(f"{count} clients, {len(stalled)} of them stalled, {arguments.soak:.0f} min: memory {statistics.median(taken[:third]):.0f} MB "
              f"in the first third, {statistics.median(taken[-third:]):.0f} MB in the last, {min(taken):.0f} to {max(taken):.0f} MB, "
              f"{slope:+.1f} MB an hour, {sum(client.faults for client in clients)} faults", flush=True)
        finish(daemon, clients)
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("--clients", type=int, nargs="+", default=[0, 1, 8])
    parser.add_argument("--stalled", type=int, default=2, help="of the clients, where there are more than one")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--captures", type=int, default=5)
    parser.add_argument("--soak", type=float, default=0, help="minutes; memory alone")
    parser.add_argument("--lens", type=pathlib.Path, default=ROOT / "Models/iva-galanthus")
    parser.add_argument("--json", type=pathlib.Path, help="file for the figures")
    arguments = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        if arguments.soak:
            results = soak(arguments, pathlib.Path(folder))
        else:
            for count in arguments.clients:
                results.append(measure(arguments, pathlib.Path(folder) / str(count), count))
                show(results[-1])
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
