#!/usr/bin/env python3
"""What a field costs the daemon, by its size: peak memory, seconds, seconds a megapixel.

    field_memory.py BIN [--megapixels 1 5 24 100] [--nm-per-pixel 83 180] [--lens DIR]

Each size in a daemon of its own, whose peak since its start is read. A field that would need more than the daemon may
have is refused: the refusal is printed. Nothing else should run beside it.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Live"))
from daemons import ROOT, Daemon, wait_for  # noqa: E402
from pictures import Picture  # noqa: E402


def peak(daemon):
    """Bytes of memory that the daemon held at most."""
    text = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
    return 1024 * int(next(line for line in text.splitlines() if line.startswith("VmHWM")).split()[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path, help="folder of neurallensd and neurallens-lab")
    parser.add_argument("--megapixels", type=float, nargs="+", default=[1, 5, 24, 100])
    parser.add_argument("--nm-per-pixel", type=float, nargs="+", default=[83, 180])
    parser.add_argument("--lens", type=pathlib.Path, default=ROOT / "Models/iva-galanthus")
    arguments = parser.parse_args()
    binaries = arguments.bin.resolve()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="nl-memory-", dir="/tmp"))
    subprocess.run([binaries / "neurallens-lab", "simulate", "--fields", "1", "--seed", "7", "-o", folder / "simulated"],
                   check=True, stdout=subprocess.DEVNULL)
    field = Picture.read((folder / "simulated/000000.png").read_bytes())
    for megapixels in arguments.megapixels:
        width = round((megapixels * 1e6 * 1.25) ** 0.5)
        height = round(megapixels * 1e6 / width)
        for scale in arguments.nm_per_pixel:
            place = folder / f"{megapixels:g}-{scale:g}"
            (place / "fields").mkdir(parents=True)
            (place / "fields/field.png").write_bytes(field.repeated(width, height).encoded(level=1))
            os.environ["NEURALLENS_NM_PER_PIXEL"] = f"{scale:g}"
            daemon = Daemon(binaries, place, arguments.lens, camera=f"folder:{place / 'fields'}")
            idle = peak(daemon)
            daemon.exchange("POST", "/v1/slides", {"name": "s"})
            job = daemon.exchange("POST", "/v1/captures", {"slide": "s"})[1]

            def over():
                report = daemon.get(f"/v1/jobs/{job['id']}")
                ended = report["state"] in ("done", "failed")
                return report if ended and all(c["state"] != "pending" for c in report["captures"]) else None

            report = wait_for(over, 1800)
            name = f"{megapixels:g} megapixels ({width} x {height}) of {scale:g} nm"
            for capture in report["captures"] if report else []:
                if capture["problem"]:
                    print(f"{name}: {capture['state']}: {capture['problem']['detail']}", flush=True)
                    continue
                timings = capture["timings"]
                seconds = sum(value for value in timings.values() if value)
                grains = sum(count["grains"] for count in capture["counts"]) + capture["unidentified"]
                print(f"{name}: {peak(daemon) / 1e6:.0f} MB at most ({idle / 1e6:.0f} MB idle), {seconds:.1f} s, "
                      f"{seconds / megapixels:.2f} s a megapixel, of which the lens "
                      f"{(timings['lens_seconds'] or 0) / megapixels:.2f} s; {grains} grains", flush=True)
            if not report or not report["captures"]:
                print(f"{name}: {report and report['problem']}", flush=True)
            daemon.stop()
            shutil.rmtree(place)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
