#!/usr/bin/env python3
"""Teaches a lens from boxes that people drew on real pictures, through the daemon as its page does, and says what it is worth.

    viability.py BIN PICTURES LENS [--labels 50 100 200 400 all] [--starts shipped random] [--steps 1000] [--split slides tiles]

PICTURES holds pictures named SLIDE...Crop....png and labels.json: name to [class, x0, y0, x1, y1] in pixels, class 0 viable
and 1 not. Each slide is captured, what LENS found there is rejected, each box becomes an outline (its ellipse), and the
field is finished. Of the specimens (the first two words and the letter of a slide's name) every third by name is held out;
with tiles, every third field whatever its slide, which is the mistake that flatters. From the rest, fields are taken in turn
from slide after slide until they hold as many boxes as asked; of a slide, as a person would who looks through its pictures,
the field that shows most grains of the species that is rarer among the boxes so far. Standard library alone.
"""

import argparse
import json
import math
import pathlib
import re
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Live"))
from teaching import Laboratory, ellipse, scores  # noqa: E402

SPECIES = ("viable", "nonviable")
# No scale is told; with this one the grains are 12 to 36 um across.
NM_PER_PIXEL = 332


def slide_of(name):
    return name.split("Crop")[0]


def specimen(slide):
    return re.match(r"\d+-\d+-[A-Z]", slide).group()


def divided(names, split):
    """Slides by name, in the order of their capture: (pictures, is held out)."""
    if split == "tiles":
        return {"taught": ([name for index, name in enumerate(names) if index % 3 != 2], False),
                "held out": (names[2::3], True)}
    slides = sorted({slide_of(name) for name in names})
    held = sorted({specimen(slide) for slide in slides})[2::3]
    return {slide: ([name for name in names if slide_of(name) == slide], specimen(slide) in held) for slide in slides}


class Boxes:
    """A laboratory on the pictures, and the boxes that are labelled so far."""

    def __init__(self, arguments, split, labels, folder):
        self.labels = labels
        self.slides = divided(sorted(labels), split)
        self.laboratory = Laboratory(
            arguments.bin, arguments.lens, folder,
            {slide: [arguments.pictures / name for name in names] for slide, (names, _) in self.slides.items()},
            NM_PER_PIXEL, {key: key.capitalize() for key in SPECIES})

    def finish(self, name):
        self.laboratory.finish(name, [(SPECIES[kind], ellipse(box)) for kind, *box in self.labels[name]])

    def finish_held_out(self):
        for names, held in self.slides.values():
            for name in names if held else []:
                self.finish(name)

    def finish_boxes(self, wanted):
        """Fields of slide after slide in turn, until they hold so many boxes."""
        turns = [sorted(names, key=hash_of) for names, held in self.slides.values() if not held]
        boxes = [0] * len(SPECIES)
        while any(turns) and sum(boxes) < wanted:
            for names in turns:
                if names and sum(boxes) < wanted:
                    rarer = boxes.index(min(boxes))
                    name = max(names, key=lambda each: sum(kind == rarer for kind, *_ in self.labels[each]))
                    names.remove(name)
                    self.finish(name)
                    for kind, *_ in self.labels[name]:
                        boxes[kind] += 1
        return boxes

    def request(self, name, start, steps):
        slides = [slide for slide, (names, held) in self.slides.items()
                  if not held and any(one in self.laboratory.finished for one in names)]
        held_out = [slide for slide, (_, held) in self.slides.items() if held]
        request = {"name": name, "slides": slides, "held_out": held_out, "steps": steps, "species": list(SPECIES)}
        return request | ({"from": "random"} if start == "random" else {})


def hash_of(name):
    return sum(ord(letter) * 31 ** index for index, letter in enumerate(name)) % 997


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("pictures", type=pathlib.Path)
    parser.add_argument("lens", type=pathlib.Path)
    parser.add_argument("--labels", nargs="+", default=["50", "100", "200", "400", "all"])
    parser.add_argument("--starts", nargs="+", default=["shipped", "random"])
    parser.add_argument("--split", nargs="+", default=["slides"], choices=["slides", "tiles"])
    parser.add_argument("--steps", type=int, default=1000)
    arguments = parser.parse_args()
    labels = json.loads((arguments.pictures / "labels.json").read_text())
    print("split    start    boxes (nonviable) fields  held out   detection F1   " + "   ".join(f"F1 {name}" for name in SPECIES)
          + "   macro F1   calibration   minutes", flush=True)
    for split in arguments.split:
        with tempfile.TemporaryDirectory(prefix="neurallens-viability-") as name:
            boxes = Boxes(arguments, split, labels, pathlib.Path(name))
            boxes.finish_held_out()
            held = len(boxes.laboratory.finished)
            for wanted in arguments.labels:
                taught = boxes.finish_boxes(math.inf if wanted == "all" else int(wanted))
                for start in arguments.starts:
                    begun = time.monotonic()
                    job = boxes.laboratory.teach(boxes.request(f"{split}-{wanted}-{start}", start, arguments.steps))
                    minutes = (time.monotonic() - begun) / 60
                    found = scores(job["result"]["taught"])
                    macro = sum(found[key] for key in SPECIES) / len(SPECIES)
                    fields = len(boxes.laboratory.finished) - held
                    print(f"{split:8} {start:8} {sum(taught):5} {taught[1]:11} {fields:6} {held:9}   {found['any']:12.3f}   "
                          + "   ".join(f"{found[key]:{3 + len(key)}.3f}" for key in SPECIES)
                          + f"   {macro:8.3f}   {job['result']['taught']['calibration_error'] or 0:11.3f}   {minutes:7.1f}",
                          flush=True)
            print(f"{boxes.laboratory.twice} boxes lay on one before, and were not taken", flush=True)
            boxes.laboratory.daemon.stop()


if __name__ == "__main__":
    main()
