"""A daemon on the simulated microscope, for those that look at it from outside. Standard library alone."""

import atexit
import contextlib
import http.client
import json
import pathlib
import signal
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Seconds. A loaded machine of two cores is slow, not wrong.
PATIENCE = 60


def wait_for(condition, seconds=PATIENCE, interval=0.15):
    """What the condition gave when it became true, else what it gave last; asked every so many seconds."""
    end = time.monotonic() + seconds
    while True:
        result = condition()
        if result or time.monotonic() > end:
            return result
        time.sleep(interval)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=PATIENCE)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


class Daemon:
    """neurallensd with a database of its own; may be stopped and started again. Without a lens it starts sooner."""

    def __init__(self, bin_folder, folder, lens=ROOT / "Tests/Fixtures/lenses/small", camera="simulated:7", more=()):
        self.bin = bin_folder
        self.camera = camera
        self.lens = lens
        self.more = more
        self.socket = str(folder / "control.sock")
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.start()

    def start(self):
        self.log = open(self.folder / "daemon.log", "ab")
        self.process = subprocess.Popen(
            [self.bin / "neurallensd", "--camera", self.camera, *(("--lens", self.lens) if self.lens else ()), "--state-dir",
             self.folder / "state", "--socket", self.socket, "--http", f"127.0.0.1:{self.port}", *self.more],
            stderr=self.log)
        # Whoever measures may give up half-way.
        atexit.register(self.process.kill)
        if not wait_for(self.answers, interval=0.01):
            sys.exit(f"the daemon does not start; see {self.folder}/daemon.log")

    def answers(self):
        if self.process.poll() is not None:
            return False
        with contextlib.suppress(OSError):
            return self.get("/v1/status")
        return False

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)
        self.log.close()

    def bytes(self, path):
        """An answer that is no JSON."""
        connection = UnixConnection(self.socket)
        connection.request("GET", path)
        data = connection.getresponse().read()
        connection.close()
        return data

    def exchange(self, method, path, body=None):
        connection = UnixConnection(self.socket)
        connection.request(method, path, body=None if body is None else json.dumps(body),
                           headers={} if body is None else {"Content-Type": "application/json"})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, json.loads(data) if data else None

    def get(self, path):
        return self.exchange("GET", path)[1]
