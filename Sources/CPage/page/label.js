import { exchange, get, path, post, put, remove } from "./api.js";
import { byId, element, options, segments, setText, swatch } from "./dom.js";
import { percent, plural, time } from "./format.js";
import { describeKeys, shortcut } from "./keys.js";
import { attempt, note, say, speak } from "./messages.js";
import { area, contains, proposed } from "./outline.js";
import { Pen, tools } from "./pen.js";
import { applyPermission, mayChange } from "./permission.js";
import { current, kept, knownSpecies, listen, publish, speciesColour, speciesName } from "./state.js";
import { Viewer } from "./viewer.js";

/**
 * Labelling: the grains of one field, outlined and named by a person, until the field is finished. Everything that is said
 * is a review, as on the page of grains.
 */

const unidentified = "unidentified";
/** How far from a click the end of a grain is looked for, in micrometres; in pixels where the scale is unknown. */
const grainReach = { micrometres: 45, pixels: 250 };

let viewer;
let isVisible = false;
/** @type {?object} of the slide */
let labels = null;
/** The field that is shown: what the daemon said of it, its pictures, what was done here. */
let field = null;
/** @type {number[]} ids of the chosen grains */
let chosen = [];
let species = null;
let strictness = 1;
/** The point that the draft was proposed for. */
let proposedAt = null;
let pictureKind = "input";
/** Requests go one after the other, in the order they were made. */
let sending = Promise.resolve();
let underWay = 0;
/** Grows with every field: what arrives for an earlier one is dropped. */
let turn = 0;

const pen = new Pen({
  click, drawn: (outline) => draw(outline), cut, adjusted, changed: () => { viewer?.redraw(); draftBar(); },
  moved: ([x, y]) => viewer.bringIntoSight([(x + 0.5) / field.width, (y + 0.5) / field.height]),
});

export function startLabel() {
  viewer = new Viewer(byId("label-viewer"), "Field to label", { hand: pen, hint: "arrows move the cursor, space acts there, Enter draws, plus and minus zoom" });
  byId("label-field").addEventListener("change", (event) => open(Number(event.target.value)));
  byId("label-next").addEventListener("click", openNext);
  byId("label-finish").addEventListener("click", finish);
  byId("label-draft-take").addEventListener("click", () => take());
  byId("label-draft-drop").addEventListener("click", letGo);
  byId("label-tighter").addEventListener("click", () => refit(1.25));
  byId("label-looser").addEventListener("click", () => refit(0.8));
  byId("label-brush").addEventListener("input", (event) => { pen.brush = Number(event.target.value); viewer.redraw(); });
  byId("label-erase").addEventListener("change", (event) => { pen.erases = event.target.checked; viewer.redraw(); });
  byId("label-rejected").addEventListener("change", show);
  byId("label-reviewer").value = kept.get("reviewer", "");
  byId("label-reviewer").addEventListener("change", (event) => publish("reviewer", event.target.value));
  listen("reviewer", (name) => { byId("label-reviewer").value = name; });
  byId("label-add").addEventListener("submit", addSpecies);
  listen("slide", () => { labels = null; leave(); refreshLabels(); });
  listen("status", ({ species: now }, before) => { if (JSON.stringify(now) !== JSON.stringify(before?.species)) panel(); });
  listen("session", panel);
  listen("review", ({ slide, capture }) => { if (slide === current("slide")) heard(capture); });
  listen("captures", () => { if (isVisible) refreshLabels(); });
  toolbar();
  keys();
}

export function showLabel(visible) {
  isVisible = visible;
  if (visible) refreshLabels();
}

/** How far the slide is labelled; opens the most useful field where none is open. */
export async function refreshLabels() {
  const slide = current("slide");
  if (!isVisible) return;
  if (!slide) {
    viewer.setNotice("no slide yet");
    return;
  }
  try {
    const answer = await get(path("slides", slide, "labels"));
    if (slide !== current("slide")) return;
    labels = answer;
    if (!field) {
      const first = answer.next ?? answer.fields.at(0)?.capture;
      if (first) open(first); else viewer.setNotice("no lens has looked at a field of this slide yet");
    }
    panel();
  } catch (error) {
    if (!error.isUnreachable) note(byId("label-message"), error.message, "bad");
  }
}

function leave() {
  turn += 1;
  for (const each of Object.values(field?.pictures ?? {})) each?.bitmap.close();
  field = null;
  chosen = [];
  pen.size = null;
  pen.chosen = null;
  pen.drop();
  viewer.setPicture(0, null);
  viewer.setOutlines([]);
  panel();
}

async function open(capture) {
  if (pen.hasDraft && pen.tool === "point") take();
  leave();
  const mine = turn;
  viewer.setNotice("");
  note(byId("label-message"), "");
  try {
    const [list, input] = await Promise.all([grainsOf(capture), picture(capture, "input")]);
    if (mine !== turn) return;
    field = { capture, width: input.bitmap.width, height: input.bitmap.height, done: [], undone: [], renamed: new Map(), pictures: { input } };
    pen.size = { width: field.width, height: field.height };
    viewer.reset();
    adopt(list);
    showPicture();
    // Proposals come from the map first; without one, from the picture alone.
    const map = await picture(capture, "map").catch(() => null);
    if (mine === turn) field.pictures.map = map;
  } catch (error) {
    if (mine === turn) viewer.setNotice(error.message);
  }
}

const grainsOf = (capture) => get(`${path("captures", String(capture), "grains")}?all=true`);

async function picture(capture, kind) {
  const response = await exchange("GET", path("captures", String(capture), "images", kind));
  const blob = await response.blob();
  return { blob, bitmap: await createImageBitmap(blob) };
}

/** What the daemon says of the field. */
function adopt(list) {
  field.grains = new Map(list.grains.map((grain) => [grain.id, grain]));
  [field.revision, field.finished, field.nmPerPixel] = [list.revision, list.finished, list.nm_per_pixel];
  chosen = chosen.filter((id) => isShown(field.grains.get(id)));
  show();
}

async function showPicture() {
  const kind = field?.pictures[pictureKind] ? pictureKind : "input";
  const [mine, of] = [turn, field];
  // The viewer closes what it is given.
  const bitmap = await createImageBitmap(of.pictures[kind].blob);
  if (mine !== turn) return bitmap.close();
  const nmPerPixel = of.nmPerPixel === null ? null : (of.nmPerPixel * of.width) / bitmap.width;
  viewer.setPicture(0, { bitmap, label: kind === "map" ? "Map" : "Camera", isSynthesised: false, nmPerPixel, covers: [0, 0, 1, 1] });
}

// MARK: What is seen

/** A grain that counts, or would but for the field's border or another field that shows it too. */
const isGrain = (grain) => grain.counts || grain.status === "double" || grain.reason === "border";

const isShown = (grain) => grain && (isGrain(grain) || (byId("label-rejected").checked && grain.status !== "replaced"));

const shownGrains = () => [...field.grains.values()].filter(isShown);

function show() {
  if (!field) return;
  viewer.setOutlines(shownGrains().map((grain) => ({
    colour: isGrain(grain) ? speciesColour(grain.species) : "#d03020", isDashed: grain.status !== "confirmed", isChosen: chosen.includes(grain.id),
    points: grain.outline_px.map(([x, y]) => [(x + 0.5) / field.width, (y + 0.5) / field.height]),
  })));
  panel();
}

function panel() {
  const fields = labels?.fields ?? [];
  const finished = fields.filter((each) => each.finished).length;
  setText(byId("label-progress"), fields.length > 0 ? `${finished} of ${fields.length} finished` : "");
  options(byId("label-field"), fields.map((each) => {
    const grains = each.counts.reduce((sum, { grains: count }) => sum + count, 0);
    const state = each.finished ? "finished" : each.is_excluded ? "left out" : each.unreviewed > 0 ? `${each.unreviewed} to look at` : "open";
    return { value: String(each.capture), label: `capture ${each.capture}: ${plural(grains, "grain")}, ${state}` };
  }), field ? String(field.capture) : undefined);
  byId("label-finish").setAttribute("aria-pressed", String(Boolean(field?.finished)));
  setText(byId("label-finished"), field?.finished ? `finished by ${field.finished.by.replace(/ uid=.*/, "")}, ${time(field.finished.at)}` : "");
  palette();
  grainPanel();
  draftBar();
}

/** Species with their keys: those that the lens knows, one's own, none. */
const choices = () => [...knownSpecies().map(({ key, name }, index) => ({ key, name, digit: index < 9 ? String(index + 1) : "" })), { key: unidentified, name: unidentified, digit: "0" }];

function palette() {
  const all = choices();
  if (!all.some(({ key }) => key === species)) species = knownSpecies()[0]?.key ?? null;
  const here = new Map();
  if (field) for (const grain of field.grains.values()) if (grain.counts) here.set(grain.species, (here.get(grain.species) ?? 0) + 1);
  const onSlide = new Map();
  for (const each of labels?.fields ?? []) {
    for (const { key, grains } of each.capture === field?.capture ? [] : each.counts) onSlide.set(key, (onSlide.get(key) ?? 0) + grains);
  }
  const holder = byId("label-species");
  const focused = holder.contains(document.activeElement) ? document.activeElement.dataset.species : null;
  holder.replaceChildren(...all.map(({ key, name, digit }) => {
    const [inField, elsewhere] = [here.get(key) ?? 0, onSlide.get(key) ?? 0];
    return element("button", { type: "button", dataset: { change: "", species: key }, "aria-pressed": String(key === species), onclick: () => nameAs(key) },
      swatch(speciesColour(key)), element("span", { class: key === unidentified ? "name" : "name species" }, name),
      element("span", { class: "count" }, `${inField} / ${inField + elsewhere}`), digit ? element("kbd", {}, digit) : null);
  }));
  applyPermission(holder);
  if (focused) holder.querySelector(`[data-species="${CSS.escape(focused)}"]`)?.focus();
}

function grainPanel() {
  const grains = chosen.map((id) => field.grains.get(id));
  const [first] = grains;
  setText(byId("label-grain-title"), grains.length === 0 ? "No grain chosen" : grains.length === 1 ? `Grain ${first.number}` : plural(grains.length, "grain"));
  const status = first && (first.reason ? `${first.status}: ${first.reason}` : first.status === "double" ? "seen in another field too" : first.status);
  setText(byId("label-grain-fact"), grains.length === 1 ? `${speciesName(first.species)}, ${status}, confidence ${percent(first.confidence)}` : "");
  const isOne = grains.length === 1;
  const unseen = field ? unreviewed().length : 0;
  const acts = [
    { name: "Accept", key: "a", run: accept, isOff: grains.length === 0 }, { name: "Delete", key: "x", run: reject, isOff: grains.length === 0 },
    { name: "Merge", key: "m", run: merge, isOff: grains.length < 2 }, { name: "Cut in two", key: "w", run: halve, isOff: !isOne },
    { name: "Undo", key: "u", run: undo, isOff: !field?.done.length }, { name: "Redo", key: "r", run: redo, isOff: !field?.undone.length },
    { name: `Accept the other ${unseen}`, key: "A", run: acceptRest, isOff: unseen === 0, isWide: true },
  ];
  const holder = byId("label-actions");
  const focused = holder.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  holder.replaceChildren(...acts.map(({ name, key, run, isOff, isWide }) =>
    element("button", { type: "button", class: isWide ? "wide" : null, dataset: { change: "", key, ...(isOff ? { blocked: "nothing to do" } : {}) }, onclick: run },
      element("span", {}, name), element("kbd", {}, key))));
  applyPermission(holder);
  if (focused) holder.querySelector(`[data-key="${focused}"]`)?.focus();
}

function draftBar() {
  if (!viewer) return;
  byId("label-draft").hidden = !pen.hasDraft;
  byId("label-draft-fit").hidden = proposedAt === null;
  const what = pen.isCorrection ? "outline put right" : `${speciesName(species ?? unidentified)}`;
  setText(byId("label-draft-text"), pen.hasDraft ? `Not stored yet: ${what}` : "");
}

function toolbar() {
  segments(byId("label-tool"), "label-tool", tools, pen.tool, useTool);
  byId("label-brush-options").hidden = true;
  segments(byId("label-picture"), "label-picture", [{ value: "input", label: "Camera" }, { value: "map", label: "Map" }], pictureKind, (kind) => {
    pictureKind = kind;
    if (field) showPicture();
  });
}

function useTool(tool) {
  if (pen.hasDraft && proposedAt) take();
  proposedAt = null;
  pen.choose(tool);
  if (tool === "cut" && chosen.length !== 1) note(byId("label-message"), "choose the grain to divide first, then draw the line across it", "");
  byId("label-tool").querySelector(`[value="${tool}"]`).checked = true;
  byId("label-brush-options").hidden = tool !== "brush";
}

// MARK: What a person does

function choose(ids) {
  chosen = ids;
  proposedAt = null;
  pen.drop();
  pen.chosen = ids.length === 1 ? field.grains.get(ids[0]).outline_px : null;
  show();
}

/** The smallest shown grain around a point. */
function grainAt(point) {
  return shownGrains().filter((grain) => contains(grain.outline_px, point)).sort((a, b) => area(a.outline_px) - area(b.outline_px)).at(0);
}

function click(point, isMore) {
  if (pen.hasDraft && !contains(pen.draft, point)) take();
  else if (pen.hasDraft) return;
  const grain = grainAt(point);
  if (grain) {
    const adds = isMore || byId("label-several").checked;
    if (!adds) choose(chosen.length === 1 && chosen[0] === grain.id ? [] : [grain.id]);
    else choose(chosen.includes(grain.id) ? chosen.filter((id) => id !== grain.id) : [...chosen, grain.id]);
    return;
  }
  choose([]);
  propose(point);
}

/** An outline around a point, from the map or else from the picture. */
function propose(point) {
  if (!mayChange()) return;
  const reach = field.nmPerPixel ? (grainReach.micrometres * 1000) / field.nmPerPixel : grainReach.pixels;
  const found = [["map", true], ["input", false]].map(([kind, likePoint]) => {
    const pixels = pixelsOf(kind);
    return pixels && proposed(pixels, point, { reach, likePoint, strictness });
  }).find((outline) => outline);
  if (!found) {
    note(byId("label-message"), "nothing stands out there: draw it with another tool", "");
    return;
  }
  note(byId("label-message"), "");
  proposedAt = point;
  pen.draft = found;
  viewer.redraw();
  draftBar();
}

/** Of a picture in the size of the field, read once. */
function pixelsOf(kind) {
  const { pictures, width, height } = field;
  if (!pictures[kind]) return null;
  if (!pictures[kind].pixels) {
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    context.imageSmoothingQuality = "high";
    context.drawImage(pictures[kind].bitmap, 0, 0, width, height);
    pictures[kind].pixels = context.getImageData(0, 0, width, height);
  }
  return pictures[kind].pixels;
}

/** Asks again for a tighter or looser outline. */
function refit(factor) {
  if (!proposedAt) return;
  strictness = Math.min(2.5, Math.max(0.4, strictness * factor));
  propose(proposedAt);
}

function letGo() {
  if (pen.hasDraft) pen.drop(); else if (chosen.length > 0) choose([]); else pen.drop();
  proposedAt = null;
  draftBar();
}

/** Stores the draft. */
function take() {
  const isCorrection = pen.isCorrection;
  const outline = pen.take();
  proposedAt = null;
  if (!outline) note(byId("label-message"), "that is no outline yet", "");
  else if (isCorrection && chosen.length === 1) adjusted(outline);
  else draw(outline);
  draftBar();
}

const rounded = (points) => points.map((point) => point.map((value) => Math.round(value * 100) / 100));

function draw(outline) {
  if (!field) return;
  review({ action: "draw", grains: [], capture: field.capture, species: species ?? unidentified, outlines_px: [rounded(outline)] });
}

function adjusted(outline) {
  if (chosen.length === 1) review({ action: "draw", grains: chosen, outlines_px: [rounded(outline)] });
}

function cut([from, to]) {
  if (chosen.length === 1) review({ action: "split", grains: chosen, line_px: rounded([from, to]).flat() });
  else note(byId("label-message"), "choose the grain to divide first, then draw the line across it", "bad");
}

function halve() {
  if (chosen.length === 1) review({ action: "split", grains: chosen });
}

function merge() {
  if (chosen.length < 2) return;
  const keys = new Set(chosen.map((id) => field.grains.get(id).species));
  review({ action: "merge", grains: chosen, ...(keys.size > 1 ? { species: species ?? unidentified } : {}) });
}

function reject() {
  const grains = chosen.filter((id) => field.grains.get(id).reason !== "person");
  if (grains.length > 0) review({ action: "reject", grains });
  choose([]);
}

/** What nobody looked at, the least certain first. */
const unreviewed = () => shownGrains().filter(({ status }) => status === "machine" || status === "doubtful").sort((a, b) => a.confidence - b.confidence);

function accept() {
  const grains = chosen.filter((id) => field.grains.get(id).status !== "confirmed");
  const next = unreviewed().find(({ id }) => !chosen.includes(id));
  if (grains.length > 0) review({ action: "accept", grains });
  choose(next ? [next.id] : []);
}

function acceptRest() {
  const grains = unreviewed().map(({ id }) => id);
  if (grains.length > 0) review({ action: "accept", grains });
}

/** A species' key: names the chosen grains, or the draft, or what is drawn next. */
function nameAs(key) {
  const before = species;
  if (pen.hasDraft && !pen.isCorrection) {
    species = key;
    take();
  } else if (chosen.length > 0) {
    const grains = chosen.filter((id) => field.grains.get(id).species !== key || field.grains.get(id).status !== "confirmed");
    if (grains.length > 0) review({ action: "relabel", species: key, grains });
  }
  species = key;
  if (before !== key) speak(`draws ${speciesName(key)}`);
  palette();
  draftBar();
}

function step(by) {
  const grains = shownGrains().sort((a, b) => a.number - b.number);
  if (grains.length === 0) return;
  const at = grains.findIndex(({ id }) => id === chosen.at(-1));
  const grain = grains[(at + by + grains.length + (at < 0 && by < 0 ? 1 : 0)) % grains.length];
  choose([grain.id]);
  viewer.bringIntoSight([grain.centroid_px[0] / field.width, grain.centroid_px[1] / field.height]);
  speak(`grain ${grain.number}, ${speciesName(grain.species)}, ${grain.status}`);
}

function addSpecies(event) {
  event.preventDefault();
  const name = byId("label-add-name");
  attempt(byId("label-add").querySelector(".message"), async () => {
    const added = await post("/v1/species", { name: name.value, ...reviewer() });
    name.value = "";
    publish("status", { ...current("status"), species: [...knownSpecies().filter(({ key }) => key !== added.key), added] });
    nameAs(added.key);
    return `${added.name} is ${added.key}`;
  }, event.submitter);
}

// MARK: Fields

/** Unfinished fields, where the lens expects most errors first. */
function openNext() {
  const next = (labels?.fields ?? []).filter((each) => !each.finished && !each.is_excluded && each.capture !== field?.capture)
    .sort((a, b) => b.expected_errors - a.expected_errors || a.capture - b.capture).at(0);
  if (next) open(next.capture); else say("All other fields of this slide are finished.");
}

function stepField(by) {
  const fields = labels?.fields ?? [];
  const next = fields[fields.findIndex(({ capture }) => capture === field?.capture) + by];
  if (next) open(next.capture);
}

function finish() {
  if (!field) return;
  if (pen.hasDraft && proposedAt) take();
  const of = field;
  enqueue(async () => {
    const url = path("captures", String(of.capture), "finish");
    const list = await (of.finished ? remove : put)(url, { revision: of.revision, ...reviewer() });
    if (field === of) adopt(list);
    const text = `capture ${of.capture} is ${list.finished ? "finished" : "open again"}`;
    note(byId("label-message"), text, "good");
    speak(text);
    await refreshLabels();
  });
}

// MARK: Requests

const reviewer = () => {
  const name = byId("label-reviewer").value.trim();
  return name ? { reviewer: name } : {};
};

function enqueue(work) {
  const of = field;
  underWay += 1;
  sending = sending.then(work).catch((error) => failed(error, of)).finally(() => { underWay -= 1; });
}

async function failed(error, of) {
  note(byId("label-message"), error.message, "bad");
  speak(error.message);
  if (of !== field) return;
  if (["field-changed", "review-refused", "grain-not-found"].includes(error.kind)) await reload();
  if (chosen.length > 0) choose(chosen);
}

async function reload() {
  const of = field;
  const list = await grainsOf(of.capture);
  if (of === field) adopt(list);
}

/** Says something of grains, and remembers how to take it back. */
function review(request) {
  const of = field;
  note(byId("label-message"), "");
  enqueue(async () => {
    const entry = { request };
    try {
      await send(entry, of);
    } catch (error) {
      await failed(error, of);
      // What was drawn meanwhile is not lost: it is drawn again once the field was looked at as it is.
      if (request.action === "draw" && error.kind === "field-changed" && of === field && !pen.hasDraft) {
        useTool("point");
        pen.draft = request.outlines_px[0];
        draftBar();
      }
      return;
    }
    of.done.push(entry);
    of.undone = [];
    panel();
  });
}

/** What became of grains that were drawn again after an undo. */
const now = (of, id) => {
  while (of.renamed.has(id)) id = of.renamed.get(id);
  return id;
};

async function send(entry, of) {
  const request = { ...entry.request, grains: entry.request.grains.map((id) => now(of, id)) };
  const answer = await post("/v1/reviews", { ...request, revision: of.revision, ...reviewer() });
  of.revision = answer.revision;
  const { made } = answer.review;
  (entry.made ?? []).forEach((id, index) => { if (id !== made[index]) of.renamed.set(id, made[index]); });
  entry.made = made;
  entry.grains = request.grains;
  // What is drawn in the place of chosen grains is chosen instead.
  const areChosen = field === of && made.length === 1 && chosen.some((id) => request.grains.includes(id));
  merged(answer.grains, of);
  if (areChosen) choose(made);
}

function merged(grains, of) {
  for (const grain of grains) of.grains.set(grain.id, grain);
  if (of !== field) return;
  const left = chosen.filter((id) => isShown(field.grains.get(id)));
  if (left.length !== chosen.length) choose(left); else show();
}

function undo() {
  const of = field;
  if (!of) return;
  if (pen.hasDraft) {
    letGo();
    return;
  }
  enqueue(async () => {
    const entry = of.done.pop();
    if (!entry) return;
    // A merge is taken back by any of its grains, a drawing by what was drawn.
    const { action } = entry.request;
    const ids = entry.grains.length === 0 ? entry.made : ["merge", "split", "draw"].includes(action) ? entry.grains.slice(0, 1) : entry.grains;
    try {
      for (const id of ids) {
        const answer = await post("/v1/reviews", { action: "undo", grains: [id], revision: of.revision, ...reviewer() });
        of.revision = answer.revision;
        merged(answer.grains, of);
      }
      // The undo of a merge names one of its grains: the others are asked for.
      if (entry.made.length > 0 || entry.grains.length > 1) await reload();
    } catch (error) {
      of.done.push(entry);
      throw error;
    }
    of.undone.push(entry);
    if (of === field) choose(entry.grains.filter((id) => isShown(field.grains.get(id))));
    note(byId("label-message"), `taken back: ${action}`, "good");
    speak(`taken back: ${action}`);
    panel();
  });
}

function redo() {
  const of = field;
  if (!of) return;
  enqueue(async () => {
    const entry = of.undone.pop();
    if (!entry) return;
    try {
      await send(entry, of);
    } catch (error) {
      of.undone.push(entry);
      throw error;
    }
    of.done.push(entry);
    note(byId("label-message"), `done again: ${entry.request.action}`, "good");
    panel();
  });
}

let asked = 0;

/** Somebody said something of a field: this page or another. */
async function heard(capture) {
  if (!isVisible) return;
  asked += 1;
  const mine = asked;
  await sending;
  const of = field;
  try {
    if (of && capture === of.capture && underWay === 0) {
      const list = await grainsOf(capture);
      if (field === of && underWay === 0 && list.revision > of.revision) {
        adopt(list);
        note(byId("label-message"), "somebody else labelled this field just now: it is shown as it is", "");
      }
    }
    // Many words in a row: the slide is asked once.
    await new Promise((resolve) => setTimeout(resolve, 400));
    if (mine === asked) await refreshLabels();
  } catch { /* What is shown is an old state; the next change asks again, and the daemon refuses what does not fit. */ }
}

// MARK: Keys

function keys() {
  const isActive = () => isVisible && field !== null;
  const mayLabel = () => isActive() && mayChange();
  const where = "Label";
  shortcut(where, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], "species of the draft, the chosen grains, or what is drawn next; 0 unidentified", (digit) => {
    const choice = choices().find((each) => each.digit === digit);
    if (choice) nameAs(choice.key);
  }, { isActive: mayLabel, shown: "0 … 9" });
  for (const { value, label, key } of tools) {
    shortcut(where, [key], label.toLowerCase(), () => { useTool(value); viewer.focus(); }, { isActive });
  }
  describeKeys(where, "← ↑ → ↓", "move the cursor, or the chosen corner; farther with Shift");
  describeKeys(where, "Space", "act at the cursor, as a click");
  shortcut(where, ["Enter"], "draw the outline that is not stored yet", () => { if (pen.hasDraft) take(); }, { isActive: () => mayLabel() && pen.hasDraft });
  shortcut(where, [","], "a tighter outline", () => refit(1.25), { isActive: mayLabel });
  shortcut(where, ["."], "a looser outline", () => refit(0.8), { isActive: mayLabel });
  shortcut(where, ["Escape"], "let go of the outline, or of the chosen grains", letGo, { isActive, shown: "Esc" });
  shortcut(where, ["j"], "next grain", () => step(1), { isActive });
  shortcut(where, ["k"], "grain before", () => step(-1), { isActive });
  describeKeys(where, "[ ]", "a corner of the chosen grain; Delete takes it off, Enter stores");
  shortcut(where, ["a"], "accept, and on to the least certain grain left", accept, { isActive: mayLabel });
  shortcut(where, ["A"], "accept all that nobody looked at", acceptRest, { isActive: mayLabel, shown: "Shift A" });
  shortcut(where, ["x", "Delete", "Backspace"], "delete: no grain", reject, { isActive: () => mayLabel() && chosen.length > 0, shown: "x" });
  shortcut(where, ["m"], "merge the chosen grains; Shift chooses several", merge, { isActive: mayLabel });
  shortcut(where, ["w"], "cut the chosen grain in two where it is narrow", halve, { isActive: mayLabel });
  shortcut(where, ["u"], "undo", undo, { isActive: mayLabel, shown: "u  Ctrl Z" });
  shortcut(where, ["r"], "redo", redo, { isActive: mayLabel, shown: "r  Ctrl Y" });
  shortcut(where, ["f"], "the field is finished: what is not outlined is background", finish, { isActive: mayLabel });
  shortcut(where, ["n"], "the most useful field: where the lens expects most errors", openNext, { isActive });
  shortcut(where, ["PageUp"], "field before", () => stepField(-1), { isActive });
  shortcut(where, ["PageDown"], "field after", () => stepField(1), { isActive });
  shortcut(where, ["+", "="], "closer", () => viewer.zoomBy(1.25), { isActive, shown: "+" });
  shortcut(where, ["-"], "farther", () => viewer.zoomBy(1 / 1.25), { isActive });
  document.addEventListener("keydown", (event) => {
    if (!mayLabel() || !(event.ctrlKey || event.metaKey) || event.altKey || event.target.matches("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) redo(); else undo();
  });
}
