#!/usr/bin/env python3
"""Which marked grains of a real focal series a lens finds in the sharpest plane and in the fused picture.

    focal_series.py BIN LENS PICTURES [--nm-per-pixel 250] [-o FOLDER]

PICTURES holds planes named z-8.png, z1.png, ... (height in micrometres) and labels.tsv: x and y of each marked grain in the
6th and 7th column, the plane in which it is in focus in the 8th, its radius in pixels in the 9th, confidence in the 10th and
taxon in the 11th. A marked grain is found where an object, a grain of any species or one that is unidentified, covers its
middle and is neither less than a quarter nor more than four times as large as its circle. The scale is not stated: with each of
those given. Standard library alone.
"""

import argparse
import json
import math
import pathlib
import re
import subprocess
import tempfile


def marked(path):
    """(x, y, plane, radius, confidence, taxon) of each grain."""
    rows = [line.split("\t") for line in path.read_text().splitlines() if line.strip()]
    return [(float(row[5]), float(row[6]), float(row[7]), float(row[8]), row[9], row[10]) for row in rows]


def objects(arguments, picture, scale, folder):
    """Everything the lens made out; what keeps it from looking, otherwise."""
    done = subprocess.run(
        [arguments.bin / "neurallens-lab", "apply", picture, "--lens", arguments.lens, "--nm-per-pixel", str(scale),
         "--border", "all", "-o", folder], capture_output=True, text=True)
    if done.returncode != 0:
        return [], done.stderr.strip()
    return json.loads((folder / "grains.json").read_text())["grains"], None


def finds(grain, found, scale):
    x, y, _, radius, *_ = grain
    left, top, right, bottom = found["bbox_px"]
    area = found["area_um2"] / (scale / 1000) ** 2
    return left <= x <= right and top <= y <= bottom and 0.25 <= area / (math.pi * radius * radius) <= 4


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path, help="folder of neurallens-lab")
    parser.add_argument("lens", type=pathlib.Path)
    parser.add_argument("pictures", type=pathlib.Path)
    parser.add_argument("--nm-per-pixel", type=float, nargs="+", default=[250])
    parser.add_argument("-o", "--output", type=pathlib.Path, help="keep the fused picture and the heights here")
    arguments = parser.parse_args()
    grains = marked(arguments.pictures / "labels.tsv")
    planes = sorted(
        (float(re.fullmatch(r"z(-?\d+)", path.stem).group(1)), path) for path in arguments.pictures.glob("z*.png"))
    with tempfile.TemporaryDirectory(prefix="nl-focal-") as folder:
        folder = pathlib.Path(folder)
        fused = arguments.output or folder / "fused"
        done = subprocess.run(
            [arguments.bin / "neurallens-lab", "fuse", *[path for _, path in planes],
             *[f"--height-um={height}" for height, _ in planes], "-o", fused], capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(done.stderr.strip())
        print(done.stdout.strip())
        for scale in arguments.nm_per_pixel:
            found = {}
            for name, picture in [("sharpest plane", fused / "sharpest.png"), ("fused", fused / "fused.png")] + [
                    (path.name, path) for _, path in planes]:
                seen, refusal = objects(arguments, picture, scale, folder / "out")
                hits = [any(finds(grain, one, scale) for one in seen) for grain in grains]
                found[name] = sum(hits)
                print(f"{scale:.0f} nm a pixel, {name}: {sum(hits)} of {len(grains)} marked grains are objects, "
                      f"{len(seen)} objects in all" + (f" (refused: {refusal[:100]})" if refusal else ""))


if __name__ == "__main__":
    main()
