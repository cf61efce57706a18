import { exchange, get } from "./api.js";
import { byId, cell, element, options, setText, swatch } from "./dom.js";
import { percent, plural, significant } from "./format.js";
import { note } from "./messages.js";
import { listen, speciesColour } from "./state.js";

/** Daily values of a trap, day after day and year after year. */

const formats = [["report", "page to sign"], ["csv", "days and species (CSV)"], ["aerobiology", "AeRobiology (CSV)"], ["svg", "plots (SVG)"]];
const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

let isShown = false;
/** @type {{station: string, trap_name: string}[]} */
let traps = [];
/** Answers that come late are of another question. */
let asked = 0;

export function startSeason() {
  options(byId("season-month"), months.map((label, index) => ({ value: String(index + 1), label })), "1");
  byId("season-form").addEventListener("change", () => refresh());
  byId("season-form").addEventListener("submit", (event) => event.preventDefault());
  listen("counts", () => refresh());
  listen("slides", () => refresh());
}

export function showSeason(visible) {
  isShown = visible;
  if (visible) refresh();
}

function query() {
  const trap = traps[Number(byId("season-trap").value)];
  const parameters = new URLSearchParams();
  if (trap) {
    parameters.set("station", trap.station);
    parameters.set("trap_name", trap.trap_name);
  }
  for (const [key, id] of [["from", "season-from"], ["to", "season-to"]]) if (byId(id).value) parameters.set(key, byId(id).value);
  if (byId("season-month").value !== "1") parameters.set("first_month", byId("season-month").value);
  return parameters;
}

async function refresh() {
  if (!isShown) return;
  const turn = ++asked;
  const message = byId("season-message");
  try {
    traps = await get("/v1/traps");
    byId("season-none").hidden = traps.length > 0;
    for (const id of ["season-form", "season-result"]) byId(id).hidden = traps.length === 0;
    if (traps.length === 0) return;
    options(byId("season-trap"), traps.map(({ station, trap_name: name, slides }, index) => ({ value: String(index), label: `${[station, name].filter(Boolean).join(", ")} (${plural(slides, "slide")})` })));
    const parameters = query();
    const [season, picture] = await Promise.all([
      get(`/v1/season?${parameters}`), exchange("GET", `/v1/season/svg?${parameters}`).then((response) => response.text()),
    ]);
    if (turn !== asked) return;
    note(message, "");
    show(season, parameters);
    const plots = new DOMParser().parseFromString(picture, "image/svg+xml").documentElement;
    plots.removeAttribute("width");
    plots.removeAttribute("height");
    byId("season-plots").replaceChildren(document.importNode(plots, true));
  } catch (error) {
    if (turn === asked) note(message, error.message, "bad");
  }
}

function show(season, parameters) {
  byId("season-exports").replaceChildren("Save:", ...formats.map(([format, label]) =>
    element("a", { href: `/v1/season/${format}?${parameters}`, download: `season.${{ report: "html", svg: "svg" }[format] ?? "csv"}` }, label)));
  const taxa = season.taxa.filter(({ seasons }) => seasons.some(({ integral }) => integral > 0));
  const valued = season.days.filter(({ missing }) => missing === null);
  setText(byId("season-fact"), `${plural(valued.length, "day")} with a value, ${season.time_zone}`);
  byId("season-remarks").replaceChildren(...season.remarks.map((text) => element("li", {}, text)));
  byId("season-years").replaceChildren(...taxa.flatMap((taxon) => taxon.seasons.map((year) => element("tr", {},
    element("th", { scope: "row" }, swatch(speciesColour(taxon.key)), element("span", { class: "species" }, taxon.species)),
    cell(year.year), cell(significant(year.integral), true), cell(year.peak_date ?? "–"), cell(significant(year.peak_per_m3), true), cell(year.begins ?? "–"), cell(year.ends ?? "–")))));
  byId("season-heads").replaceChildren(...["day", "slides"].map((text) => element("th", { scope: "col" }, text)),
    ...["examined", ...taxa.map(({ species }) => species)].map((text) => element("th", { scope: "col", class: "number" }, text)));
  byId("season-days").replaceChildren(...season.days.toReversed().map((day) => row(day, taxa)));
  const missing = season.years.flatMap(({ missing_dates: dates }) => dates);
  setText(byId("season-missing"), missing.length > 0 ? `No value: ${missing.join(", ")}` : "");
}

function row(day, taxa) {
  const head = [element("th", { scope: "row", title: day.doubts.join("; ") || null }, day.date, day.doubts.length > 0 ? element("span", { class: "doubtful" }, " ?") : null), cell(day.slides.join(", "))];
  if (day.missing !== null) return element("tr", {}, ...head, element("td", { colSpan: taxa.length + 1, class: "muted" }, day.missing));
  return element("tr", {}, ...head, cell(percent(day.examined_share, 1), true), ...taxa.map(({ key }) => {
    const value = day.values.find((each) => each.key === key);
    return cell(value ? `${significant(value.per_m3)} (${significant(value.low_per_m3)} – ${significant(value.high_per_m3)})` : "0", true);
  }));
}
