import { get, path, post } from "./api.js";
import { byId, element, options, setText, swatch } from "./dom.js";
import { fixed, percent, plural, significant, time } from "./format.js";
import { describeKeys, shortcut } from "./keys.js";
import { note, say, speak } from "./messages.js";
import { applyPermission, mayChange } from "./permission.js";
import { current, kept, knownSpecies, listen, publish, speciesColour, speciesName } from "./state.js";

/** Grains to look at, one after the other, and what a person says of them. */

const unidentified = "unidentified";
const listLimit = 60;

let isVisible = false;
/** @type {object[]} grains of the list as they are now */
let grains = [];
let chosen = -1;
let loadedFor = null;
/** Grains that somebody looked at since the list was loaded. */
const reviewed = new Set();

export function startGrains() {
  byId("grain-source").addEventListener("change", load);
  byId("grain-species").addEventListener("change", load);
  byId("reviewer").value = kept.get("reviewer", "");
  byId("reviewer").addEventListener("change", (event) => publish("reviewer", event.target.value));
  listen("reviewer", (name) => { byId("reviewer").value = name; kept.set("reviewer", name); });
  byId("grain-list").addEventListener("keydown", onListKey);
  listen("slide", () => { loadedFor = null; ifVisible(); });
  listen("captures", sources);
  listen("status", ({ species }, before) => {
    if (JSON.stringify(species) !== JSON.stringify(before?.species)) filters();
  });
  listen("session", () => actions());
  listen("counts", countRemaining);
  listen("review", ({ slide, grains: ids }) => {
    // Somebody else, or this page: what is in the list is asked again.
    if (slide === current("slide")) ids.filter((id) => grains.some((grain) => grain.id === id)).slice(0, 20).forEach(reload);
  });
  keys();
  filters();
  sources();
}

export function showGrains(visible) {
  isVisible = visible;
  ifVisible();
}

export function refreshGrains() {
  loadedFor = null;
  ifVisible();
}

function ifVisible() {
  if (isVisible && loadedFor !== key()) load();
}

const key = () => JSON.stringify([current("slide"), byId("grain-source").value, byId("grain-species").value]);

function filters() {
  options(byId("grain-species"), [{ value: "", label: "all" }, ...knownSpecies().map((each) => ({ value: each.key, label: each.name })), { value: unidentified, label: unidentified }]);
  actions();
}

function sources() {
  const captures = (current("captures") ?? []).filter(({ slide }) => slide === current("slide"));
  options(byId("grain-source"), [{ value: "review", label: "to review, least certain first" },
    ...captures.toReversed().map(({ id }) => ({ value: String(id), label: `all of capture ${id}` }))]);
}

async function load() {
  const slide = current("slide");
  const wanted = key();
  loadedFor = wanted;
  reviewed.clear();
  if (!slide) return show([], "no slide yet");
  const source = byId("grain-source").value || "review";
  const wantedSpecies = byId("grain-species").value;
  try {
    if (source === "review") {
      const query = new URLSearchParams({ limit: String(listLimit), ...(wantedSpecies ? { species: wantedSpecies } : {}) });
      const answer = await get(`${path("slides", slide, "review")}?${query}`);
      if (loadedFor === wanted) show(answer.grains, remainingText(answer.remaining));
    } else {
      const answer = await get(`${path("captures", source, "grains")}?all=true`);
      const fitting = answer.grains.filter((grain) => !wantedSpecies || grain.species === wantedSpecies);
      if (loadedFor === wanted) show(fitting, `${plural(fitting.length, "object")} in capture ${source}`);
    }
  } catch (error) {
    loadedFor = null;
    show([], error.message);
  }
}

const remainingText = (remaining) => (remaining === 0 ? "nothing left to look at" : `${plural(remaining, "grain")} still to look at`);

function show(list, text) {
  grains = list;
  chosen = list.length > 0 ? 0 : -1;
  setText(byId("grain-remaining"), text);
  byId("grain-list").replaceChildren(...list.map(crop));
  choose(chosen, false);
}

const cropUrl = (grain) => path("grains", String(grain.id), "crop");

function crop(grain, index) {
  const node = element("div", { class: "crop", role: "option", id: `grain-${grain.id}`, "aria-selected": "false", onclick: () => choose(index) },
    element("img", { src: cropUrl(grain), alt: "", loading: "lazy" }), element("span", { class: "certainty" }), element("div", { class: "name" }));
  label(node, grain);
  return node;
}

function label(node, grain) {
  node.querySelector(".name").replaceChildren(swatch(speciesColour(grain.species)), grain.species);
  setText(node.querySelector(".certainty"), grain.status === "confirmed" ? "✓" : ["rejected", "replaced", "excluded"].includes(grain.status) ? "✗" : fixed(grain.confidence, 2));
  node.setAttribute("aria-label", `grain ${grain.number} of capture ${grain.capture}: ${grain.species}, ${grain.status}, confidence ${fixed(grain.confidence, 2)}`);
  node.classList.toggle("reviewed", reviewed.has(grain.id));
}

function choose(index, scrolls = true) {
  const list = byId("grain-list");
  list.children[chosen]?.setAttribute("aria-selected", "false");
  chosen = index;
  const grain = grains[chosen];
  byId("grain-empty").hidden = grain !== undefined;
  byId("grain-body").hidden = grain === undefined;
  if (!grain) {
    list.removeAttribute("aria-activedescendant");
    actions();
    return;
  }
  const node = list.children[chosen];
  node.setAttribute("aria-selected", "true");
  list.setAttribute("aria-activedescendant", node.id);
  if (scrolls) node.scrollIntoView({ block: "nearest" });
  facts(grain);
  showHistory(grain.id);
}

function facts(grain) {
  const image = byId("grain-crop");
  if (image.getAttribute("src") !== cropUrl(grain)) image.src = cropUrl(grain);
  image.alt = `Camera picture of grain ${grain.number} of capture ${grain.capture}`;
  setText(byId("grain-title"), `Grain ${grain.number} of capture ${grain.capture}`);
  const size = grain.equivalent_diameter_um === null ? "unknown scale" : `${fixed(grain.equivalent_diameter_um)} µm across, ${significant(grain.area_um2)} µm²`;
  const rows = [
    ["species", element("span", {}, swatch(speciesColour(grain.species)), element("span", { class: grain.species === unidentified ? null : "species" }, speciesName(grain.species)))],
    ["confidence", percent(grain.confidence)],
    ["status", grain.reason ? `${grain.status}: ${grain.reason}` : grain.status],
    ["size", size],
    ["axes", grain.ellipse_major_um === null ? "–" : `${fixed(grain.ellipse_major_um)} × ${fixed(grain.ellipse_minor_um)} µm`],
    ["circularity", fixed(grain.circularity, 2)],
    ["focus", fixed(grain.focus, 2)],
    ["on border", grain.on_border ? "yes" : "no"],
  ];
  byId("grain-facts").replaceChildren(...rows.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
  actions();
}

async function showHistory(id) {
  const list = byId("grain-history");
  list.replaceChildren();
  try {
    const { reviews } = await get(path("grains", String(id)));
    if (grains[chosen]?.id !== id) return;
    const lines = (reviews ?? []).map((review) => {
      const what = [review.action, review.species ? `as ${review.species}` : "", review.undone_by ? "(taken back)" : "", "by", review.reviewer || review.by];
      return element("li", {}, `${time(review.at)}: ${what.filter(Boolean).join(" ")}`);
    });
    list.replaceChildren(...(lines.length > 0 ? lines : [element("li", { class: "muted" }, "nobody has looked at it")]));
  } catch (error) {
    if (grains[chosen]?.id === id) list.replaceChildren(element("li", { class: "muted" }, error.message));
  }
}

/** What can be said of a grain, each with its key. */
function choices() {
  const labels = [...knownSpecies().map(({ key: value, name }, index) => ({ value, name, digit: index < 9 ? String(index + 1) : "" })), { value: unidentified, name: unidentified, digit: "0" }];
  return [
    { name: "Accept", digit: "a", request: { action: "accept" }, isMain: true },
    { name: "Reject", digit: "x", request: { action: "reject" } },
    ...labels.map(({ value, name, digit }) => ({ name: `Is ${name}`, digit, request: { action: "relabel", species: value }, colour: speciesColour(value), isWide: value !== unidentified })),
    { name: "Undo", digit: "u", request: { action: "undo" } },
  ];
}

function actions() {
  const holder = byId("grain-actions");
  const hadFocus = holder.contains(document.activeElement) ? document.activeElement.dataset.digit : null;
  holder.replaceChildren(...choices().map(({ name, digit, request, isMain, isWide, colour }) =>
    element("button", { type: "button", class: isMain ? "primary" : isWide ? "wide" : null, dataset: { change: "", digit }, onclick: () => review(request) },
      element("span", {}, colour ? swatch(colour) : null, name), digit ? element("kbd", {}, digit) : null)));
  applyPermission(holder);
  if (hadFocus) holder.querySelector(`[data-digit="${hadFocus}"]`)?.focus();
}

/** Decisions go one after the other, in the order they were made. */
let sending = Promise.resolve();
/** The last decision on its way, by grain: pressed again meanwhile, it is not made again. */
const underWay = new Map();

/** Decides at once and moves on at once; the daemon hears of it in its turn. */
function review(request) {
  const grain = grains[chosen];
  if (!grain) return;
  const reviewer = byId("reviewer").value.trim();
  const isRelabelToItself = request.action === "relabel" && request.species === grain.species;
  const body = { ...(isRelabelToItself ? { action: "accept" } : request), grains: [grain.id], ...(reviewer ? { reviewer } : {}) };
  const what = `${body.action} ${body.species ?? ""}`;
  if (underWay.get(grain.id) === what) return;
  underWay.set(grain.id, what);
  if (body.action !== "undo" && chosen + 1 < grains.length) choose(chosen + 1);
  sending = sending.then(() => send(grain, body, what));
}

async function send(grain, body, what) {
  const name = `grain ${grain.number} of capture ${grain.capture}`;
  try {
    const answer = await post("/v1/reviews", body);
    if (body.action === "undo") reviewed.delete(grain.id); else reviewed.add(grain.id);
    for (const changed of answer.grains) replace(changed);
    const done = `${name}: ${body.action}${body.species ? ` as ${body.species}` : ""}`;
    note(byId("grain-message"), done, "good");
    speak(done);
    if (grains[chosen]?.id === grain.id) showHistory(grain.id);
  } catch (error) {
    // The eye is elsewhere by now: this stays until it is closed.
    say(`${name} was not reviewed: ${error.message}`, "bad");
  } finally {
    if (underWay.get(grain.id) === what) underWay.delete(grain.id);
  }
  const isDone = underWay.size === 0 && byId("grain-source").value === "review" && grains.every(({ id }) => reviewed.has(id));
  if (isDone && grains.length > 0) load();
}

/** Puts a grain as it is now into the list. */
function replace(grain) {
  const at = grains.findIndex(({ id }) => id === grain.id);
  if (at < 0) return;
  grains[at] = grain;
  label(byId("grain-list").children[at], grain);
  if (at === chosen) facts(grain);
}

async function reload(id) {
  try {
    replace(await get(path("grains", String(id))));
  } catch { /* A merged grain is gone; the next load shows what took its place. */ }
}

/** How many are left, after reviews and new captures. */
async function countRemaining() {
  if (!isVisible || !current("slide") || byId("grain-source").value !== "review") return;
  const wanted = key();
  try {
    const species = byId("grain-species").value;
    const query = new URLSearchParams({ limit: "1", ...(species ? { species } : {}) });
    const { remaining } = await get(`${path("slides", current("slide"), "review")}?${query}`);
    if (loadedFor === wanted) setText(byId("grain-remaining"), remainingText(remaining));
  } catch { /* The number that stands there is an old one; the next change asks again. */ }
}

/** Crops in a row of the list as it is laid out now. */
function columns() {
  const { children } = byId("grain-list");
  let count = 1;
  while (count < children.length && children[count].offsetTop === children[0].offsetTop) count += 1;
  return count;
}

function onListKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const to = { ArrowLeft: chosen - 1, ArrowRight: chosen + 1, ArrowUp: chosen - columns(), ArrowDown: chosen + columns(), Home: 0, End: grains.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  if (to >= 0 && to < grains.length) choose(to);
}

function step(by) {
  const to = chosen + by;
  if (to >= 0 && to < grains.length) choose(to);
}

function keys() {
  const isActive = () => isVisible && grains.length > 0;
  const mayReview = () => isActive() && mayChange();
  shortcut("Grains", ["j", "n"], "next grain", () => step(1), { isActive, shown: "j" });
  shortcut("Grains", ["k"], "previous grain", () => step(-1), { isActive });
  shortcut("Grains", ["a"], "accept: it is what the lens says", () => review({ action: "accept" }), { isActive: mayReview });
  const digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
  shortcut("Grains", digits, "relabel: 0 unidentified, 1 … 9 the known species", (digit) => {
    const choice = choices().find((each) => each.digit === digit);
    if (choice) review(choice.request);
  }, { isActive: mayReview, shown: "0 … 9" });
  shortcut("Grains", ["x"], "reject: no grain, or must not count", () => review({ action: "reject" }), { isActive: mayReview });
  shortcut("Grains", ["u"], "undo the last review of the grain", () => review({ action: "undo" }), { isActive: mayReview });
  describeKeys("Grains", "← ↑ → ↓", "choose in the list when it has the focus");
}
