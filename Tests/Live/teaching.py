"""Teaching a lens through the daemon as its page does: captures, outlines, finished fields. Standard library alone."""

import math
import shutil

from daemons import Daemon


def ellipse(box, corners=32):
    """The outline that a person draws in a box: [x0, y0, x1, y1] in pixels."""
    x0, y0, x1, y1 = box
    turns = [2 * math.pi * index / corners for index in range(corners)]
    return [[(x0 + x1) / 2 + (x1 - x0) / 2 * math.cos(turn), (y0 + y1) / 2 + (y1 - y0) / 2 * math.sin(turn)]
            for turn in turns]


class Laboratory:
    """A daemon whose camera shows pictures one after the other, and what they truly hold."""

    def __init__(self, bin_folder, lens, folder, slides, nm_per_pixel, species):
        """slides: name to paths of pictures; species: key to name, of those that the lens does not know."""
        pictures = folder / "pictures"
        pictures.mkdir()
        order = [path for paths in slides.values() for path in paths]
        for index, path in enumerate(order):
            shutil.copy(path, pictures / f"{index:04}.png")
        self.daemon = Daemon(bin_folder, folder, lens=lens, camera=f"folder:{pictures}",
                             more=["--nm-per-pixel", str(nm_per_pixel)])
        for key, name in species.items():
            self.ask("POST", "/v1/species", {"name": name, "key": key})
        self.captures, self.finished, self.twice = {}, set(), 0
        for slide, paths in slides.items():
            self.ask("POST", "/v1/slides", {"name": slide})
            job = self.ask("POST", "/v1/captures", {"slide": slide, "count": len(paths)})
            while job["state"] not in ("done", "failed", "stopped"):
                job = self.daemon.get(f"/v1/jobs/{job['id']}?after={job['revision']}&timeout=30")
            assert job["state"] == "done", job
            for path, capture in zip(paths, job["captures"]):
                self.captures[path.name] = capture["id"]

    def ask(self, method, path, body=None):
        status, answer = self.daemon.exchange(method, path, body)
        assert status < 300, (method, path, status, answer)
        return answer

    def finish(self, name, grains):
        """Says what a field truly holds: (species key, outline) each. What the lens found there is rejected."""
        if name in self.finished:
            return
        capture = self.captures[name]
        # Those that the border cuts are grains too.
        found = [grain["id"] for grain in self.ask("GET", f"/v1/captures/{capture}/grains?all=true")["grains"]
                 if grain["counts"] or grain["status"] == "double" or grain["reason"] == "border"]
        for begin in range(0, len(found), 1000):
            self.ask("POST", "/v1/reviews", {"action": "reject", "grains": found[begin:begin + 1000]})
        for species, outline in grains:
            status, answer = self.daemon.exchange("POST", "/v1/reviews", {
                "action": "draw", "grains": [], "capture": capture, "species": species, "outlines_px": [outline]})
            # Some are labelled twice.
            is_twice = status == 422 and "is there already" in answer["detail"]
            self.twice += is_twice
            assert status == 201 or is_twice, answer
        self.ask("PUT", f"/v1/captures/{capture}/finish", {})
        self.finished.add(name)

    def teach(self, request):
        job = self.ask("POST", "/v1/teachings", request)
        while job["state"] not in ("done", "failed", "stopped"):
            job = self.daemon.get(f"/v1/teachings/{job['id']}?after={job['revision']}&timeout=30")
        assert job["state"] == "done", job
        return job


def scores(figures):
    """F1 by species key; 0 where nothing was counted."""
    return {score["key"]: score["f1"]["value"] if score["f1"] else 0 for score in figures["species"]}
