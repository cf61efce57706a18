#!/usr/bin/env python3
"""Teaches a lens a species that it does not know, through the daemon, on the simulated microscope, and says what it is worth.

    third_species.py BIN LENS [--form triporate] [--grains 60] [--steps 1000]

Fields of the simulated world are divided into two slides: one is finished until it holds GRAINS of the form, the other, with
as many again, is held out. Every grain of a species of LENS and of the form is drawn; other objects are background. Printed:
F1 of each species, of the taught lens and of LENS, on what was held out. Standard library alone.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile
import time

from teaching import Laboratory, ellipse, scores

NM_PER_PIXEL = 180


def grains_of(field, form):
    known = [(grain["species"], grain["outline_px"]) for grain in field["grains"]]
    return known + [("third", ellipse(other["bbox_px"])) for other in field["others"] if other.get("form") == form]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("lens", type=pathlib.Path)
    parser.add_argument("--form", default="triporate")
    parser.add_argument("--grains", type=int, default=60)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="neurallens-third-") as name:
        folder = pathlib.Path(name)
        subprocess.run(
            [arguments.bin / "neurallens-lab", "simulate", "--fields", str(2 * arguments.grains), "--others-per-mm2", "500",
             "--grains-per-mm2", "250", "--seed", str(arguments.seed), "-o", folder / "drawn"],
            check=True, stdout=subprocess.DEVNULL)
        fields = json.loads((folder / "drawn/truth.json").read_text())["fields"]
        slides, counts = {"taught": [], "held out": []}, {"taught": 0, "held out": 0}
        for field in fields:
            slide = next((slide for slide in slides if counts[slide] < arguments.grains), None)
            number = sum(species == "third" for species, _ in grains_of(field, arguments.form))
            if slide and number:
                slides[slide].append(field)
                counts[slide] += number
        laboratory = Laboratory(
            arguments.bin, arguments.lens, folder,
            {slide: [folder / "drawn" / field["file"] for field in fields] for slide, fields in slides.items()},
            NM_PER_PIXEL, {"third": "Third species"})
        for field in slides["taught"] + slides["held out"]:
            laboratory.finish(field["file"], grains_of(field, arguments.form))
        begun = time.monotonic()
        job = laboratory.teach({"name": "third", "slides": ["taught"], "held_out": ["held out"], "steps": arguments.steps})
        print(f"{len(slides['taught'])} fields taught, {len(slides['held out'])} held out, "
              f"{(time.monotonic() - begun) / 60:.1f} minutes")
        print("species      grains taught   held out   F1 taught   F1 before")
        after = scores(job["result"]["taught"])
        before = scores(job["result"]["before"]) if job["result"]["before"] else {}
        for species in job["species"]:
            key = species["key"]
            print(f"{key:12} {species['grains_taught']:13} {species['grains_held_out']:10}   {after[key]:9.3f}   "
                  + (f"{before[key]:9.3f}" if key in before else "        -"))
        if not before:
            print(f"the lens before was not judged: {job['result']['before_missing']}")
        laboratory.daemon.stop()


if __name__ == "__main__":
    main()
