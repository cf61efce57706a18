"""Drives the page in headless Chromium against a real daemon on the simulated microscope.

usage: drive.py BIN [--out FOLDER]     BIN: folder of the built programs

Uses every control once, goes the whole way by keyboard, lets the daemon restart under the page, tries what must be
refused, looks for faults of accessibility with axe-core, and leaves screenshots in FOLDER (.build/page). Prints a line of
PASS or FAIL for each thing tried and ends with a status other than 0 where one failed. Needs Debian's chromium and
chromium-driver, and the packages of requirements.txt.
"""

import argparse
import http.client
import importlib.resources
import json
import math
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.parse

import daemons
from daemons import PATIENCE, ROOT, Daemon
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import ActionChains
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

SIZES = [(1280, 800), (1024, 768)]
THEMES = ["dark", "light"]
PAGES = ["live", "slides", "grains", "groups", "label", "reading", "season", "captures", "plans", "teach", "lenses", "health"]
AMBER = (255, 207, 92)

failures = 0
passes = 0


def check(name, is_good, detail=""):
    global failures, passes
    if is_good:
        passes += 1
    else:
        failures += 1
    print(f"{'PASS' if is_good else 'FAIL'} {name}{f': {detail}' if detail and not is_good else ''}", flush=True)
    return bool(is_good)


def wait_for(condition, seconds=PATIENCE):
    """As the daemon's, for a page that is drawn anew while it is looked at."""
    def settled():
        try:
            return condition()
        except StaleElementReferenceException:
            return None
    return daemons.wait_for(settled, seconds)


class Page:
    """The page in a browser."""

    def __init__(self, size, theme):
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_script_timeout(PATIENCE)
        self.console = []
        self.look(size, theme)

    def look(self, size, theme):
        width, height = size
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                    {"features": [{"name": "prefers-color-scheme", "value": theme}]})

    def open(self, url):
        self.driver.get(url)
        return wait_for(lambda: self.text("connection") == "connected")

    def close(self):
        self.listen()
        self.driver.quit()

    def listen(self):
        self.console += self.driver.get_log("browser")

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def js(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def text(self, identifier):
        return self.js("return document.getElementById(arguments[0])?.textContent ?? null", identifier)

    def go(self, page):
        self.find(f'#pages a[data-page="{page}"]').click()
        return wait_for(lambda: self.find(f"#page-{page}").is_displayed())

    def click(self, selector):
        node = self.find(selector)
        self.js("arguments[0].scrollIntoView({block: 'nearest'})", node)
        node.click()

    def fill(self, selector, text):
        node = self.find(selector)
        self.js("arguments[0].scrollIntoView({block: 'nearest'})", node)
        node.clear()
        node.send_keys(text)

    def choose(self, selector, value):
        Select(self.find(selector)).select_by_value(value)

    def keys(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()

    def focus_nothing(self):
        self.js("document.activeElement?.blur()")

    def shown(self, viewer):
        """What a viewer's picture is, as a screen reader hears it."""
        return self.find(f"#{viewer} canvas").get_attribute("aria-label")

    def pixels(self, selector):
        """How many colours a canvas shows, and how many pixels are of the mark's amber."""
        return self.js("""
            const canvas = document.querySelector(arguments[0]);
            // Read from a copy: reading would make the browser draw the page's own canvas another way from then on.
            const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
            copy.drawImage(canvas, 0, 0);
            const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
            const colours = new Set();
            let amber = 0;
            for (let at = 0; at < data.length; at += 4) {
              colours.add(data[at] << 16 | data[at + 1] << 8 | data[at + 2]);
              if (data[at] === arguments[1][0] && data[at + 1] === arguments[1][1] && data[at + 2] === arguments[1][2]) amber += 1;
            }
            return { colours: colours.size, amber };
            """, selector, AMBER)

    def shot(self, out, name):
        self.driver.save_screenshot(str(out / f"{name}.png"))

    def complaints(self, axe):
        """Faults of accessibility that axe-core is sure of."""
        if not self.js("return typeof axe === 'object'"):
            self.js(axe)
        result = self.driver.execute_async_script("""
            axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
              .then((result) => arguments[0](result), (error) => arguments[0]({ violations: [{ id: String(error), nodes: [] }] }));
            """)
        return [f"{each['id']} at {[node['target'] for node in each['nodes']][:3]}" for each in result["violations"]]


def live_view(page):
    check("live: a camera picture comes", wait_for(lambda: page.pixels("#live-viewer canvas")["colours"] > 50))
    check("live: it is not marked as synthesised", page.pixels("#live-viewer canvas")["amber"] == 0)
    check("live: rates", wait_for(lambda: page.text("rate-camera") not in ("–", "0.0 /s")), page.text("rate-camera"))
    check("live: age of the shown picture", wait_for(lambda: page.text("age-shown").startswith("Camera ")), page.text("age-shown"))
    check("live: focus score with its course", wait_for(lambda: page.text("focus-score") != "–" and page.pixels("#focus-course")["colours"] > 2))
    check("live: histogram and clipping", page.pixels("#histogram")["colours"] > 2 and "%" in page.text("clipped-high"))
    names = {"map": "Map", "magnified": "1500x, synthesised", "labelled": "Labelled, synthesised",
             "only-iva": "Only iva, synthesised", "only-galanthus": "Only galanthus, synthesised"}
    for view, name in names.items():
        page.click(f'#live-view input[value="{view}"]')
        check(f"live: picture {view}", wait_for(lambda: page.shown("live-viewer").endswith(f": {name}")), page.shown("live-viewer"))
        if name.endswith("synthesised"):
            check(f"live: {view} is marked on the picture itself", wait_for(lambda: page.pixels("#live-viewer canvas")["amber"] > 200))
    check("live: counts of the view", wait_for(lambda: len(page.all("#view-counts li")) == 3 and any(
        row.text.split()[-1] != "0" for row in page.all("#view-counts li"))))
    check("live: the counts say of what they are", page.text("view-counts-of").startswith("live field ")
          and page.text("view-counts-of").endswith(" ago, not stored"), page.text("view-counts-of"))
    check("live: the lens's mode", page.text("lens-mode") not in ("–", "Lens off"), page.text("lens-mode"))

    page.click('#live-layout input[value="side"]')
    page.choose("#live-against", "camera")
    check("live: side by side", wait_for(lambda: " beside Camera" in page.shown("live-viewer")), page.shown("live-viewer"))
    page.click('#live-layout input[value="split"]')
    page.click('#live-view input[value="camera"]')
    page.choose("#live-against", "magnified")
    check("live: split", wait_for(lambda: page.shown("live-viewer").endswith("Camera beside 1500x, synthesised")), page.shown("live-viewer"))
    handle = page.find("#live-viewer .handle")
    ActionChains(page.driver).drag_and_drop_by_offset(handle, 120, 0).perform()
    dragged = int(handle.get_attribute("aria-valuenow"))
    check("live: the split is dragged", dragged > 55, dragged)
    handle.send_keys(Keys.ARROW_LEFT * 3)
    check("live: the split is moved by keys", int(handle.get_attribute("aria-valuenow")) < dragged)
    handle.send_keys(Keys.HOME)
    check("live: the split at its end", handle.get_attribute("aria-valuenow") == "0")
    handle.send_keys(Keys.END, Keys.PAGE_DOWN * 5)
    page.click("#live-outlines")
    check("live: outlines", wait_for(lambda: page.js("return document.getElementById('live-outlines').checked")))

    zoom = lambda: float(page.find("#live-viewer .zoom output").text.rstrip("×"))
    page.click('#live-viewer button[aria-label="Zoom in"]')
    check("live: zoom by its button", wait_for(lambda: zoom() > 1.4), zoom())
    page.click('#live-viewer button[aria-label="Zoom out"]')
    ground = page.find("#live-viewer .ground")
    ActionChains(page.driver).scroll_from_origin(webdriver.common.actions.wheel_input.ScrollOrigin.from_element(ground), 0, -600).perform()
    check("live: zoom by the wheel", wait_for(lambda: zoom() > 1.4), zoom())
    ActionChains(page.driver).drag_and_drop_by_offset(ground, 40, 30).perform()
    ActionChains(page.driver).double_click(ground).perform()
    check("live: zoom by a double click", wait_for(lambda: zoom() > 3), zoom())
    page.click('#live-viewer button[aria-label="Show the whole field"]')
    check("live: the whole field", wait_for(lambda: zoom() == 1), zoom())
    ground.send_keys("++", Keys.ARROW_RIGHT, Keys.ARROW_UP, "-")
    check("live: zoom by keys", wait_for(lambda: zoom() > 1), zoom())
    ground.send_keys("0")
    page.choose("#lens-choice", "map")
    check("live: lens mode map", wait_for(lambda: page.text("lens-mode") == "Map and outlines only"), page.text("lens-mode"))
    page.choose("#lens-choice", "off")
    check("live: lens off", wait_for(lambda: page.text("lens-mode") == "Lens off"), page.text("lens-mode"))
    page.choose("#lens-choice", "full")
    page.choose("#lens-region", "centre")
    check("live: centre of the field", wait_for(lambda: page.text("lens-mode") == "Centre of the field only"), page.text("lens-mode"))
    page.choose("#lens-region", "field")
    page.choose("#lens-choice", "auto")
    page.click('#live-layout input[value="single"]')


def slides(page, daemon):
    page.go("slides")
    page.fill("#slide-name", "Park, 12 June")
    page.fill("#slide-note", "<b>10 m3</b>")
    page.click("#slide-form button")
    check("slides: one is made and chosen", wait_for(lambda: page.text("slide-title") == "Park, 12 June"), page.text("slide-title"))
    check("slides: a note's markup stays text", "<b>10 m3</b>" in page.find("#slide-rows").text)
    page.fill("#slide-name", "Park, 12 June")
    page.click("#slide-form button")
    check("slides: a second of that name is refused in the daemon's words",
          wait_for(lambda: "exists" in page.find("#slide-form .message").text or "already" in page.find("#slide-form .message").text),
          page.find("#slide-form .message").text)
    page.fill("#slide-name", "Roof")
    page.click("#slide-form button")
    wait_for(lambda: page.text("slide-title") == "Roof")
    page.click("#slide-rows tr:last-child button")
    check("slides: another is chosen in the list", wait_for(lambda: page.text("slide-title") == "Park, 12 June"))
    page.choose("#current-slide", "Roof")
    check("slides: and in the bar", wait_for(lambda: page.text("slide-title") == "Roof"))
    page.choose("#current-slide", "Park, 12 June")
    page.fill("#change-note", "Burkard, 10 m3")
    page.fill("#change-volume", "10")
    page.fill("#change-area", "240")
    page.click("#slide-change button")
    check("slides: note, volume and area are saved", wait_for(
        lambda: (lambda slide: slide["note"] == "Burkard, 10 m3" and slide["sampled_volume_m3"] == 10 and slide["deposit_area_mm2"] == 240)(
            daemon.get("/v1/slides/" + urllib.parse.quote("Park, 12 June")))))


def capture(page, daemon):
    page.go("live")
    page.fill("#capture-count", "2")
    page.fill("#capture-interval", "0.5")
    page.click("#capture-button")
    check("capture: progress is shown", wait_for(lambda: page.find("#capture-progress").is_displayed() or "captured" in page.find("#capture-form .message").text))
    check("capture: two fields", wait_for(lambda: "2 fields" in page.find("#capture-form .message").text, 180), page.find("#capture-form .message").text)
    page.go("slides")
    check("slides: counts with density and interval", wait_for(lambda: "–" not in page.find("#count-rows tr td:nth-child(5)").text), page.find("#count-rows").text)
    check("slides: concentration in air", wait_for(lambda: "(" in page.find("#count-rows tr td:nth-child(7)").text), page.find("#count-rows").text)
    check("slides: the map is drawn", wait_for(lambda: page.pixels("#map-viewer canvas")["colours"] > 50, 120), page.text("map-message"))
    page.click("#map-refresh")
    check("slides: it is drawn again", wait_for(lambda: "drawn" not in page.text("map-message"), 120), page.text("map-message"))
    links = [link.get_attribute("href") for link in page.all("#slide-exports a")]
    for link in links:
        status = page.driver.execute_async_script("fetch(arguments[0]).then((answer) => arguments[1](answer.status))", link)
        check(f"slides: export {link.rsplit('/', 1)[1]}", status == 200, status)
    sample(page, daemon)


def sample(page, daemon):
    page.go("slides")
    page.choose("#current-slide", "Roof")
    wait_for(lambda: "Nothing is said" in page.text("sample-fact"))
    said = lambda: page.find("#sample-form .message").text
    page.fill("#sample-station", "Leipzig")
    page.fill("#sample-zone", "Europe/Berlin")
    times = lambda begins, ends, day: page.js("""
        for (const [id, value] of Object.entries(arguments[0])) document.getElementById(id).value = value;
        """, {"sample-begins": begins, "sample-ends": ends, "sample-day": day})
    times("2026-03-29T02:30", "2026-04-05T09:00", "")
    page.click("#sample-form button[type=submit]")
    check("sample: a time that clocks leave out is refused", wait_for(lambda: "never show 2026-03-29T02:30" in said()), said())
    times("2026-03-23T09:00", "2026-03-30T09:00", "2026-03-29")
    page.click("#sample-form button[type=submit]")
    check("sample: a day of 23 hours", wait_for(lambda: "23 h, 46" in page.text("sample-fact")), page.text("sample-fact"))
    check("sample: volume and area follow", page.find("#change-volume").get_attribute("disabled") is not None
          and wait_for(lambda: daemon.get("/v1/slides/Roof")["deposit_area_mm2"] == 644))
    page.choose("#sample-method", "transverse")
    page.click("#sample-form button[type=submit]")
    check("sample: a plan needs the size of a field", wait_for(lambda: "how large a field is" in said()), said())
    status = page.driver.execute_async_script("""
        const done = arguments[0];
        fetch("/v1/slides/Roof/sample", { method: "PATCH", headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ method: "transverse", field_along_um: 500, field_across_um: 400 }) })
          .then((answer) => done(answer.status), (error) => done(String(error)));
        """)
    check("sample: it is given", status == 200, status)
    page.choose("#current-slide", "Park, 12 June")
    page.choose("#current-slide", "Roof")
    check("sample: where next", wait_for(lambda: "Next: field 1 of band 1" in page.text("sample-where")), page.text("sample-where"))
    check("sample: twelve bands are drawn", len(page.all("#sample-drawing .band:not(.taken)")) == 12)
    page.choose("#current-slide", "Park, 12 June")
    wait_for(lambda: page.text("slide-title") == "Park, 12 June")


def season(page, daemon):
    """A day of 12 bands is begun by one key, and its first values are plotted."""
    page.go("slides")
    page.choose("#current-slide", "Roof")
    wait_for(lambda: "Next: field 1 of band 1" in page.text("sample-where"))
    page.click("#sample-next")
    check("season: the planned field is counted", wait_for(lambda: len(page.all("#sample-rows tr")) > 0, 60), page.text("sample-progress"))
    page.go("season")
    check("season: the trap is there", wait_for(lambda: "Leipzig" in page.text("season-trap")), page.text("season-trap"))
    check("season: the day has its values", wait_for(lambda: "2026-03-29" in page.text("season-days")), page.text("season-days"))
    taxa = len(page.all("#season-years tr"))
    check("season: a plot a species", taxa > 0 and wait_for(lambda: len(page.all("#season-plots svg svg")) == taxa), taxa)
    check("season: plots say what they show", "daily values in grains per m³" in page.find("#season-plots svg svg").get_attribute("aria-label"))
    links = [link.get_attribute("href") for link in page.all("#season-exports a")]
    statuses = page.driver.execute_async_script("""
        const done = arguments[1];
        Promise.all(arguments[0].map((url) => fetch(url).then((answer) => answer.status))).then(done);
        """, links)
    check("season: four files to save", statuses == [200] * 4, statuses)
    page.js("document.getElementById('season-from').value = '2026-04-01'; document.getElementById('season-from').dispatchEvent(new Event('change', { bubbles: true }))")
    check("season: other days have none", wait_for(lambda: len(page.all("#season-days tr")) == 0))
    page.js("document.getElementById('season-from').value = ''; document.getElementById('season-from').dispatchEvent(new Event('change', { bubbles: true }))")
    page.choose("#current-slide", "Park, 12 June")


def camera(page):
    page.go("live")
    controls = wait_for(lambda: page.all("#camera-controls .control"), 10)
    if not controls:
        check("camera: a source without controls says so", wait_for(lambda: page.find("#camera-controls .message").text != ""))
        return
    for name in page.js("return [...document.querySelectorAll('#camera-controls .control [id]')].map((node) => node.id)"):
        node = page.find(f"#{name}")
        if not node.is_enabled():
            check(f"camera: {name} says why it cannot be set", node.get_attribute("title") != "")
            continue
        message = lambda: page.find(f".control:has(#{name}) .message").text
        page.js("arguments[0].scrollIntoView({block: 'center'})", node)
        if node.tag_name == "select":
            choices = Select(node).options
            choices[-1].click()
            check(f"camera: {name} by menu", wait_for(lambda: " is " in message()), message())
        elif node.get_attribute("type") == "checkbox":
            node.click()
            check(f"camera: {name} by switch", wait_for(lambda: " is " in message()), message())
        elif node.get_attribute("type") == "number":
            slider = page.find(f".control:has(#{name}) input[type=range]")
            slider.send_keys(Keys.ARROW_RIGHT)
            check(f"camera: {name} by slider", wait_for(lambda: " is " in message()), message())
            most = int(page.find(f".control:has(#{name}) input[type=range]").get_attribute("max"))
            page.fill(f"#{name}", str(most + 100000))
            page.keys(Keys.ENTER)
            check(f"camera: {name} out of range is refused in the daemon's words",
                  wait_for(lambda: page.find(f".control:has(#{name}) .message").get_attribute("data-level") == "bad"), message())
            check(f"camera: {name} springs back", wait_for(lambda: int(page.find(f"#{name}").get_attribute("value")) <= most))


def grains(page, daemon):
    page.go("grains")
    check("grains: least certain first, with crops", wait_for(lambda: len(page.all("#grain-list .crop")) > 3))
    certainties = [float(node.text) for node in page.all("#grain-list .certainty") if node.text.replace(".", "").isdigit()]
    check("grains: in order of certainty", certainties == sorted(certainties), certainties[:8])
    check("grains: the crop is there", wait_for(lambda: page.js("return document.getElementById('grain-crop').naturalWidth > 0")))
    page.fill("#reviewer", "Anna")
    said = lambda: page.text("grain-message")
    for index, expected in enumerate(["accept", "reject", "relabel as iva", "relabel as galanthus", "relabel as unidentified"]):
        before = page.text("grain-title")
        page.all("#grain-actions button")[index].click()
        check(f"grains: {expected} by button", wait_for(lambda: expected in said() or "accept" in said()), said())
        wait_for(lambda: page.text("grain-title") != before, 5)
    page.click("#grain-list .crop:first-child")
    page.click('#grain-actions [data-digit="u"]')
    check("grains: undo by button", wait_for(lambda: "undo" in said()), said())
    check("grains: the history names action and reviewer", wait_for(lambda: "accept (taken back) by Anna" in page.text("grain-history")), page.text("grain-history"))
    page.focus_nothing()
    page.keys("j", "j", "j", "j", "j")
    title = page.text("grain-title")
    page.keys("a")
    check("grains: accept by key goes on to the next", wait_for(lambda: "accept" in said() and page.text("grain-title") != title), said())
    page.keys("1")
    check("grains: relabel by key", wait_for(lambda: "relabel" in said() or "accept" in said()), said())
    page.keys("x")
    check("grains: reject by key", wait_for(lambda: "reject" in said()), said())
    page.keys("k", "u")
    check("grains: undo by key", wait_for(lambda: "undo" in said()), said())
    page.find("#grain-list").send_keys(Keys.HOME, Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.END)
    check("grains: arrows choose in the list", page.find("#grain-list .crop:last-child").get_attribute("aria-selected") == "true")
    page.choose("#grain-species", "galanthus")
    check("grains: of one species", wait_for(lambda: all("galanthus" in node.text for node in page.all("#grain-list .name"))))
    page.choose("#grain-species", "")
    page.choose("#grain-source", page.find("#grain-source option:last-child").get_attribute("value"))
    check("grains: all of a capture", wait_for(lambda: "in capture" in page.text("grain-remaining")), page.text("grain-remaining"))
    page.choose("#grain-source", "review")
    reviews = daemon.get("/v1/slides/" + urllib.parse.quote("Park, 12 June") + "/reviews")
    check("grains: the daemon holds all reviews", len(reviews) >= 9 and {"accept", "reject", "undo"} <= {each["action"] for each in reviews}, len(reviews))


class Field:
    """The field on the page of labels, as a hand meets it: counts what it does."""

    def __init__(self, page, daemon, size=(1280, 1024)):
        self.page, self.daemon, self.size, self.actions = page, daemon, size, 0
        wait_for(lambda: page.pixels("#label-viewer canvas")["colours"] > 50)
        self.capture = int(page.find("#label-field").get_attribute("value"))

    def grains(self):
        return self.daemon.get(f"/v1/captures/{self.capture}/grains?all=true")["grains"]

    def place(self, x, y):
        """Of a pixel of the whole field in the middle of the viewer, from the middle."""
        box = self.page.find("#label-viewer canvas").size
        scale = min(box["width"] / self.size[0], box["height"] / self.size[1])
        return (x + 0.5 - self.size[0] / 2) * scale, (y + 0.5 - self.size[1] / 2) * scale

    def pointer(self):
        return ActionChains(self.page.driver, duration=0)

    def click(self, x, y, holding=None):
        self.actions += 1
        ground, (dx, dy) = self.page.find("#label-viewer .ground"), self.place(x, y)
        chain = self.pointer()
        if holding:
            chain.key_down(holding)
        chain.move_to_element_with_offset(ground, dx, dy).click()
        if holding:
            chain.key_up(holding)
        chain.perform()

    def drag(self, *points):
        self.actions += 1
        ground = self.page.find("#label-viewer .ground")
        places = [self.place(*point) for point in points]
        chain = self.pointer().move_to_element_with_offset(ground, *places[0]).click_and_hold()
        for place in places[1:]:
            chain.move_to_element_with_offset(ground, *place)
        chain.release().perform()

    def keys(self, *keys):
        self.actions += len(keys)
        self.page.keys(*keys)

    def said(self):
        return self.page.text("label-message")

    def settled(self):
        """Once the daemon has answered what was said: two looks at its history agree."""
        revisions = []

        def is_calm():
            revisions.append(self.daemon.get(f"/v1/captures/{self.capture}/grains")["revision"])
            return len(revisions) > 2 and len(set(revisions[-3:])) == 1
        return wait_for(is_calm)

    def free(self, radius):
        """A place of so much room that no object is near."""
        objects = [(*each["centroid_px"], math.sqrt(each["area_px"] / math.pi)) for each in self.grains() if each["status"] != "replaced"]
        width, height = self.size
        places = [(x, y) for y in range(60 + radius, height - radius - 60, 10) for x in range(60 + radius, width - radius - 60, 10)]
        return max(places, key=lambda place: min([math.dist(place, each[:2]) - each[2] for each in objects], default=0))


def label(page, daemon):
    page.go("label")
    field = Field(page, daemon)
    labels = daemon.get("/v1/slides/" + urllib.parse.quote("Park, 12 June") + "/labels")
    check("label: the most useful field is open", field.capture == labels["next"], (field.capture, labels["next"]))
    page.fill("#label-reviewer", "Anna")
    page.fill("#label-add-name", "Betula pendula")
    page.click("#label-add button")
    check("label: a species of one's own is added and taken", wait_for(lambda: page.all('#label-species [data-species="betula"][aria-pressed="true"]')))
    page.fill("#label-add-name", "betula Pendula")
    page.click("#label-add button")
    check("label: not twice", wait_for(lambda: "already" in page.find("#label-add .message").text), page.find("#label-add .message").text)
    page.focus_nothing()
    made = lambda: [each for each in field.grains() if each["species"] == "betula" and each["status"] == "confirmed"]
    x, y = field.free(40)

    def drawn(name, act, area):
        before = len(made())
        act()
        wait_for(lambda: len(made()) > before)
        new = max(made(), key=lambda each: each["id"], default=None)
        check(f"label: {name}", new and len(made()) == before + 1 and abs(new["area_px"] / area - 1) < 0.12, new and new["area_px"])
        field.keys("u")
        check(f"label: {name} taken back", wait_for(lambda: len(made()) == before), field.said())

    def corners():
        field.keys("y")
        for corner in [(x - 30, y - 30), (x + 30, y - 30), (x + 30, y + 30), (x - 30, y + 30)]:
            field.click(*corner)
        field.keys(Keys.ENTER)
    drawn("a polygon", corners, 3600)
    drawn("an ellipse", lambda: (field.keys("o"), field.drag((x - 30, y - 20), (x + 30, y + 20))), math.pi * 600)
    drawn("a box", lambda: (field.keys("b"), field.drag((x - 30, y - 20), (x + 30, y + 20))), 2400)
    drawn("a brush", lambda: (field.keys("i"), field.drag((x - 20, y), (x, y), (x + 20, y)), field.keys(Keys.ENTER)), 800 + math.pi * 100)

    def by_keys():
        field.keys("b")
        field.click(x - 30, y - 20)
        field.keys(*[Keys.ARROW_RIGHT] * 5, *[Keys.ARROW_DOWN] * 4, " ")
    before = len(made())
    by_keys()
    check("label: a box by keys", wait_for(lambda: len(made()) == before + 1), field.said())
    grain = max(made(), key=lambda each: each["id"])
    field.keys("v")
    field.click(*grain["centroid_px"])
    check("label: a click chooses a grain", wait_for(lambda: page.text("label-grain-title") == f"Grain {grain['number']}"), page.text("label-grain-title"))
    x0, y0, x1, y1 = grain["bbox_px"]
    field.drag((x1 - 0.5, y1 - 0.5), (x1 + 20, y1 + 15))
    check("label: a corner is moved", wait_for(lambda: made() and max(each["area_px"] for each in made()) > grain["area_px"] * 1.05), field.said())
    field.keys("]", Keys.ARROW_LEFT, Keys.ARROW_LEFT, Keys.ENTER)
    field.settled()
    corrected = max(made(), key=lambda each: each["id"])
    field.keys("z")
    middle = (corrected["bbox_px"][1] + corrected["bbox_px"][3]) / 2
    field.drag((corrected["bbox_px"][0] - 15, middle), (corrected["bbox_px"][2] + 15, middle))
    check("label: a line cuts it in two", wait_for(lambda: len(made()) == before + 2), field.said())
    halves = sorted(made(), key=lambda each: each["id"])[-2:]
    field.keys("v", Keys.ESCAPE)
    field.click(*halves[0]["centroid_px"])
    field.click(*halves[1]["centroid_px"], holding=Keys.SHIFT)
    check("label: Shift chooses several", wait_for(lambda: page.text("label-grain-title") == "2 grains"), page.text("label-grain-title"))
    field.keys("m")
    check("label: they are merged", wait_for(lambda: len(made()) == before + 1), field.said())
    field.keys("u")
    check("label: what an undo brings back is chosen", wait_for(lambda: page.text("label-grain-title") == "2 grains"), page.text("label-grain-title"))
    field.keys("r")
    field.settled()
    check("label: undo and redo", len(made()) == before + 1, field.said())
    field.keys("2")
    check("label: a key names the chosen grain", wait_for(lambda: len(made()) == before), field.said())
    field.keys("x")
    check("label: x deletes it", wait_for(lambda: page.text("label-grain-title") == "No grain chosen"))
    field.settled()

    # Two people at one field.
    gone = (x, y)
    status, _ = daemon.exchange("POST", "/v1/reviews", {"action": "draw", "grains": [], "capture": field.capture, "species": "iva", "reviewer": "Ben",
                                "outlines_px": [[[gone[0] - 9, gone[1] - 9], [gone[0] + 9, gone[1] - 9], [gone[0], gone[1] + 9]]]})
    check("label: another person draws", status == 201, status)
    check("label: and is seen", wait_for(lambda: "somebody else" in field.said()), field.said())
    refused, problem = daemon.exchange("POST", "/v1/reviews", {"action": "draw", "grains": [], "capture": field.capture, "species": "iva", "revision": 0,
                                       "outlines_px": [[[9, 9], [19, 9], [9, 19]]]})
    check("label: who has not seen it is told by whom", refused == 409 and "draw by Ben" in problem["detail"], problem)

    field.keys("f")
    check("label: the field is finished", wait_for(lambda: page.text("label-finished").startswith("finished by Anna")), page.text("label-finished"))
    check("label: the daemon knows by whom", wait_for(lambda: any(
        (each["finished"] or {}).get("by", "").startswith("Anna") for each in daemon.get("/v1/slides/" + urllib.parse.quote("Park, 12 June") + "/labels")["fields"])))
    field.keys("n")
    check("label: the next field is another", wait_for(lambda: page.find("#label-field").get_attribute("value") not in ("", str(field.capture))))
    wait_for(lambda: page.pixels("#label-viewer canvas")["colours"] > 50)


def crowded(binaries, out):
    """Two fields of thirty grains or more, as fast as a hand can: from what the lens found, and from nothing."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        subprocess.run([binaries / "neurallens-lab", "simulate", "--fields", "2", "--seed", "12", "--grains-per-mm2", "800",
                        "-o", folder / "fields"], check=True, stdout=subprocess.DEVNULL)
        truth = [field["grains"] for field in json.loads((folder / "fields/truth.json").read_text())["fields"]]
        daemon = Daemon(binaries, folder, camera=f"folder:{folder / 'fields'}", more=["--nm-per-pixel", "180"])
        page = Page(SIZES[0], "dark")
        try:
            daemon.exchange("POST", "/v1/slides", {"name": "Crowded"})
            daemon.exchange("POST", "/v1/captures", {"slide": "Crowded", "count": 2})
            check("crowded: the fields are analysed", wait_for(lambda: [
                each["state"] for each in daemon.get("/v1/slides/Crowded/captures")] == ["done", "done"], 180))
            found = [each["id"] for each in daemon.get("/v1/captures/2/grains?all=true")["grains"]]
            daemon.exchange("POST", "/v1/reviews", {"action": "reject", "grains": found})
            page.open(daemon.get("/v1/page")["change"])
            page.go("label")
            for capture, name in [(1, "corrected"), (2, "from nothing")]:
                Field(page, daemon)
                page.choose("#label-field", str(capture))
                wait_for(lambda: page.pixels("#label-viewer canvas")["colours"] > 50 and page.text("label-message") == "")
                time.sleep(1)
                label_all(page, daemon, truth[capture - 1], name)
                page.shot(out, f"label-{name.replace(' ', '-')}")
            return page
        finally:
            page.close()
            daemon.stop()


def label_all(page, daemon, truth, name):
    field = Field(page, daemon)
    page.focus_nothing()
    digits = {each["key"]: str(index + 1) for index, each in enumerate(daemon.get("/v1/species"))}
    area = lambda box: (box[2] - box[0]) * (box[3] - box[1])
    is_one = lambda grain, true: math.dist(grain["centroid_px"], true["centroid_px"]) < 0.35 * math.sqrt(area(true["bbox_px"]))
    is_there = lambda grain: grain["counts"] or grain["reason"] == "border" or grain["status"] == "double"
    found = [each for each in field.grains() if is_there(each) and each["reason"] != "person"]
    left = list(truth)
    began = time.monotonic()
    for grain in found:
        true = next((each for each in left if is_one(grain, each)), None)
        if true is None:
            field.click(*grain["centroid_px"])
            field.keys("x")
            continue
        left.remove(true)
        if true["species"] != grain["species"]:
            field.click(*grain["centroid_px"])
            field.keys(digits[true["species"]])
    field.keys(Keys.ESCAPE)
    for true in left:
        field.click(*true["centroid_px"])
        field.keys(digits[true["species"]])
    field.keys("A")
    field.settled()
    field.keys("f")
    check(f"crowded, {name}: finished", wait_for(lambda: page.text("label-finished").startswith("finished by"), 120), field.said())
    seconds = time.monotonic() - began
    labelled = [each for each in field.grains() if is_there(each)]
    right = sum(any(is_one(each, true) and each["species"] == true["species"] for each in labelled) for true in truth)
    check(f"crowded, {name}: at least 30 grains", len(truth) >= 30, len(truth))
    check(f"crowded, {name}: nine of ten are right", right >= 0.9 * len(truth) and len(labelled) <= 1.1 * len(truth), (right, len(labelled), len(truth)))
    print(f"crowded, {name}: {len(truth)} grains, {len(found)} found by the lens, {len(left)} drawn; {right} right and "
          f"{len(labelled)} labelled after {field.actions} actions in {seconds:.0f} s", flush=True)


def groups(page, daemon):
    """Unknown grains, alike, are named in one stroke and taken back in one."""
    slide = urllib.parse.quote("Park, 12 June")
    unknown = lambda: {each["id"] for capture in daemon.get(f"/v1/slides/{slide}/captures") if capture["state"] == "done"
                       for each in daemon.get(f"/v1/captures/{capture['id']}/grains?all=true")["grains"]
                       if each["counts"] and each["species"] == "unidentified"}
    page.go("groups")
    page.choose("#groups-threshold", "0.7")
    check("groups: the unidentified are grouped", wait_for(lambda: page.all("#groups-list section") and "in" in page.text("groups-state"), 120), page.text("page-groups"))
    before = unknown()
    check("groups: all of them are", page.text("groups-state").startswith(f"{len(before)} grain"), (page.text("groups-state"), len(before)))
    first = page.find("#groups-list section")
    size = len(first.find_elements(By.CSS_SELECTOR, "img"))
    check("groups: with their pictures", wait_for(lambda: page.js("return [...document.querySelectorAll('#groups-list section:first-child img')].every((each) => each.naturalWidth > 0)")), size)
    Select(first.find_element(By.CSS_SELECTOR, "select")).select_by_visible_text("Betula pendula")
    first.find_element(By.CSS_SELECTOR, "button").click()
    check("groups: a whole group is named in a stroke", wait_for(lambda: len(unknown()) <= len(before) - size and unknown() < before), (len(before), len(unknown())))
    check("groups: and is gone from the list", wait_for(lambda: page.text("groups-state").startswith((f"{len(unknown())} grain", "This slide has no"))), page.text("groups-state"))
    page.click("#groups-undo")
    check("groups: taken back in a stroke", wait_for(lambda: unknown() == before), (len(before), len(unknown())))


def reading(page, daemon):
    """A second person reads a field, without the first one's names; agreement, differences, one settled."""
    slide = urllib.parse.quote("Park, 12 June")
    page.go("reading")
    page.fill("#reading-reader", "Carla")
    page.fill("#reading-fields", "1")
    page.fill("#reading-seed", "3")
    page.click("#reading-form button")
    check("reading: one is begun", wait_for(lambda: page.text("reading-progress").startswith("field 1 of 1")), page.text("page-reading"))
    number = daemon.get(f"/v1/slides/{slide}/second-readings")[-1]["id"]
    names = [each["name"] for each in daemon.get("/v1/species")]
    # Buttons to choose from name them all; what lies on the picture names none.
    check("reading: no name of the first reader is shown", not any(name in page.text("reading-chosen") for name in names), page.text("reading-chosen"))
    left = lambda: int(page.text("reading-progress").split(", ")[1].split()[0])
    objects = left()
    page.focus_nothing()
    for index in range(objects):
        before = left()
        page.keys("x" if index == 0 else "1")
        wait_for(lambda: left() < before)
    check("reading: all are named by key", left() == 0, page.text("reading-progress"))
    page.keys("f")
    check("reading: what came of it", wait_for(lambda: "kappa" in page.text("reading-kappa") and page.find("#reading-result").is_displayed()), page.text("page-reading"))
    agreement = daemon.get(f"/v1/second-readings/{number}/agreement")
    check("reading: every object was compared", agreement["objects"] >= objects > 0, (agreement["objects"], objects))
    rows = page.all("#reading-differences tr")
    check("reading: the differences are listed", len(rows) == agreement["objects"] - agreement["alike"] > 0, (len(rows), agreement))
    rows[0].find_elements(By.CSS_SELECTOR, "button")[0].click()
    check("reading: one is settled", wait_for(lambda: page.text("reading-settle-message").startswith("settled as")), page.text("reading-settle-message"))
    settled = daemon.get(f"/v1/second-readings/{number}/differences")
    check("reading: the daemon knows by whom", sum(each["settled"] is not None for each in settled) == 1, settled)


def captures(page):
    page.go("captures")
    check("captures: all are listed", wait_for(lambda: len(page.all("#capture-rows tr")) >= 2))
    page.click("#capture-rows tr:last-child button")
    for view, name in {"map": "Map", "magnified": "1500x, synthesised", "labelled": "Labelled, synthesised",
                       "only-iva": "Only iva, synthesised", "input": "Camera"}.items():
        page.click(f'#stored-view input[value="{view}"]')
        check(f"captures: picture {view}", wait_for(lambda: page.shown("stored-viewer").endswith(f": {name}")), page.shown("stored-viewer"))
        check(f"captures: {view} is marked as what it is", wait_for(
            lambda: (page.pixels("#stored-viewer canvas")["amber"] > 200) == name.endswith("synthesised")))
    page.click("#stored-outlines")
    page.click('#stored-layout input[value="split"]')
    page.choose("#stored-against", "labelled")
    check("captures: split", wait_for(lambda: "beside Labelled, synthesised" in page.shown("stored-viewer")), page.shown("stored-viewer"))
    check("captures: facts", "lens took" in page.text("stored-facts"))
    page.focus_nothing()
    page.keys("k", "v", "b", "o", "+", "-", "0", "2")
    check("captures: by key", wait_for(lambda: page.shown("stored-viewer").endswith(": Map")), page.shown("stored-viewer"))
    page.keys("1")


def plans(page, daemon):
    page.go("plans")
    page.fill("#plan-interval", "2")
    page.fill("#plan-count", "200")
    page.fill("#plan-grains", "100000")
    page.fill("#plan-precision", "1")
    page.click("#plan-form button")
    check("plans: one is begun", wait_for(lambda: page.all("#plan-rows .state-running")), page.find("#plan-form .message").text)
    check("plans: it captures", wait_for(lambda: any(plan["taken"] > 0 for plan in daemon.get("/v1/plans")), 120))
    for label, state in [("Pause", "paused"), ("Resume", "running"), ("Cancel", "cancelled")]:
        button = wait_for(lambda: next((each for each in page.all("#plan-rows button") if each.text == label), None))
        button.click()
        check(f"plans: {label}", wait_for(lambda: page.all(f"#plan-rows .state-{state}")), page.find("#plan-rows").text)
    page.fill("#plan-interval", "-5")
    page.js("document.getElementById('plan-form').noValidate = true")
    page.click("#plan-form button")
    check("plans: what cannot be is refused in the daemon's words", wait_for(
        lambda: page.find("#plan-form .message").get_attribute("data-level") == "bad"), page.find("#plan-form .message").text)
    page.js("document.getElementById('plan-form').noValidate = false")


def teach(page, daemon):
    """A lens from the fields that were finished before, or from two that are finished here."""
    slide = daemon.get("/v1/slides")[0]["name"]
    captures = daemon.get(f"/v1/slides/{urllib.parse.quote(slide)}/captures")
    for capture in [each["id"] for each in captures if each["state"] == "done"][:2]:
        daemon.exchange("PUT", f"/v1/captures/{capture}/finish", {})
    page.go("teach")
    page.fill("#teach-name", "mine")
    Select(page.find("#teach-slides")).select_by_value(slide)
    page.fill("#teach-steps", "100000")
    page.click("#teach-form button")
    check("teach: one is begun", wait_for(lambda: page.all("#teach-rows .state-training")), page.find("#page-teach").text)
    check("teach: its slides and remarks", wait_for(lambda: slide in page.text("teach-facts") and page.text("teach-remarks")), page.text("teach-detail"))
    check("teach: its curve", wait_for(lambda: page.find("#teach-curve svg").get_attribute("aria-label")), page.text("teach-detail"))
    for label, state in [("Stop", "stopped"), ("Go on", "training"), ("Stop", "stopped")]:
        # The rows are drawn anew with every step: found and clicked in one go.
        wait_for(lambda: any(each.text == label and (each.click() or True) for each in page.all("#teach-rows button")))
        check(f"teach: {label}", wait_for(lambda: page.all(f"#teach-rows .state-{state}")), page.find("#teach-rows").text)
    page.click("#teach-form button")
    check("teach: what cannot be is refused in the daemon's words", wait_for(
        lambda: "taught already" in page.find("#teach-form .message").text), page.find("#teach-form .message").text)


def lenses(page, daemon):
    """The configured lens is put in force by name, for a slide, and taken back; it cannot be deleted."""
    page.go("lenses")
    rows = wait_for(lambda: page.all("#lens-rows tr"))
    check("lenses: the configured one is in force", rows and "configured" in rows[0].text and "all slides" in rows[0].text, page.text("page-lenses"))
    page.click("#lens-rows th button")
    check("lenses: its card", wait_for(lambda: "small lens" in page.text("lens-card") and "small" in page.text("lens-name")), page.text("lens-detail"))
    slide = daemon.get("/v1/slides")[0]["name"]
    page.choose("#lens-slide", slide)
    page.find("#lens-rows td button").click()
    check("lenses: set for a slide", wait_for(lambda: slide in page.text("lens-rows")), page.text("lenses-message"))
    page.click("#lens-previous")
    check("lenses: taken back", wait_for(lambda: slide not in page.text("lens-rows")), page.text("lenses-message"))
    page.click("#lens-previous")
    check("lenses: what cannot be is refused in the daemon's words", wait_for(lambda: "no other lens was in force" in page.text("lenses-message")), page.text("lenses-message"))


def health(page):
    page.go("health")
    check("health: camera, lens, queue, store", wait_for(lambda: all(word in page.text("health-facts") for word in ("simulated:7", "may change", "slides"))), page.text("health-facts"))
    page.click("#show-links")
    check("health: addresses of the page", wait_for(lambda: page.text("page-links").count("token=") == 2), page.text("page-links"))
    check("health: log", wait_for(lambda: len(page.all("#log-rows tr")) > 0))
    page.choose("#log-level", "error")
    check("health: log by level", wait_for(lambda: all("error" in row.text for row in page.all("#log-rows tr"))))
    page.choose("#log-level", "notice")


def keyboard(page, daemon):
    page.go("live")
    page.focus_nothing()
    page.keys("?")
    check("keys: help opens", wait_for(lambda: page.find("#help").get_attribute("open")))
    check("keys: help lists them", len(page.all("#help-keys dt")) > 20)
    page.find("#single-keys").click()
    page.keys(Keys.ESCAPE)
    check("keys: Escape closes it", wait_for(lambda: not page.find("#help").get_attribute("open")))
    page.focus_nothing()
    page.keys("s")
    time.sleep(0.3)
    check("keys: single keys can be switched off", page.find("#page-live").is_displayed())
    page.keys("?")
    page.find("#single-keys").click()
    page.find("#help form button").click()
    for key, name in zip("sgecpqwhl", ["slides", "grains", "label", "season", "captures", "plans", "teach", "lenses", "health", "live"]):
        page.focus_nothing()
        page.keys(key)
        check(f"keys: {key} opens {name}", wait_for(lambda: page.find(f"#page-{name}").is_displayed()))
    page.keys("3")
    check("keys: 3 shows 1500x", wait_for(lambda: "1500x" in page.shown("live-viewer")))
    page.keys("v", "b", "o", "v", "v", "+", "-", "0", "1")
    before = page.text("theme")
    page.keys("d")
    check("keys: d changes the theme", page.text("theme") != before)
    page.keys("d", "d")
    stored = daemon.get("/v1/status")["store"]["captures"]
    page.fill("#capture-count", "1")
    page.focus_nothing()
    page.keys("t")
    check("keys: t captures", wait_for(lambda: daemon.get("/v1/status")["store"]["captures"] > stored))
    # Tab goes everywhere, is seen wherever it is, and comes out at the end.
    for name in PAGES:
        page.go(name)
        page.focus_nothing()
        page.js("document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex')")
        unseen, visited = [], []
        for _ in range(150):
            page.keys(Keys.TAB)
            where = page.js("""
                const node = document.activeElement;
                if (node === document.body) return null;
                const styled = node.matches(".segments input") ? node.closest("label") : node;
                const { outlineStyle, outlineWidth } = getComputedStyle(styled);
                const { width, height } = node.getBoundingClientRect();
                node.dataset.visited = (Number(node.dataset.visited) || 0) + 1;
                return { name: `${node.tagName} ${node.id || node.className} ${node.textContent.slice(0, 20)}`,
                  seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 1 && width > 0 && height > 0, again: node.dataset.visited > 1 };
                """)
            if where is None or where["again"]:
                break
            visited.append(where["name"])
            if not where["seen"]:
                unseen.append(where["name"])
        page.js("document.querySelectorAll('[data-visited]').forEach((node) => delete node.dataset.visited)")
        check(f"keys: Tab through {name}: {len(visited)} stops, each seen", len(visited) > 9 and not unseen, unseen)


def reconnection(page, daemon):
    page.go("live")
    daemon.stop()
    check("restart: the page says that the connection is lost", wait_for(lambda: "Connection lost, trying again" in page.find("#banners").text))
    check("restart: and that the picture is an old one", wait_for(lambda: "old one" in page.find("#live-viewer .notice").text), page.find("#live-viewer .notice").text)
    daemon.start()
    daemon.exchange("POST", "/v1/slides", {"name": "Made meanwhile"})
    check("restart: connected again", wait_for(lambda: page.text("connection") == "connected"))
    check("restart: the banner is gone", wait_for(lambda: "Connection lost" not in page.find("#banners").text))
    check("restart: what was missed is there", wait_for(lambda: "Made meanwhile" in page.find("#current-slide").text))
    check("restart: pictures go on", wait_for(lambda: page.find("#live-viewer .notice").text == "" and page.text("rate-shown") != "0.0 /s"), page.text("rate-shown"))


def read_only(url, out):
    page = Page(SIZES[0], "dark")
    try:
        check("read-only: the page opens", page.open(url))
        check("read-only: pictures come", wait_for(lambda: page.pixels("#live-viewer canvas")["colours"] > 50))
        controls = lambda: page.js("return [...document.querySelectorAll('[data-change]')].filter((node) => !node.disabled || node.title === '').map((node) => node.id || node.textContent)")
        wait_for(lambda: not controls())
        check("read-only: every control that changes something is disabled with a reason", not controls(), controls())
        check("read-only: and the page says so", page.find("#capture-form .read-only-note").is_displayed())
        page.choose("#current-slide", "Park, 12 June")
        page.go("grains")
        check("read-only: grains are seen", wait_for(lambda: page.all("#grain-list .crop")))
        page.shot(out, "read-only")
        status = page.driver.execute_async_script("""
            fetch("/v1/slides", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: "no" }) })
              .then((answer) => arguments[0](answer.status));""")
        check("read-only: the daemon refuses changes itself", status == 403, status)
        return page
    finally:
        page.close()


def refusals(daemon, links):
    own = f"127.0.0.1:{daemon.port}"
    token = urllib.parse.parse_qs(urllib.parse.urlsplit(links["change"]).query)["token"][0]

    def status(method, path, headers, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=PATIENCE)
        connection.putrequest(method, path, skip_host=True)
        for name, value in {"Host": own, **headers}.items():
            connection.putheader(name, value)
        data = b"" if body is None else json.dumps(body).encode()
        if body is not None:
            connection.putheader("Content-Length", str(len(data)))
        connection.endheaders(data)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("Set-Cookie")

    code, cookie = status("GET", f"/?token={token}", {})
    check("access: the token becomes a cookie", code == 303 and cookie, code)
    check("access: the cookie is HttpOnly and SameSite=Strict", cookie and "HttpOnly" in cookie and "SameSite=Strict" in cookie, cookie)
    mine = {"Cookie": (cookie or "").split(";")[0], "Content-Type": "application/json"}
    body = {"name": "from elsewhere"}
    tries = {
        "no token": ("GET", "/v1/status", {}, None), "wrong token": ("GET", "/?token=wrong", {}, None),
        "other Host": ("GET", "/v1/status", {**mine, "Host": "example.org"}, None),
        "other Origin": ("POST", "/v1/slides", {**mine, "Origin": "http://example.org"}, body),
        "cross-site": ("POST", "/v1/slides", {**mine, "Sec-Fetch-Site": "cross-site"}, body),
        "a form": ("POST", "/v1/slides", {**mine, "Content-Type": "text/plain"}, body),
    }
    for name, (method, path, headers, content) in tries.items():
        code, _ = status(method, path, headers, content)
        check(f"access: {name} is refused", code in (400, 401, 403, 415, 421), code)
    code, _ = status("POST", "/v1/slides", {**mine, "Origin": f"http://{own}"}, {"name": "from here"})
    check("access: its own page is let in", code in (200, 201), code)


def looks(page, out, axe):
    for size in SIZES:
        for theme in THEMES:
            page.look(size, theme)
            for name in PAGES:
                page.go(name)
                if name == "live":
                    page.click('#live-layout input[value="split"]')
                    page.click('#live-view input[value="camera"]')
                    page.choose("#live-against", "magnified")
                    wait_for(lambda: "beside 1500x" in page.shown("live-viewer"))
                time.sleep(1)
                page.shot(out, f"{name}-{size[0]}x{size[1]}-{theme}")
                wide = page.js("return document.documentElement.scrollWidth - innerWidth")
                check(f"looks: {name} fits {size[0]} x {size[1]}, {theme}", wide <= 0, f"{wide} px too wide")
                # Each size and each theme once: what axe-core looks at is the same in the other two.
                if SIZES.index(size) == THEMES.index(theme):
                    found = page.complaints(axe)
                    check(f"access for all: {name}, {size[0]} x {size[1]}, {theme}", not found, found)
    page.click("#open-help")
    found = page.complaints(axe)
    check("access for all: help", not found, found)
    page.shot(out, "help")
    page.find("#help form button").click()


def console(pages):
    """A refused request is no fault of the page; an exception or a breach of its policy is."""
    lines = [entry for page in pages for entry in page.console if entry.get("source") != "network" and entry["level"] in ("SEVERE", "WARNING")]
    check("console: no errors", not lines, lines[:5])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / ".build/page")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    axe = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
    with tempfile.TemporaryDirectory() as folder:
        daemon = Daemon(arguments.bin.resolve(), pathlib.Path(folder))
        page = Page(SIZES[0], "dark")
        pages = [page]
        try:
            links = daemon.get("/v1/page")
            check("open: the address with the token", page.open(links["change"]))
            check("open: the token is gone from the address", "token" not in page.driver.current_url, page.driver.current_url)
            for part in (lambda: live_view(page), lambda: slides(page, daemon), lambda: capture(page, daemon), lambda: season(page, daemon), lambda: camera(page),
                         lambda: grains(page, daemon), lambda: label(page, daemon), lambda: groups(page, daemon),
                         lambda: reading(page, daemon), lambda: captures(page), lambda: plans(page, daemon), lambda: teach(page, daemon), lambda: lenses(page, daemon), lambda: health(page),
                         lambda: keyboard(page, daemon), lambda: looks(page, arguments.out, axe), lambda: reconnection(page, daemon),
                         lambda: pages.append(read_only(links["read"], arguments.out)), lambda: refusals(daemon, links),
                         lambda: pages.append(crowded(arguments.bin.resolve(), arguments.out))):
                try:
                    part()
                except Exception as error:  # One part that breaks must not hide the others.
                    check(f"no surprise ({type(error).__name__})", False, str(error)[:600])
        finally:
            page.close()
            daemon.stop()
            (arguments.out / "daemon.log").write_bytes((pathlib.Path(folder) / "daemon.log").read_bytes())
        console(pages)
    print(f"{passes} passed, {failures} failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
