import { exchange, get, path, post, put } from "./api.js";
import { byId, cell, element, options, segments, setText, swatch } from "./dom.js";
import { fixed, plural } from "./format.js";
import { shortcut } from "./keys.js";
import { attempt, note, speak } from "./messages.js";
import { area, contains } from "./outline.js";
import { Pen, tools } from "./pen.js";
import { applyPermission, mayChange } from "./permission.js";
import { current, kept, knownSpecies, listen, speciesColour, speciesName } from "./state.js";
import { Viewer } from "./viewer.js";

/**
 * A second person reads a slide: outlines without the names that the lens and the first reader gave. The daemon sends none of
 * these before the reading is at its end.
 */

const noGrain = "no-grain";
/** Of what nobody has named yet here. */
const unnamed = "#d8d8d8";
const drawing = tools.filter(({ value }) => value !== "cut");

let viewer;
let isVisible = false;
let readings = [];
/** @type {?object} that is read */
let reading = null;
/** @type {?object} its field, as the daemon shows it */
let field = null;
/** Index among the field's objects; -1 for none. */
let chosen = -1;
/** Grows with every field: what arrives for an earlier one is dropped. */
let turn = 0;
/** Requests go one after the other. */
let sending = Promise.resolve();

const pen = new Pen({
  click, drawn: draw, cut: () => {}, adjusted: () => {}, changed: () => viewer?.redraw(),
  moved: ([x, y]) => viewer.bringIntoSight([(x + 0.5) / field.width, (y + 0.5) / field.height]),
});

export function startReading() {
  viewer = new Viewer(byId("reading-viewer"), "Field to read", { hand: pen, hint: "arrows move the cursor, space chooses there, plus and minus zoom" });
  segments(byId("reading-tool"), "reading-tool", drawing, pen.tool, (tool) => pen.choose(tool));
  byId("reading-which").addEventListener("change", (event) => choose(Number(event.target.value)));
  byId("reading-finish").addEventListener("click", finish);
  byId("reading-form").addEventListener("submit", begin);
  byId("reading-reader").value = kept.get("second-reader", "");
  byId("reading-reader").addEventListener("change", (event) => kept.set("second-reader", event.target.value));
  listen("slide", () => { leave(); reading = null; refreshReadings(); });
  listen("session", panel);
  keys();
}

export function showReading(visible) {
  isVisible = visible;
  if (visible) refreshReadings();
}

export async function refreshReadings() {
  const slide = current("slide");
  if (!isVisible) return;
  if (!slide) {
    viewer.setNotice("no slide yet");
    return;
  }
  try {
    readings = await get(path("slides", slide, "second-readings"));
    if (slide !== current("slide")) return;
    if (reading) reading = readings.find(({ id }) => id === reading.id) ?? null;
    if (!reading && readings.length > 0) await choose(readings.at(-1).id);
    if (readings.length === 0) viewer.setNotice("nobody reads this slide again yet: begin below");
    panel();
  } catch (error) {
    if (!error.isUnreachable) note(byId("reading-message"), error.message, "bad");
  }
}

function begin(event) {
  event.preventDefault();
  attempt(byId("reading-form").querySelector(".message"), async () => {
    const [fields, seed] = [byId("reading-fields").valueAsNumber, byId("reading-seed").valueAsNumber];
    const begun = await post(path("slides", current("slide"), "second-readings"), {
      ...(Number.isFinite(fields) ? { fields } : {}), ...(Number.isFinite(seed) ? { seed } : {}), ...reader(),
    });
    readings.push(begun);
    await choose(begun.id);
    return `reading ${begun.id} begun: ${plural(begun.fields.length, "field")}, seed ${begun.seed}`;
  }, event.submitter);
}

const reader = () => {
  const name = byId("reading-reader").value.trim();
  return name ? { reader: name } : {};
};

async function choose(id) {
  reading = readings.find((each) => each.id === id) ?? null;
  leave();
  if (!reading) return;
  viewer.setNotice("");
  if (reading.next !== null) await open(reading.next);
  else {
    viewer.setNotice("all fields of this reading are read");
    await compare();
  }
}

function leave() {
  turn += 1;
  field = null;
  chosen = -1;
  pen.size = null;
  pen.drop();
  viewer.setPicture(0, null);
  viewer.setOutlines([]);
  byId("reading-result").hidden = true;
  panel();
}

async function open(capture) {
  leave();
  const mine = turn;
  try {
    const [shown, response] = await Promise.all([
      get(path("second-readings", String(reading.id), "fields", String(capture))), exchange("GET", path("captures", String(capture), "images", "input")),
    ]);
    const bitmap = await createImageBitmap(await response.blob());
    if (mine !== turn) return bitmap.close();
    field = shown;
    pen.size = { width: field.width, height: field.height };
    viewer.reset();
    viewer.setPicture(0, { bitmap, label: "Camera", isSynthesised: false, nmPerPixel: field.nm_per_pixel, covers: [0, 0, 1, 1] });
    step(1);
  } catch (error) {
    if (mine === turn) viewer.setNotice(error.message);
  }
}

// MARK: What is seen

function show() {
  if (!field) return;
  viewer.setOutlines(field.objects.map((object, index) => ({
    colour: object.species === null ? unnamed : object.species === noGrain ? "#d03020" : speciesColour(object.species),
    isDashed: object.species === null, isChosen: index === chosen,
    points: object.outline_px.map(([x, y]) => [(x + 0.5) / field.width, (y + 0.5) / field.height]),
  })));
  panel();
}

const choices = () => [
  ...knownSpecies().map(({ key, name }, index) => ({ key, name, digit: index < 9 ? String(index + 1) : "" })),
  { key: "unidentified", name: "unidentified", digit: "0" }, { key: noGrain, name: "no grain", digit: "x" },
];

function panel() {
  options(byId("reading-which"), readings.map(({ id, reader: who, fields, finished }) => ({
    value: String(id), label: `reading ${id}: ${who}, ${finished} of ${plural(fields.length, "field")}`,
  })), reading ? String(reading.id) : undefined);
  byId("reading-which").hidden = readings.length === 0;
  const open = field ? field.objects.filter(({ species }) => species === null).length : 0;
  const place = reading && field ? reading.fields.findIndex(({ capture }) => capture === field.capture) + 1 : 0;
  setText(byId("reading-progress"), field ? `field ${place} of ${reading.fields.length}, ${open} to name` : "");
  const object = field?.objects[chosen];
  setText(byId("reading-chosen"), object ? `Object ${chosen + 1} of ${field.objects.length}` : "Nothing chosen");
  byId("reading-finish").dataset.blocked = !field ? "no field is open" : open > 0 ? `${open} are not named yet` : "";
  applyPermission(byId("page-reading"));
  const holder = byId("reading-species");
  const focused = holder.contains(document.activeElement) ? document.activeElement.dataset.species : null;
  holder.replaceChildren(...choices().map(({ key, name, digit }) =>
    element("button", { type: "button", dataset: { change: "", species: key, ...(object ? {} : { blocked: "choose an outline first" }) }, "aria-pressed": String(object?.species === key), onclick: () => nameAs(key) },
      swatch(speciesColour(key)), element("span", { class: knownSpecies().some((each) => each.key === key) ? "name species" : "name" }, name), digit ? element("kbd", {}, digit) : null)));
  applyPermission(holder);
  if (focused) holder.querySelector(`[data-species="${CSS.escape(focused)}"]`)?.focus();
}

// MARK: What the reader does

function click(point) {
  const under = field.objects.map((object, index) => ({ object, index })).filter(({ object }) => contains(object.outline_px, point))
    .sort((a, b) => area(a.object.outline_px) - area(b.object.outline_px)).at(0);
  chosen = under ? under.index : -1;
  show();
}

/** The next object that is not named, or, where all are, the next. */
function step(by) {
  if (!field || field.objects.length === 0) return show();
  const count = field.objects.length;
  const order = Array.from({ length: count }, (_, index) => (chosen + by * (index + 1) + 2 * count) % count);
  chosen = order.find((index) => field.objects[index].species === null) ?? order[0];
  const [x, y] = field.objects[chosen].outline_px[0];
  viewer.bringIntoSight([x / field.width, y / field.height]);
  speak(`object ${chosen + 1} of ${count}`);
  show();
}

function nameAs(key) {
  const object = field?.objects[chosen];
  if (!object) return;
  say({ ...(object.grain === null ? { drawn: object.drawn } : { grain: object.grain }), species: key }, () => step(1));
}

function draw(outline) {
  if (!field || !mayChange()) return;
  const points = outline.map((point) => point.map((value) => Math.round(value * 100) / 100));
  // What it is, the next key says.
  say({ capture: field.capture, outline_px: points, species: "unidentified" }, () => {
    chosen = field.objects.length - 1;
    pen.choose("point");
    byId("reading-tool").querySelector('[value="point"]').checked = true;
    show();
  });
}

function say(word, after) {
  const [mine, of] = [turn, reading];
  note(byId("reading-message"), "");
  sending = sending.then(async () => {
    const answer = await post(path("second-readings", String(of.id), "words"), { ...word, ...reader() });
    if (mine !== turn) return;
    field = answer;
    after();
  }).catch((error) => { note(byId("reading-message"), error.message, "bad"); speak(error.message); });
}

function finish() {
  if (!field) return;
  const [of, capture] = [reading, field.capture];
  sending = sending.then(async () => {
    const answer = await put(path("second-readings", String(of.id), "fields", String(capture), "finish"), reader());
    readings = readings.map((each) => (each.id === answer.id ? answer : each));
    speak(`field of capture ${capture} is read`);
    await choose(answer.id);
  }).catch((error) => { note(byId("reading-message"), error.message, "bad"); speak(error.message); });
}

// MARK: What came of it

const kappa = ({ value, low, high }) => (value === null ? "–" : low === null ? fixed(value, 3) : `${fixed(value, 3)} [${fixed(low, 3)}, ${fixed(high, 3)}]`);
const nameOf = (key) => (key === noGrain ? "no grain" : speciesName(key));

/** Of a reading at its end; before, it would tell the reader what the first one found. */
async function compare() {
  const [mine, id] = [turn, reading.id];
  const [agreement, differences] = await Promise.all([
    get(path("second-readings", String(id), "agreement")), get(path("second-readings", String(id), "differences")),
  ]);
  if (mine !== turn) return;
  byId("reading-result").hidden = false;
  const first = agreement.reading.first_readers.join(", ") || "the lens";
  setText(byId("reading-kappa"), `${first} and ${agreement.reading.reader}: ${agreement.alike} of ${plural(agreement.objects, "object")} alike, kappa ${kappa(agreement.kappa)}, CV ${agreement.variation_percent === null ? "–" : `${fixed(agreement.variation_percent, 1)} %`}`);
  byId("reading-agreement").replaceChildren(...agreement.species.map((each) => element("tr", {},
    element("th", { scope: "row" }, nameOf(each.key)), cell(String(each.first), true), cell(String(each.second), true),
    cell(each.difference_percent === null ? "–" : `${each.difference_percent > 0 ? "+" : ""}${fixed(each.difference_percent, 1)} %`, true), cell(each.variation_percent === null ? "–" : `${fixed(each.variation_percent, 1)} %`, true), cell(kappa(each.kappa), true))));
  byId("reading-remarks").replaceChildren(...agreement.remarks.map((text) => element("li", {}, text)));
  byId("reading-differences").replaceChildren(...differences.map((each) => {
    const settle = (species) => element("button", {
      type: "button", dataset: { change: "" }, "aria-pressed": String(each.settled?.species === species), onclick: () => settleAs(each, species),
    }, nameOf(species));
    return element("tr", {}, element("th", { scope: "row" }, `capture ${each.capture}, ${each.grain === null ? `drawn ${each.drawn}` : `grain ${each.grain}`}`),
      cell(settle(each.first)), cell(settle(each.second)), cell(each.settled ? `${nameOf(each.settled.species)}, ${each.settled.by.replace(/ uid=.*/, "")}` : each.is_replaced ? "replaced" : "open"));
  }));
  applyPermission(byId("reading-result"));
}

function settleAs({ grain, drawn }, species) {
  attempt(byId("reading-settle-message"), async () => {
    const name = kept.get("reviewer", "");
    await post(path("second-readings", String(reading.id), "differences"), { ...(grain === null ? { drawn } : { grain }), species, ...(name ? { reviewer: name } : {}) });
    await compare();
    return `settled as ${nameOf(species)}`;
  });
}

function keys() {
  const isActive = () => isVisible && field !== null;
  const mayRead = () => isActive() && mayChange();
  const where = "Second reader";
  shortcut(where, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "x"], "names the chosen outline; 0 unidentified, x no grain", (digit) => {
    const choice = choices().find((each) => each.digit === digit);
    if (choice) nameAs(choice.key);
  }, { isActive: mayRead, shown: "0 … 9  x" });
  shortcut(where, ["j"], "next outline to name", () => step(1), { isActive });
  shortcut(where, ["k"], "outline before", () => step(-1), { isActive });
  shortcut(where, ["f"], "the field is read: on to the next", finish, { isActive: mayRead });
  shortcut(where, ["Enter"], "draw the outline", () => { const outline = pen.hasDraft && pen.take(); if (outline) draw(outline); }, { isActive: () => mayRead() && pen.hasDraft });
  shortcut(where, ["Escape"], "let go of the outline", () => pen.drop(), { isActive, shown: "Esc" });
  shortcut(where, ["+", "="], "closer", () => viewer.zoomBy(1.25), { isActive, shown: "+" });
  shortcut(where, ["-"], "farther", () => viewer.zoomBy(1 / 1.25), { isActive });
}
