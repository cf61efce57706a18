import { get, put } from "./api.js";
import { Comparison } from "./compare.js";
import { byId, element, setText, swatch } from "./dom.js";
import { Feed } from "./feed.js";
import { drawFocus, FocusCourse } from "./focus.js";
import { fixed, seconds } from "./format.js";
import { drawHistogram } from "./histogram.js";
import { describeKeys, shortcut } from "./keys.js";
import { attempt, speak } from "./messages.js";
import { current, listen, publish, speciesColour } from "./state.js";
import { Viewer } from "./viewer.js";

/** The live view: the newest pictures, and what the instrument says of them. */

const modes = { full: "Full lens", map: "Map and outlines only", centre: "Centre of the field only", off: "Lens off" };

let viewer;
let comparison;
const feeds = [];
const course = new FocusCourse();
/** Of the pictures shown, by slot. */
const shown = [null, null];
const problems = [null, null];
/** When pictures of the first slot came, of the last two seconds. */
let arrivals = [];
let isVisible = false;

export function startLive() {
  viewer = new Viewer(byId("live-viewer"), "Live picture");
  comparison = new Comparison("live", "camera", changed);
  for (const slot of [0, 1]) {
    feeds.push(new Feed({
      width: () => viewer.wantedWidth,
      picture: (picture) => show(slot, picture),
      problem: (error) => fail(slot, error),
    }));
  }
  listen("live", update);
  listen("status", () => comparison.update());
  listen("connection", notice);
  listen("run", () => feeds.forEach((feed) => feed.restart()));
  listen("theme", () => current("live") && instruments(current("live")));
  document.addEventListener("visibilitychange", changed);
  setInterval(ages, 250);
  for (const [id, key] of [["lens-choice", "lens"], ["lens-region", "region"]]) {
    byId(id).addEventListener("change", (event) => setOption({ [key]: event.target.value }));
  }
  keys();
  changed();
}

/** @param {boolean} visible pictures are only asked for while somebody sees them. */
export function showLive(visible) {
  isVisible = visible;
  changed();
}

export async function refreshLive() { publish("live", await get("/v1/live")); }

function changed() {
  viewer.setLayout(comparison.layout);
  const wanted = isVisible && !document.hidden ? views() : [];
  for (const slot of [0, 1]) {
    const view = wanted[slot] ?? null;
    if (feeds[slot].view === view) continue;
    feeds[slot].show(view);
    problems[slot] = null;
    // Another kind at this place: the old picture must not stand under the new name.
    if (shown[slot] && view !== null && shown[slot].view !== view) show(slot, null);
  }
  outlines();
  notice();
}

/**
 * What to ask the daemon for. Beside a picture of the lens stands the frame that it was made of, so that both show one
 * moment although the stage moves.
 */
function views() {
  const kinds = comparison.shown;
  const hasLens = kinds.some((kind) => kind !== "camera");
  return kinds.map((kind) => (kind === "camera" && hasLens ? "field" : kind));
}

function show(slot, picture) {
  shown[slot] = picture;
  viewer.setPicture(slot, picture);
  if (slot !== 0 || !picture) return;
  const now = performance.now();
  arrivals = [...arrivals.filter((at) => now - at < 2000), now];
}

function fail(slot, error) {
  problems[slot] = error;
  notice();
}

function notice() {
  if (current("connection") === "lost") {
    viewer.setNotice("connection lost, trying again: the picture is an old one");
    return;
  }
  const live = current("live");
  if (live && live.state !== "running" && live.reason) {
    viewer.setNotice(live.reason);
    return;
  }
  const problem = problems.find((error) => error !== null && error !== undefined);
  viewer.setNotice(problem ? problem.message : "");
}

function update(live, before) {
  course.add(live.focus);
  if (!isVisible) return;
  instruments(live);
  if (before && before.lens_mode !== live.lens_mode) speak(`lens mode: ${modes[live.lens_mode] ?? live.lens_mode}`);
}

function instruments(live) {
  tally(live);
  setText(byId("lens-mode"), modes[live.lens_mode] ?? live.lens_mode);
  setText(byId("lens-reason"), live.lens_mode_reason ?? "");
  for (const [id, value] of [["lens-choice", live.lens_choice], ["lens-region", live.region]]) {
    if (document.activeElement !== byId(id)) byId(id).value = value;
  }
  setText(byId("rate-camera"), `${fixed(live.preview_per_second)} /s`);
  setText(byId("rate-lens"), live.lens_mode === "off" ? "off" : `${fixed(live.lens_per_second, 2)} /s (${seconds(live.lens_seconds)})`);
  setText(byId("dropped"), String(live.dropped_frames));
  setText(byId("viewers"), String(live.viewers));
  drawFocus(course, live.focus);
  drawHistogram(live);
  outlines();
  notice();
}

function tally(live) {
  const rows = [...live.counts.map(({ key, species, grains }) => ({ key, name: species, grains })),
    { key: "unidentified", name: "unidentified", grains: live.unidentified }];
  const field = live.lens_covers ? "middle of the live field" : "live field";
  const age = live.lens_age_seconds === null ? "" : ` ${seconds(live.lens_age_seconds)} ago`;
  setText(byId("view-counts-of"), `${field}${age}, not stored`);
  const list = byId("view-counts");
  const key = rows.map((row) => `${row.key} ${row.name} ${speciesColour(row.key)}`).join();
  if (list.dataset.key !== key) {
    list.dataset.key = key;
    list.replaceChildren(...rows.map((row) => {
      const isSpecies = row.key !== "unidentified";
      return element("li", { class: isSpecies ? null : "other" }, swatch(speciesColour(row.key)),
        element("span", { class: isSpecies ? "name species" : "name" }, row.name), element("span", { class: "count" }));
    }));
  }
  for (const [index, row] of rows.entries()) setText(list.children[index].querySelector(".count"), String(row.grains));
  const doubts = byId("view-doubts"), told = live.doubts.join("\n");
  if (doubts.dataset.told !== told) {
    doubts.dataset.told = told;
    doubts.replaceChildren(...live.doubts.map((text) => element("li", {}, text)));
  }
}

function outlines() {
  const live = current("live");
  const drawn = comparison.hasOutlines && live ? live.outlines : [];
  viewer.setOutlines(drawn.map(({ species, outline_px: corners }) => ({
    colour: speciesColour(species), points: corners.map(([x, y]) => [x / live.width_px, y / live.height_px]),
  })));
}

function ages() {
  if (!isVisible) return;
  const now = performance.now();
  const aged = comparison.shown.map((_, slot) => shown[slot]).filter((picture) => picture?.age);
  setText(byId("age-shown"), aged.map(({ label, age }) => `${label} ${seconds(age())}`).join(", ") || "–");
  viewer.redraw();
  arrivals = arrivals.filter((at) => now - at < 2000);
  setText(byId("rate-shown"), `${fixed(arrivals.length / 2)} /s`);
}

function setOption(change) {
  attempt(byId("lens-message"), async () => {
    await put("/v1/live/options", change);
    return "";
  });
}

function keys() {
  const isActive = () => isVisible;
  const numbers = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
  shortcut("Live", numbers, "camera, map, 1500x, labelled, one species", (key) => comparison.chooseNumber(Number(key)), { isActive, shown: "1 … 9" });
  shortcut("Live", ["v"], "single, side by side, split", () => comparison.nextLayout(), { isActive });
  shortcut("Live", ["b"], "what it is compared with", () => comparison.nextAgainst(), { isActive });
  shortcut("Live", ["o"], "outlines on and off", () => comparison.toggleOutlines(), { isActive });
  shortcut("Live", ["+", "="], "closer", () => viewer.zoomBy(1.25), { isActive, shown: "+" });
  shortcut("Live", ["-"], "farther", () => viewer.zoomBy(1 / 1.25), { isActive });
  shortcut("Live", ["0"], "the whole field", () => viewer.reset(), { isActive });
  describeKeys("Live", "← ↑ → ↓", "move the picture or the split that has the focus");
}
