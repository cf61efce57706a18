import { get, patch, path, post } from "./api.js";
import { byId, cell, element, options, setText, swatch } from "./dom.js";
import { plural, significant } from "./format.js";
import { attempt, note } from "./messages.js";
import { block } from "./permission.js";
import { current, listen, publish, speciesColour } from "./state.js";

/** What a slide bears of a trap's tape, where it is examined, and its daily values. */

let isVisible = false;
/** Of the slide that is shown: `{slide, sample, plan, values}`. */
let shown = null;

const texts = [["station", "sample-station"], ["trap_name", "sample-trap-name"], ["mounting_medium", "sample-medium"], ["stain", "sample-stain"], ["prepared_by", "sample-prepared"], ["time_zone", "sample-zone"], ["day", "sample-day"], ["trap", "sample-trap"]];
const times = [["begins", "sample-begins"], ["ends", "sample-ends"]];
const numbers = [["flow_l_min", "sample-flow"], ["tape_speed_mm_h", "sample-speed"], ["deposit_width_mm", "sample-width"]];

export function startSample() {
  options(byId("sample-zones"), Intl.supportedValuesOf?.("timeZone").map((zone) => ({ value: zone, label: zone })) ?? []);
  byId("sample-form").addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  byId("sample-next").addEventListener("click", capture);
  listen("slide", () => refresh());
  listen("counts", () => refresh());
}

export function showSample(visible) {
  isVisible = visible;
  if (visible) refresh();
}

/** Nothing said, planned or examined is an answer too. */
async function orNone(work) {
  try {
    return await work;
  } catch (error) {
    if (["sample-not-found", "sample-refused", "not-counted"].includes(error.kind)) return null;
    throw error;
  }
}

async function refresh() {
  const name = current("slide");
  if (!isVisible || !name) return;
  try {
    const isStated = current("slides")?.find((slide) => slide.name === name)?.sample_date;
    const sample = isStated ? await orNone(get(path("slides", name, "sample"))) : null;
    const plan = sample?.method ? await orNone(get(path("slides", name, "sample", "plan"))) : null;
    const values = plan ? await orNone(get(path("slides", name, "sample", "values"))) : null;
    if (name !== current("slide")) return;
    const isOther = shown?.slide !== name;
    shown = { slide: name, sample, plan, values };
    fill(isOther);
    showPlan();
    showValues();
  } catch (error) {
    note(byId("sample-form").querySelector(".message"), error.message, "bad");
  }
}

/** What is typed stays until it is saved. */
function set(id, value, isOther) {
  const input = byId(id);
  const text = value === null || value === undefined ? "" : String(value);
  if (isOther || (document.activeElement !== input && input.dataset.filled !== text)) input.value = text;
  input.dataset.filled = text;
}

function fill(isOther) {
  const { sample } = shown;
  for (const [key, id] of texts) set(id, sample?.[key] ?? { time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone, trap: "burkard" }[key], isOther);
  for (const [key, id] of times) set(id, sample?.[key].slice(0, 16), isOther);
  for (const [key, id] of numbers) set(id, sample?.[key] ?? { flow_l_min: 10, tape_speed_mm_h: 2, deposit_width_mm: 14 }[key], isOther);
  set("sample-method", sample?.method, isOther);
  set("sample-share", shown.plan ? Number((shown.plan.wanted_share * 100).toPrecision(4)) : 10, isOther);
  set("sample-count", shown.plan ? (shown.plan.bands.length || (shown.plan.method === "random" ? shown.plan.fields : null)) : null, isOther);
  setText(byId("sample-fact"), sample
    ? `${sample.date}: ${sample.part_begins.slice(0, 16)} to ${sample.part_ends.slice(0, 16)}, ${significant(sample.hours)} h, ${significant(sample.deposit_length_mm)} × ${significant(sample.deposit_width_mm)} mm, ${significant(sample.sampled_volume_m3)} m³ of air`
    : "Nothing is said of what this slide bears.");
  for (const id of ["change-volume", "change-area"]) block(byId(id), sample ? "follows from the sample" : "");
}

function save() {
  const form = byId("sample-form");
  attempt(form.querySelector(".message"), async () => {
    const name = current("slide");
    const body = {};
    const isChanged = (id) => !shown?.sample || byId(id).value !== byId(id).dataset.filled;
    for (const [key, id] of [...texts, ...times]) if (isChanged(id) && (shown?.sample || byId(id).value !== "")) body[key] = byId(id).value;
    for (const [key, id] of numbers) if (isChanged(id) && !Number.isNaN(byId(id).valueAsNumber)) body[key] = byId(id).valueAsNumber;
    const method = byId("sample-method").value;
    const hasPlan = shown?.plan && byId("sample-method").dataset.filled === method;
    const share = byId("sample-share").valueAsNumber / 100, count = byId("sample-count").valueAsNumber;
    if (method !== "") {
      if (!hasPlan) body.method = method;
      if (!Number.isNaN(share) && (!hasPlan || byId("sample-share").value !== byId("sample-share").dataset.filled)) body.share = share;
      const isCounted = !Number.isNaN(count) && method !== "whole" && byId("sample-count").value !== byId("sample-count").dataset.filled;
      if (isCounted) body[method === "random" ? "fields" : "bands"] = count;
    }
    if (Object.keys(body).length === 0) return "nothing is changed";
    await patch(path("slides", name, "sample"), body);
    publish("slides", await get("/v1/slides"));
    shown = null;
    await refresh();
    return "saved";
  }, form.querySelector("button"));
}

function showPlan() {
  const { plan } = shown;
  byId("sample-plan").hidden = !plan;
  if (!plan) return;
  const share = (value) => (value > 0 && value < 0.01 ? `${Number((value * 100).toPrecision(2))} %` : `${(value * 100).toFixed(1)} %`);
  setText(byId("sample-progress"), `${plan.taken} of ${plural(plan.fields, "planned field")} captured: ${share(plan.taken_share)} of the deposit, ${share(plan.planned_share)} planned, ${share(plan.wanted_share)} wanted`);
  byId("sample-plan").querySelector("progress").value = plan.taken / plan.fields;
  const { next } = plan;
  const move = plan.move_along_mm === null ? "" : ` · move ${signed(plan.move_along_mm)} mm along, ${signed(plan.move_across_mm)} mm across`;
  setText(byId("sample-where"), next ? `Next: field ${next.number}${next.band ? ` of band ${next.band}` : ""}, ${next.along_mm.toFixed(3)} mm along, ${next.across_mm.toFixed(3)} mm across (${next.time.slice(11, 16)})${move}` : "All planned fields are captured.");
  block(byId("sample-next"), next ? "" : "all planned fields are captured");
  byId("sample-faults").replaceChildren(...plan.faults.map((fault) => element("li", {}, fault)));
  draw(plan);
}

const signed = (value) => (value < 0 ? "−" : "+") + Math.abs(value).toFixed(3);

/** The deposit from above: time to the right, bands as far as they are captured, and where the stage goes. */
function draw(plan) {
  const drawing = byId("sample-drawing");
  const make = (tag, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  };
  const { deposit_length_mm: length, deposit_width_mm: width } = plan;
  drawing.setAttribute("viewBox", `-0.5 -0.5 ${length + 1} ${width + 1}`);
  const nodes = [make("rect", { x: 0, y: 0, width: length, height: width, class: "deposit" })];
  const isAlong = plan.method === "longitudinal";
  for (const band of plan.bands) {
    const side = (isAlong ? plan.field_across_um : plan.field_along_um) / 1000;
    const box = (share) => isAlong
      ? { x: 0, y: band.at_mm - side / 2, width: length * share, height: side }
      : { x: band.at_mm - side / 2, y: 0, width: side, height: width * share };
    nodes.push(make("rect", { ...box(1), class: "band" }), make("rect", { ...box(band.taken / band.fields), class: "band taken" }));
  }
  if (plan.next) nodes.push(make("circle", { cx: plan.next.along_mm, cy: plan.next.across_mm, r: 0.5, class: "next" }));
  drawing.replaceChildren(...nodes);
}

function capture() {
  attempt(byId("sample-message"), async () => {
    const job = await post("/v1/captures", { slide: current("slide"), count: 1, planned: true });
    publish("job", job);
    return "captured as soon as the camera gives it";
  }, byId("sample-next"));
}

function showValues() {
  const { values } = shown;
  byId("sample-values").hidden = !values;
  if (!values) return;
  const value = (each) => (each ? `${significant(each.per_m3)} (${significant(each.low_per_m3)} – ${significant(each.high_per_m3)})` : "–");
  byId("sample-rows").replaceChildren(...values.taxa.map((taxon) => element("tr", {},
    element("th", { scope: "row" }, swatch(speciesColour(taxon.key)), element("span", { class: "species" }, taxon.species)),
    cell(String(taxon.day.grains), true), cell(value(taxon.day), true))));
  const seen = values.taxa.filter((taxon) => taxon.day.grains > 0);
  const slots = seen.filter((taxon) => taxon.slots.length > 0);
  const table = byId("sample-slots");
  table.hidden = slots.length === 0;
  if (slots.length > 0) {
    table.tHead.replaceChildren(element("tr", {}, element("th", { scope: "col" }, "hours"), ...slots.map(({ species }) => element("th", { scope: "col", class: "number" }, species))));
    table.tBodies[0].replaceChildren(...slots[0].slots.map((slot, index) => element("tr", {},
      element("th", { scope: "row" }, `${slot.begins.slice(11, 16)}–${slot.ends.slice(11, 16)}`), ...slots.map((taxon) => cell(value(taxon.slots[index].value), true)))));
  }
  const lines = (steps) => steps.map((step) => element("tr", {}, element("th", { scope: "row" }, step.words), cell(step.working), cell(step.text, true)));
  const title = (text) => element("tr", {}, element("th", { scope: "rowgroup", colSpan: 3 }, text));
  byId("sample-arithmetic").replaceChildren(...lines(values.arithmetic), ...seen.flatMap((taxon) => [title(taxon.species), ...lines(taxon.arithmetic)]));
  byId("sample-doubts").replaceChildren(...values.doubts.map((text) => element("li", {}, text)));
}
