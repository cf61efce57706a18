import { exchange, get, path, put, remove } from "./api.js";
import { Comparison } from "./compare.js";
import { byId, cell, element } from "./dom.js";
import { clock, percent, scale, seconds, time } from "./format.js";
import { shortcut } from "./keys.js";
import { attempt, note } from "./messages.js";
import { isSynthesisedKind, pictureName } from "./picture.js";
import { current, listen, publish, speciesColour } from "./state.js";
import { Viewer } from "./viewer.js";

/** Captures to look back at, with all their pictures. */

let viewer;
let comparison;
let isVisible = false;
let chosen = null;
let loadedFor = null;
/** Grows with every choice: what arrives for an earlier one is dropped. */
let turn = 0;
/** Width of the chosen capture's input in pixels: with its scale it gives that of all its pictures. */
let fieldPixels = null;

export function startCaptures() {
  viewer = new Viewer(byId("stored-viewer"), "Stored picture");
  comparison = new Comparison("stored", "input", () => show());
  listen("slide", () => { chosen = null; refreshCaptures(); });
  listen("status", () => comparison.update());
  listen("captures", list);
  const form = byId("exclusion-form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    exclude(form.querySelector("button"), (id) => put(path("captures", id, "exclusion"), { reason: byId("exclusion-reason").value }));
  });
  byId("exclusion-end").addEventListener("click", (event) => exclude(event.target, (id) => remove(path("captures", id, "exclusion"))));
  keys();
}

export function showCaptures(visible) {
  isVisible = visible;
  if (visible) show();
}

export async function refreshCaptures() {
  const slide = current("slide");
  loadedFor = slide;
  if (!slide) return publish("captures", []);
  try {
    const captures = await get(path("slides", slide, "captures"));
    if (loadedFor === slide) publish("captures", captures);
  } catch (error) {
    if (!error.isUnreachable) note(byId("stored-message"), error.message, "bad");
  }
}

/** @param {object} capture that was stored, analysed or failed */
export function captureChanged(capture) {
  if (capture.slide !== current("slide")) return;
  const captures = current("captures") ?? [];
  const at = captures.findIndex(({ id }) => id === capture.id);
  publish("captures", at < 0 ? [...captures, capture] : captures.with(at, capture));
  if (capture.id === chosen && isVisible) show();
}

/** Leaves the chosen field out, or takes it in again. */
function exclude(button, change) {
  attempt(byId("exclusion-form").querySelector(".message"), async () => {
    const capture = await change(String(chosen));
    byId("exclusion-reason").value = "";
    captureChanged(capture);
    return capture.exclusion ? `capture ${capture.id} is left out` : `capture ${capture.id} counts`;
  }, button);
}

function list() {
  const captures = current("captures");
  byId("captures-empty").hidden = captures.length > 0;
  if (!captures.some(({ id }) => id === chosen)) {
    chosen = captures.at(-1)?.id ?? null;
    if (isVisible) show();
  }
  byId("capture-rows").replaceChildren(...captures.toReversed().map((capture) => {
    const button = element("button", { type: "button", class: "as-link", onclick: () => choose(capture.id), "aria-label": `capture ${capture.id}` }, String(capture.id));
    if (capture.id === chosen) button.setAttribute("aria-current", "true");
    const grains = capture.state === "done" ? String(capture.counts.reduce((sum, { grains: count }) => sum + count, 0)) : "–";
    return element("tr", { class: capture.id === chosen ? "chosen" : null }, cell(button, true), element("td", { class: "taken" }, time(capture.captured_at).slice(5)),
      element("td", { class: `state-${capture.state}`, title: capture.exclusion?.reason ?? capture.problem?.detail ?? capture.doubts.join("; ") }, capture.exclusion ? "left out" : capture.doubt_keys.includes("not-vouched-for") ? `${capture.state}, not vouched for` : capture.doubts.length > 0 ? `${capture.state}, doubtful` : capture.state), cell(grains, true), cell(String(capture.unidentified), true));
  }));
  byId("capture-detail").hidden = chosen === null;
}

function choose(id) {
  chosen = id;
  list();
  byId("capture-rows").querySelector("[aria-current]")?.focus();
  show();
}

async function show() {
  const capture = (current("captures") ?? []).find(({ id }) => id === chosen);
  viewer.setLayout(comparison.layout);
  turn += 1;
  const mine = turn;
  if (!capture || !isVisible) return;
  facts(capture);
  const message = byId("stored-message");
  note(message, capture.problem ? `${capture.problem.detail}: ${capture.problem.hint}` : "", "bad");
  if (viewer.capture !== capture.id) {
    viewer.capture = capture.id;
    fieldPixels = null;
    for (const slot of [0, 1]) viewer.setPicture(slot, null);
    viewer.setOutlines([]);
  }
  viewer.setNotice("");
  await Promise.all(comparison.shown.map(async (kind, slot) => {
    try {
      const picture = await read(capture, kind);
      if (mine === turn) viewer.setPicture(slot, picture); else picture.bitmap.close();
    } catch (error) {
      if (mine !== turn) return;
      viewer.setPicture(slot, null);
      viewer.setNotice(`${pictureName(kind)}: ${error.message}`);
    }
  }));
  if (mine === turn) outlines(capture, mine);
}

async function read(capture, kind) {
  const load = async (which) => createImageBitmap(await (await exchange("GET", path("captures", String(capture.id), "images", which))).blob());
  const bitmap = await load(kind);
  if (kind === "input") fieldPixels = bitmap.width;
  if (fieldPixels === null && capture.nm_per_pixel !== null) {
    const input = await load("input");
    fieldPixels = input.width;
    input.close();
  }
  const nmPerPixel = capture.nm_per_pixel !== null && fieldPixels ? (capture.nm_per_pixel * fieldPixels) / bitmap.width : null;
  return { bitmap, label: pictureName(kind), isSynthesised: isSynthesisedKind(kind), nmPerPixel, covers: [0, 0, 1, 1] };
}

async function outlines(capture, mine) {
  if (!comparison.hasOutlines || !fieldPixels) {
    viewer.setOutlines([]);
    return;
  }
  try {
    const { grains } = await get(path("captures", String(capture.id), "grains"));
    const fieldRows = fieldPixels / viewer.aspect;
    if (mine === turn) {
      viewer.setOutlines(grains.map(({ species, outline_px: corners }) => ({
        colour: speciesColour(species), points: corners.map(([x, y]) => [x / fieldPixels, y / fieldRows]),
      })));
    }
  } catch (error) {
    if (mine === turn) note(byId("stored-message"), error.message, "bad");
  }
}

function facts(capture) {
  const { timings, frames, exclusion } = capture;
  const told = exclusion ? [`left out: ${exclusion.reason} (${exclusion.by}, ${time(exclusion.at)})`, ...capture.doubts] : [...capture.doubts];
  const sweep = capture.focus_sweep;
  if (sweep) told.unshift(`fused from ${sweep.planes.length} focal planes; the sharpest is plane ${sweep.sharpest}, kept beside it`);
  byId("stored-doubts").replaceChildren(...told.map((text) => element("li", {}, text)));
  byId("exclusion-end").hidden = !exclusion;
  const lost = frames.sequence_gaps + frames.error_flagged;
  const rows = [
    ["capture", String(capture.id)], ["taken", clock(capture.captured_at)], ["lens", capture.lens ?? "–"], ["familiar to it", capture.familiarity === null ? "it cannot tell" : percent(capture.familiarity)],
    ["scale", capture.nm_per_pixel === null ? "unknown" : scale(capture.nm_per_pixel)],
    ...capture.counts.map(({ key, grains }) => [key, String(grains)]), ["unidentified", String(capture.unidentified)],
    ["stored after", seconds(timings.grab_seconds === null ? null : timings.grab_seconds + (timings.store_seconds ?? 0))], ["lens took", seconds(timings.lens_seconds)],
    ["frames lost before", String(lost)],
  ];
  byId("stored-facts").replaceChildren(...rows.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
}

function step(by) {
  const captures = current("captures") ?? [];
  const next = captures[captures.findIndex(({ id }) => id === chosen) + by];
  if (next) choose(next.id);
}

function keys() {
  const isActive = () => isVisible && chosen !== null;
  shortcut("Captures", ["j"], "earlier capture", () => step(-1), { isActive });
  shortcut("Captures", ["k"], "later capture", () => step(1), { isActive });
  const numbers = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
  shortcut("Captures", numbers, "camera, map, 1500x, labelled, one species", (key) => comparison.chooseNumber(Number(key)), { isActive, shown: "1 … 9" });
  shortcut("Captures", ["v"], "single, side by side, split", () => comparison.nextLayout(), { isActive });
  shortcut("Captures", ["b"], "what it is compared with", () => comparison.nextAgainst(), { isActive });
  shortcut("Captures", ["o"], "outlines on and off", () => comparison.toggleOutlines(), { isActive });
  shortcut("Captures", ["+", "="], "closer", () => viewer.zoomBy(1.25), { isActive, shown: "+" });
  shortcut("Captures", ["-"], "farther", () => viewer.zoomBy(1 / 1.25), { isActive });
  shortcut("Captures", ["0"], "the whole field", () => viewer.reset(), { isActive });
}
