"""All checks, in order. Runs inside the virtual machine as a unit of systemd, whose output is the second serial line."""

import os
import subprocess

os.makedirs("/run/artifacts", exist_ok=True)

import service  # noqa: E402,F401  the order of imports is the order of checks
import loopback  # noqa: E402,F401
import vivid  # noqa: E402,F401
from harness import run_checks  # noqa: E402

with open("/payload/only") as file:
    run_checks(file.read().strip())

with open("/run/artifacts/journal.txt", "w") as journal:
    subprocess.run(["journalctl", "-b", "--no-pager", "-o", "short-monotonic"], stdout=journal)
# The third disk takes them to the host.
subprocess.run(["tar", "-cf", "/dev/vdc", "-C", "/run/artifacts", "."])
