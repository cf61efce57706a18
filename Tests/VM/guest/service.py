"""The service as systemd runs it."""

import contextlib
import grp
import json
import os
import pwd
import re
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import time
import urllib.request

from harness import Failure, check, client, eventually, expect, refusal, run

SOCKET = "/run/neurallens/control.sock"
STATE = "/var/lib/neurallens"
DATABASE = f"{STATE}/slides.sqlite"
CONFIGURATION = "/etc/neurallens/neurallensd.toml"
# Emulated processors take minutes for one field.
CAPTURE_TIMEOUT = 1200


def configure(camera, nm_per_pixel=180):
    lines = [
        f'camera = "{camera}"',
        'lens = "/usr/share/neurallens/lenses/test"',
        'log_level = "info"',
    ]
    if nm_per_pixel:
        lines.append(f"nm_per_pixel = {nm_per_pixel}")
    with open(CONFIGURATION, "w") as file:
        file.write("\n".join(lines) + "\n")


def show(name, unit="neurallensd.service"):
    return run("systemctl", "show", "-P", name, unit).strip()


def status():
    """Asks until there is an answer: a daemon that starts checks its lens first, and a client does not wait for ever."""
    return eventually("an answer", lambda: client("status"), 400)


def restart():
    run("systemctl", "reset-failed", "neurallensd.service", status=None)
    run("systemctl", "restart", "neurallensd.service", timeout=400)


def camera_state():
    return client("camera", "show")


def wait_for_stream(timeout=60):
    return eventually(
        "a streaming camera", lambda: (lambda c: c if c["state"] == "streaming" else None)(camera_state()), timeout)


def capture(slide, count=1):
    """Captures, and returns the reports of the captures, all of them done."""
    job = client("capture", "--slide", slide, "--count", str(count), timeout=CAPTURE_TIMEOUT * count)
    states = [report["state"] for report in job["captures"]]
    expect(states == ["done"] * count, f"captures of {slide} ended as {states}: {json.dumps(job)}")
    return job["captures"]


def captures(slide):
    return client("captures", "--slide", slide)


def wait_until_done(slide, count):
    def done():
        found = captures(slide)
        return found if len(found) == count and all(c["state"] == "done" for c in found) else None

    return eventually(f"{count} captures of {slide}, all done", done, CAPTURE_TIMEOUT, pause=2)


def integrity():
    """Asks another program of the database, while the daemon has it open."""
    with contextlib.closing(sqlite3.connect(f"file:{DATABASE}?mode=ro", uri=True, timeout=30)) as database:
        answer = [row[0] for row in database.execute("PRAGMA integrity_check")]
        expect(answer == ["ok"], f"integrity_check of the database says {answer}")
        orphans = database.execute("PRAGMA foreign_key_check").fetchall()
        expect(not orphans, f"foreign_key_check finds {orphans[:3]}")


@check("install")
def install():
    for program in ("neurallensd", "neurallens", "neurallens-lab"):
        shutil.copy(f"/payload/bin/{program}", f"/usr/bin/{program}")
    for resources in os.listdir("/payload/bin"):
        if resources.endswith(".resources"):
            shutil.copytree(f"/payload/bin/{resources}", f"/usr/bin/{resources}")
    if os.path.isdir("/payload/lib"):
        shutil.copytree("/payload/lib", "/usr/local/lib", dirs_exist_ok=True)
        run("ldconfig")
    shutil.copytree("/payload/lens", "/usr/share/neurallens/lenses/test")
    run("/payload/systemd/install.sh", "", "/usr")
    user = pwd.getpwnam("neurallens")
    expect("neurallens" in grp.getgrnam("video").gr_mem, "the user neurallens is not in the group video")
    status = os.stat("/run/neurallens")
    expect(
        (status.st_uid, stat.S_IMODE(status.st_mode)) == (user.pw_uid, 0o750),
        f"/run/neurallens has owner {status.st_uid} and mode {stat.S_IMODE(status.st_mode):o}")
    for program in ("neurallensd", "neurallens", "neurallens-lab"):
        run(program, "--help")


@check("units: systemd-analyze verify", needs=["install"])
def verify():
    ended = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "neurallensd.service", "neurallensd.socket"],
        capture_output=True, text=True)
    words = [line for line in (ended.stdout + ended.stderr).splitlines() if "neurallens" in line]
    expect(ended.returncode == 0 and not words, f"exit {ended.returncode}: {words}")


@check("units: systemd-analyze security at most 2.0", needs=["install"])
def security():
    report = run("systemd-analyze", "security", "--no-pager", "neurallensd.service", status=None)
    with open("/run/artifacts/security.txt", "w") as file:
        file.write(report)
    found = re.search(r"exposure level for neurallensd.service: ([0-9.]+)", report)
    expect(found, f"no exposure level in {report[-200:]}")
    expect(float(found[1]) <= 2.0, f"exposure {found[1]}")
    return f"exposure {found[1]}"


@check("socket activation, mode 0660, no camera is a state", needs=["install"])
def socket_activation():
    configure("/dev/video0")
    expect(not os.path.exists("/dev/video0"), "/dev/video0 is there already")
    run("systemctl", "start", "neurallensd.socket")
    expect(show("ActiveState") == "inactive", "the service runs before anybody asked")
    status = os.stat(SOCKET)
    expect(stat.S_ISSOCK(status.st_mode) and stat.S_IMODE(status.st_mode) == 0o660, f"mode {status.st_mode:o}")
    expect(status.st_gid == grp.getgrnam("neurallens").gr_gid, f"group {status.st_gid}")

    outsider = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    refusal(*outsider, "neurallens", "status", status=69)
    expect(show("ActiveState") == "inactive", "a user outside the group started the service")

    member = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--groups=neurallens"]
    # The first client may give up while the daemon checks its lens; it has started the service all the same.
    answer = eventually("an answer", lambda: json.loads(run(*member, "neurallens", "status", "--json")), 400)
    expect(show("ActiveState") == "active", "the service does not run")
    expect(answer["camera"]["state"] == "unavailable", f"camera is {answer['camera']}")
    expect(answer["camera"]["reason"], "unavailable without a reason")
    expect(answer["lens"]["state"] == "ready", f"lens: {answer['lens']}")
    message = refusal("neurallens", "slide", "show", "nowhere")
    return f"\"{answer['camera']['reason']}\"; \"{message}\""


@check("a second daemon is refused", needs=["socket activation, mode 0660, no camera is a state"])
def second_daemon():
    message = refusal(
        "setpriv", "--reuid=neurallens", "--regid=neurallens", "--init-groups", "env", "-C", "/tmp",
        "neurallensd", "--camera", "simulated", "--state-dir", "/tmp", "--socket", SOCKET)
    client("status")
    return f"\"{message}\""


@check("the page works under the unit, and its tokens stay out of the journal",
       needs=["socket activation, mode 0660, no camera is a state"])
def page_under_unit():
    with open(CONFIGURATION) as file:
        before = file.read()
    try:
        with open(CONFIGURATION, "a") as file:
            file.write('\nhttp = "127.0.0.1:8700"\n')
        restart()
        status()
        links = client("page")
        # The token in the address is exchanged for a cookie.
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with browser.open(links["read"], timeout=30) as answer:
            text = answer.read().decode()
            expect(answer.status == 200 and "NeuralLens" in text, f"the page answers {answer.status}")
        log = run("journalctl", "-u", "neurallensd", "--no-pager")
        for link in links.values():
            if "token=" in str(link):
                expect(link.split("token=")[1] not in log, "the journal holds a token of the page")
        # A port that another program holds.
        with socket.create_server(("127.0.0.1", 8701)):
            with open(CONFIGURATION, "w") as file:
                file.write(before + '\nhttp = "127.0.0.1:8701"\n')
            restart()
            status()
            expect(show("ActiveState") == "active", "a page that cannot be served ended the service")
    finally:
        with open(CONFIGURATION, "w") as file:
            file.write(before)
        restart()
        status()


@check("watchdog restarts a daemon that hangs", needs=["socket activation, mode 0660, no camera is a state"])
def watchdog():
    expect(show("WatchdogUSec") == "1min", f"WatchdogSec is {show('WatchdogUSec')}")
    folder = "/run/systemd/system/neurallensd.service.d"
    os.makedirs(folder)
    with open(f"{folder}/watchdog.conf", "w") as file:
        file.write("[Service]\nWatchdogSec=10\nTimeoutAbortSec=2\n")
    run("systemctl", "daemon-reload")
    restart()
    main = int(show("MainPID"))
    time.sleep(15)
    expect(int(show("MainPID")) == main, "the watchdog ended a daemon that was well")
    os.kill(main, signal.SIGSTOP)
    eventually(
        "a new process", lambda: int(show("MainPID")) not in (0, main) and show("ActiveState") == "active", 300)
    log = run("journalctl", "-u", "neurallensd", "--no-pager")
    expect("Watchdog timeout" in log, "the journal does not say that the watchdog ended it")
    shutil.rmtree(folder)
    run("systemctl", "daemon-reload")
    restart()


def stop_within_ten_seconds():
    started = time.monotonic()
    run("systemctl", "stop", "neurallensd.service")
    seconds = time.monotonic() - started
    status = (show("Result"), show("ExecMainCode"), show("ExecMainStatus"))
    expect(status == ("success", "1", "0"), f"SIGTERM ended it as {status}")
    expect(seconds <= 10, f"it took {seconds:.1f} s")
    expect(show("ActiveState", "neurallensd.socket") == "active", "the socket went with the service")
    return seconds
