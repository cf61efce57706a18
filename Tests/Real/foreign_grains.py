#!/usr/bin/env python3
"""What a lens calls real grains: each picture of a single grain is laid on a field of its own background and counted.

    foreign_grains.py BIN LENS FOLDER... [--micrometres 20 25 30] [--own WORD=KEY ...]

A picture's scale is not known: the grain, which is what differs from the background, is given each of the diameters. A
picture whose name holds WORD shows the lens's species KEY; all others are foreign, and each that is counted as a species
is wrong. Needs numpy and pillow.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile

import numpy
from PIL import Image

# Of the field, in micrometres.
SIDE = 170


def grain(picture):
    """The background's colour, and middle and diameter in pixels of what differs from it most."""
    pixels = picture.astype(float)
    rim = numpy.concatenate([pixels[:3].reshape(-1, 3), pixels[-3:].reshape(-1, 3), pixels[:, :3].reshape(-1, 3),
                             pixels[:, -3:].reshape(-1, 3)])
    glass = numpy.percentile(rim, 70, axis=0)
    away = numpy.abs(pixels - glass).max(axis=2)
    inside = away > max(12, 0.25 * numpy.percentile(away, 98))
    rows, columns = numpy.nonzero(inside)
    return glass, (numpy.median(columns), numpy.median(rows)), 2 * (inside.sum() / numpy.pi) ** 0.5


def field(picture, micrometres, random):
    """The picture in the middle of empty glass, as RGB, and its scale in nm a pixel."""
    glass, middle, diameter = grain(picture)
    scale = 1000 * micrometres / diameter
    side = max(round(1000 * SIDE / scale), max(picture.shape[:2]) + 20)
    result = random.normal(glass, 1.5, (side, side, 3))
    # The seam fades where the picture's own background differs.
    height, width = picture.shape[:2]
    fade = max(2, min(height, width) // 12)
    edge = numpy.minimum.outer(numpy.minimum(numpy.arange(height), numpy.arange(height)[::-1]),
                               numpy.minimum(numpy.arange(width), numpy.arange(width)[::-1]))
    share = numpy.clip(edge / fade, 0, 1)[..., None]
    left, top = round(side / 2 - middle[0]), round(side / 2 - middle[1])
    left, top = min(max(left, 0), side - width), min(max(top, 0), side - height)
    place = result[top:top + height, left:left + width]
    place[:] = share * picture + (1 - share) * place
    return Image.fromarray(numpy.clip(result, 0, 255).astype(numpy.uint8)), scale


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path, help="folder of neurallens-lab")
    parser.add_argument("lens", type=pathlib.Path)
    parser.add_argument("folders", type=pathlib.Path, nargs="+")
    parser.add_argument("--micrometres", type=float, nargs="+", default=[20, 25, 30])
    parser.add_argument("--own", nargs="*", default=[], metavar="WORD=KEY")
    arguments = parser.parse_args()
    own = dict(word.split("=") for word in arguments.own)
    random = numpy.random.default_rng(1)
    calls = {}
    tried = wrong = 0
    with tempfile.TemporaryDirectory(prefix="nl-real-") as folder:
        folder = pathlib.Path(folder)
        pictures = [path for place in arguments.folders for path in sorted(place.rglob("*"))
                    if path.suffix.lower() in (".png", ".jpg", ".jpeg", ".tif")]
        for path in pictures:
            picture = numpy.asarray(Image.open(path).convert("RGB"))
            expected = next((key for word, key in own.items() if word in path.name), None)
            for micrometres in arguments.micrometres:
                image, scale = field(picture, micrometres, random)
                image.save(folder / "field.png")
                done = subprocess.run(
                    [arguments.bin / "neurallens-lab", "apply", folder / "field.png", "--lens", arguments.lens,
                     "--nm-per-pixel", f"{scale:.2f}", "--border", "all", "-o", folder / "out"],
                    capture_output=True, text=True)
                if done.returncode != 0:
                    found = ["refused: " + done.stderr.strip()[:100]]
                else:
                    grains = json.loads((folder / "out/grains.json").read_text())["grains"]
                    found = sorted(entry["species"] for entry in grains if entry["counts"])
                species = [name for name in found if name not in ("unidentified",) and not name.startswith("refused")]
                said = "+".join(species) or ("unidentified" if "unidentified" in found else (found or ["nothing"])[0])
                calls.setdefault(path.name, []).append((expected, said))
                if expected is None:
                    tried += 1
                    wrong += bool(species)
    for name, said in calls.items():
        if said[0][0] is not None or any(word not in ("unidentified", "nothing") for _, word in said):
            print(f"{name[:60]:62}{'foreign' if said[0][0] is None else said[0][0]:12}", *[word for _, word in said])
    print(f"{tried} fields of foreign grains, {wrong} counted as a species ({100 * wrong / max(1, tried):.1f} %)")


if __name__ == "__main__":
    main()
