"""Named checks that run in order, each printing one line: 'PASS name (seconds)' or 'FAIL name: why'."""

import json
import subprocess
import time
import traceback

_checks = []


class Failure(Exception):
    """Why a check fails, in a sentence."""


def check(name, needs=()):
    """Registers a function as a check. What it returns, if anything, is printed beside PASS."""

    def register(function):
        _checks.append((name, tuple(needs), function))
        return function

    return register


def expect(condition, message):
    if not condition:
        raise Failure(message)


def run_checks(only=""):
    wanted = {name for name, _, _ in _checks if any(text in name for text in only.split(","))}
    for name, needs, _ in reversed(_checks):
        if name in wanted:
            wanted.update(needs)
    failed = set()
    for name, needs, function in _checks:
        if name not in wanted:
            continue
        missing = [need for need in needs if need in failed]
        started = time.monotonic()
        try:
            if missing:
                raise Failure(f"not tried, as {missing[0]} failed")
            detail = function()
            seconds = time.monotonic() - started
            print(f"PASS {name} ({seconds:.1f} s)" + (f" {detail}" if detail else ""))
        except Failure as failure:
            failed.add(name)
            print(f"FAIL {name}: {one_line(failure)}")
        except Exception as error:
            failed.add(name)
            print(f"FAIL {name}: {type(error).__name__}: {one_line(error)}")
            traceback.print_exc()
    print("END")


def one_line(text):
    return " | ".join(str(text).strip().splitlines())


def run(*command, timeout=120, status=0):
    """Runs a command and returns what it printed to standard output; `status` None takes any exit status."""
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise Failure(f"{' '.join(command)} did not end within {timeout} s") from None
    if status is not None and ended.returncode != status:
        raise Failure(f"{' '.join(command)} exited {ended.returncode}, not {status}: {ended.stdout}{ended.stderr}")
    return ended.stdout


def refusal(*command, status=1, timeout=120):
    """Runs a command that must exit with `status`, and returns its message."""
    ended = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    expect(
        ended.returncode == status,
        f"{' '.join(command)} exited {ended.returncode}, not {status}: {ended.stdout}{ended.stderr}")
    expect(ended.stderr.strip(), f"{' '.join(command)} exited {status} without a word")
    return ended.stderr.strip()


def client(*arguments, timeout=120):
    """The JSON answer of `neurallens`."""
    return json.loads(run("neurallens", *arguments, "--json", timeout=timeout))


def eventually(what, condition, timeout=60, pause=0.5):
    """Waits until `condition()` gives something true, and returns that. Failures inside count as not yet."""
    deadline = time.monotonic() + timeout
    last = None
    while time.monotonic() < deadline:
        try:
            value = condition()
            if value:
                return value
            last = value
        except Failure as failure:
            last = failure
        time.sleep(pause)
    raise Failure(f"{what} did not come within {timeout} s; last seen: {last}")
