import { exchange, get, patch, path, post } from "./api.js";
import { byId, cell, element, options, setText, swatch } from "./dom.js";
import { percent, plural, significant, time } from "./format.js";
import { attempt, note } from "./messages.js";
import { showSample, startSample } from "./sample.js";
import { current, kept, listen, publish, speciesColour } from "./state.js";
import { Viewer } from "./viewer.js";

/** All slides, and one of them with its counts and its map. */

const exportsOf = [["grains-csv", "grains (CSV)"], ["counts-csv", "counts (CSV)"], ["json", "everything (JSON)"], ["report", "report (page)"]];

let viewer;
let isVisible = false;
/** The slide and number of captures that the map was drawn of. */
let mapOf = null;
/** Of slides that are about to be asked for again. */
const timers = new Map();

export function startSlides() {
  startSample();
  viewer = new Viewer(byId("map-viewer"), "Map of the slide", { hasScale: false, hasLabels: false });
  byId("current-slide").addEventListener("change", (event) => choose(event.target.value));
  byId("slide-form").addEventListener("submit", (event) => {
    event.preventDefault();
    make();
  });
  byId("slide-change").addEventListener("submit", (event) => {
    event.preventDefault();
    change();
  });
  byId("map-refresh").addEventListener("click", () => drawMap(true));
  listen("slides", list);
  listen("slide", () => { list(); detail(); });
  listen("counts", counts);
  listen("status", () => current("counts") && counts());
}

export async function refreshSlides() {
  const slides = await get("/v1/slides");
  publish("slides", slides);
  const wanted = current("slide") ?? kept.get("slide", null);
  if (slides.some(({ name }) => name === wanted)) {
    if (current("slide") !== wanted) publish("slide", wanted);
  } else {
    publish("slide", slides.at(-1)?.name ?? null);
  }
  await refreshCounts();
}

/** @param {object} summary of a slide that was made or changed */
export function slideChanged(summary) {
  const slides = current("slides") ?? [];
  const at = slides.findIndex(({ name }) => name === summary.name);
  publish("slides", at < 0 ? [...slides, summary] : slides.with(at, summary));
  if (!current("slide")) choose(summary.name);
}

/** Summaries and counts with densities come from the daemon; an event only says that they changed. */
export function countsChanged(name) {
  clearTimeout(timers.get(name));
  timers.set(name, setTimeout(() => refreshSlide(name).catch(() => {}), 400));
}

async function refreshSlide(name) {
  timers.delete(name);
  slideChanged(await get(path("slides", name)));
  if (name === current("slide")) await refreshCounts();
}

export function showSlides(visible) {
  isVisible = visible;
  showSample(visible);
  if (visible) detail();
}

function choose(name) {
  kept.set("slide", name);
  if (name !== current("slide")) publish("slide", name);
}

async function refreshCounts() {
  const name = current("slide");
  if (!name) return;
  let answer;
  try {
    answer = await get(`${path("slides", name, "counts")}?until_precision=0.1`);
  } catch (error) {
    if (error.kind !== "not-counted") throw error;
    // Nothing seen is not nothing there: no zeros.
    answer = { slide: name, uncounted: error.message };
  }
  if (name === current("slide")) publish("counts", answer);
}

function list() {
  const slides = current("slides") ?? [];
  const chosen = current("slide");
  options(byId("current-slide"), slides.length > 0 ? slides.map(({ name }) => ({ value: name, label: name })) : [{ value: "", label: "none yet" }], chosen ?? "");
  byId("slide-rows").replaceChildren(...slides.toReversed().map((slide) => {
    const isChosen = slide.name === chosen;
    const button = element("button", { type: "button", class: "as-link", onclick: () => choose(slide.name) }, slide.name + (slide.pictures === "here" ? "" : ` (pictures ${slide.pictures})`));
    if (isChosen) button.setAttribute("aria-current", "true");
    const name = element("th", { scope: "row" }, button, slide.note ? element("div", { class: "muted" }, slide.note) : null);
    return element("tr", { class: isChosen ? "chosen" : null }, name, cell(String(slide.captures), true), cell(String(slide.grains ?? "–"), true), cell(String(slide.unidentified ?? "–"), true));
  }));
  const summary = slides.find(({ name }) => name === chosen);
  if (summary) facts(summary);
}

/** What is written in a form stays until it is saved. */
function fill(input, value) {
  const text = value === null ? "" : String(value);
  if (document.activeElement !== input && input.dataset.filled !== text) {
    input.value = text;
    input.dataset.filled = text;
  }
}

function facts(summary) {
  byId("slide-detail").hidden = false;
  setText(byId("slide-title"), summary.name);
  setText(byId("slide-run"), [`made ${time(summary.created_at)}`, summary.run ? `run ${summary.run.id}, lens ${summary.run.lens}` : "not analysed"].join(" · "));
  fill(byId("change-note"), summary.note);
  fill(byId("change-volume"), summary.sampled_volume_m3);
  fill(byId("change-area"), summary.deposit_area_mm2);
  byId("slide-exports").replaceChildren("Export:", ...exportsOf.map(([format, label]) =>
    element("a", { href: path("slides", summary.name, "export", format), download: "" }, label)));
}

function detail() {
  const name = current("slide");
  byId("slide-detail").hidden = !name;
  if (!name || !isVisible) return;
  if (current("counts")?.slide !== name) refreshCounts().catch((error) => note(byId("map-message"), error.message, "bad"));
  drawMap(false);
}

function counts() {
  const answer = current("counts");
  if (!answer) return;
  byId("count-doubts").replaceChildren(...(answer.uncounted ? [answer.uncounted] : answer.doubts).map((text) => element("li", {}, text)));
  if (answer.uncounted) {
    byId("count-rows").replaceChildren(element("tr", {}, element("td", { colSpan: 8 }, "not counted")));
    setText(byId("count-remarks"), "");
    return;
  }
  const rows = answer.species.map((each) => element("tr", {},
    element("th", { scope: "row" }, swatch(speciesColour(each.key)), element("span", { class: "species" }, each.species)),
    cell(String(each.grains), true), cell(each.confirmed > 0 ? `${each.confirmed} (${percent(each.confirmed_share)})` : "0", true), cell(String(each.doubtful), true),
    cell(significant(each.density_per_cm2), true), cell(interval(each.density_low_per_cm2, each.density_high_per_cm2), true),
    cell(each.concentration_per_m3 === null ? "–" : `${significant(each.concentration_per_m3)} (${interval(each.concentration_low_per_m3, each.concentration_high_per_m3)})`, true),
    cell(each.more_fields === null ? "–" : String(each.more_fields), true)));
  const plain = (name, count, className) => element("tr", { class: className }, element("th", { scope: "row" }, name), cell(String(count), true), element("td", { colSpan: 6 }));
  byId("count-rows").replaceChildren(...rows, plain("all species", answer.total, "total"), plain("unidentified", answer.unidentified, null));
  const area = answer.area_examined_cm2 === null ? "area unknown" : `${significant(answer.area_examined_cm2)} cm² examined`;
  const parts = [`${plural(answer.captures, "capture")}, ${plural(answer.fields, "field")}, ${area}`];
  if (answer.doubles > 0) parts.push(`${answer.doubles} seen before and not counted again`);
  if (answer.rejected > 0) parts.push(`${answer.rejected} rejected`);
  if (answer.captures_not_vouched_for > 0) parts.push(`${plural(answer.captures_not_vouched_for, "capture")} not vouched for`);
  if (answer.excluded_captures > 0) parts.push(`${plural(answer.excluded_captures, "capture")} left out`);
  parts.push(...new Set(answer.species.map((each) => each.remark).filter(Boolean)));
  setText(byId("count-remarks"), parts.join(" · "));
  if (isVisible) drawMap(false);
}

const interval = (low, high) => (low === null || high === null ? "–" : `${significant(low)} – ${significant(high)}`);

function make() {
  const form = byId("slide-form");
  attempt(form.querySelector(".message"), async () => {
    const name = byId("slide-name").value;
    const text = byId("slide-note").value;
    const summary = await post("/v1/slides", text === "" ? { name } : { name, note: text });
    form.reset();
    slideChanged(summary);
    choose(summary.name);
    return `slide ${summary.name} made`;
  }, form.querySelector("button"));
}

function change() {
  const form = byId("slide-change");
  attempt(form.querySelector(".message"), async () => {
    const name = current("slide");
    const body = { note: byId("change-note").value };
    for (const [id, key] of [["change-volume", "sampled_volume_m3"], ["change-area", "deposit_area_mm2"]]) {
      // They follow from a sample where there is one.
      const value = byId(id).disabled ? NaN : byId(id).valueAsNumber;
      if (!Number.isNaN(value)) body[key] = value;
    }
    slideChanged(await patch(path("slides", name), body));
    countsChanged(name);
    return "saved";
  }, form.querySelector("button"));
}

/** @param {boolean} again whether nothing new is no reason to leave it */
async function drawMap(again) {
  const name = current("slide");
  const captures = current("slides")?.find((slide) => slide.name === name)?.captures ?? 0;
  const key = `${name} ${captures}`;
  if (!again && key === mapOf) return;
  const isOther = !mapOf?.startsWith(`${name} `);
  mapOf = key;
  const message = byId("map-message");
  if (isOther) viewer.setPicture(0, null);
  viewer.setNotice("");
  if (captures === 0) {
    note(message, "no captures yet");
    return;
  }
  note(message, "being drawn …");
  try {
    const [response, placements] = await Promise.all([exchange("GET", path("slides", name, "map")), get(path("slides", name, "fields"))]);
    if (mapOf !== key) return;
    viewer.setPicture(0, { bitmap: await createImageBitmap(await response.blob()), label: "Map of the slide", isSynthesised: false, nmPerPixel: null, covers: [0, 0, 1, 1] });
    note(message, placements.remarks.join(" · "));
  } catch (error) {
    if (error.isUnreachable) mapOf = null;
    note(message, error.message, "bad");
  }
}
