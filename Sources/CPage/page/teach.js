import { get, path, post, remove } from "./api.js";
import { byId, cell, element, setText } from "./dom.js";
import { duration, fixed, plural, time } from "./format.js";
import { attempt, say } from "./messages.js";
import { applyPermission } from "./permission.js";
import { current, listen, publish } from "./state.js";

/** Lenses that are taught from labels: begun, followed, looked at. */

/** Number of the teaching that is looked at; null for none. */
let chosen = null;
let isShown = false;
/** When the curve was last asked for. */
let askedAt = 0;
const curveEvery = 5000;

export function startTeach() {
  byId("teach-form").addEventListener("submit", (event) => {
    event.preventDefault();
    begin();
  });
  listen("teachings", list);
  listen("slides", offer);
}

export async function refreshTeachings() {
  publish("teachings", await get("/v1/teachings"));
  if (chosen) await look(chosen);
}

export function showTeach(is) {
  isShown = is;
  if (is && chosen) look(chosen).catch((error) => say(error.message, "bad"));
}

export function teachingChanged(job) {
  const jobs = current("teachings") ?? [];
  const at = jobs.findIndex(({ id }) => id === job.id);
  const before = jobs[at];
  publish("teachings", at < 0 ? [...jobs, job] : jobs.with(at, job));
  if (before && before.state !== job.state) {
    if (job.state === "done") say(`The lens ${job.name} is taught`);
    if (job.state === "failed") say(`Teaching ${job.name} failed: ${job.message}`, "bad");
  }
  if (job.id !== chosen || !isShown) return;
  const isDue = performance.now() - askedAt > curveEvery || before?.state !== job.state;
  if (isDue) look(job.id).catch(() => {}); else detail({ ...job, curve: shown?.curve ?? [] });
}

/** Slides to learn from and to hold out, each with what is finished unknown until it is asked: the daemon says what lacks. */
function offer(slides) {
  for (const [id, kept] of [["teach-slides", chosenOf("teach-slides")], ["teach-held-out", chosenOf("teach-held-out")]]) {
    byId(id).replaceChildren(...slides.map(({ name }) => element("option", { value: name, selected: kept.includes(name) }, name)));
  }
}

const chosenOf = (id) => [...byId(id).selectedOptions].map(({ value }) => value);

function begin() {
  const form = byId("teach-form");
  attempt(form.querySelector(".message"), async () => {
    const body = { name: byId("teach-name").value.trim(), slides: chosenOf("teach-slides"), steps: byId("teach-steps").valueAsNumber };
    const heldOut = chosenOf("teach-held-out");
    if (heldOut.length > 0) body.held_out = heldOut;
    if (byId("teach-random").checked) body.from = "random";
    if (byId("teach-parts").checked) body.learning_curve = true;
    const job = await post("/v1/teachings", body);
    chosen = job.id;
    teachingChanged(job);
    await look(job.id);
    return `teaching ${job.id} begun`;
  }, form.querySelector("button"));
}

function list(jobs) {
  const rows = byId("teach-rows");
  const focused = rows.contains(document.activeElement) ? document.activeElement.dataset.act : null;
  byId("teach-empty").hidden = jobs.length > 0;
  rows.replaceChildren(...jobs.toReversed().map(row));
  applyPermission(rows);
  if (focused) (rows.querySelector(`[data-act="${CSS.escape(focused)}"]`) ?? rows.querySelector("button"))?.focus();
}

const isRunning = ({ state }) => ["preparing", "training", "judging"].includes(state);
const slidesOf = (job, isHeldOut) => job.slides.filter((each) => each.is_held_out === isHeldOut).map(({ slide, fields }) => `${slide} (${plural(fields, "field")})`).join(", ");

function row(job) {
  const act = (verb, label, run) => element("button", {
    type: "button", dataset: { change: "", act: `${job.id} ${verb}` }, "aria-label": `${label} the teaching of ${job.name}`, onclick: run,
  }, label);
  const ask = (verb) => () => change(job, verb);
  const acts = isRunning(job) ? [act("stop", "Stop", ask("stop"))]
    : [...(job.state === "done" ? [] : [act("resume", "Go on", ask("resume"))]), act("delete", "Delete", () => discard(job))];
  const progress = element("span", {}, `${job.done}${job.steps ? ` of ${job.steps}` : ""} `);
  if (job.steps) progress.append(element("progress", { max: job.steps, value: job.done, "aria-label": `steps of ${job.name}` }));
  const f1 = job.result?.taught.species.at(-1)?.f1?.value;
  return element("tr", {},
    element("th", { scope: "row" }, element("button", {
      type: "button", class: "quiet", dataset: { act: `${job.id} show` }, "aria-pressed": String(job.id === chosen), onclick: () => choose(job.id),
    }, job.name), element("div", { class: "muted" }, `begun ${time(job.begun_at)}`)),
    element("td", {}, element("span", { class: `state-${job.state}` }, job.state), element("div", { class: "muted" }, job.message === job.state ? "" : job.message)),
    cell(progress), cell(isRunning(job) ? duration(job.seconds_left) : "–", true), cell(fixed(f1, 3), true),
    cell(slidesOf(job, false)), cell(slidesOf(job, true)), cell(element("div", { class: "row" }, ...acts)));
}

function choose(id) {
  chosen = id;
  list(current("teachings") ?? []);
  look(id).catch((error) => say(error.message, "bad"));
}

function change(job, verb) {
  return attempt(byId("teach-message"), async () => {
    teachingChanged(await post(path("teachings", job.id, verb)));
    return `${job.name}: ${verb}`;
  });
}

function discard(job) {
  if (!confirm(`Delete the teaching of ${job.name}, with its pictures and checkpoints? A lens that came of it stays.`)) return;
  attempt(byId("teach-message"), async () => {
    await remove(path("teachings", job.id));
    if (chosen === job.id) {
      chosen = null;
      byId("teach-detail").hidden = true;
    }
    publish("teachings", (current("teachings") ?? []).filter(({ id }) => id !== job.id));
    return `teaching of ${job.name} deleted`;
  });
}

// MARK: One of them

let shown = null;

async function look(id) {
  askedAt = performance.now();
  const job = await get(path("teachings", id));
  if (id === chosen) detail(job);
}

function detail(job) {
  shown = job;
  byId("teach-detail").hidden = false;
  setText(byId("teach-title"), `Lens ${job.name}`);
  byId("teach-curve").replaceChildren(curve(job));
  byId("teach-remarks").replaceChildren(...[...job.remarks, ...(job.problem ? [`${job.problem.detail}: ${job.problem.hint}`] : [])].map((text) => element("li", {}, text)));
  const facts = [
    ["starts from", job.start], ["taught from", slidesOf(job, false)], ["held out", slidesOf(job, true)],
    ["grains", job.species.map((each) => `${each.species}: ${each.grains_taught} to learn from, ${each.grains_held_out} held out`).join("; ")],
    ["loss", fixed(job.loss ?? job.curve.at(-1)?.loss, 4)], ["left", isRunning(job) ? duration(job.seconds_left) : null],
    ["to count with it", job.lens_digest ? "activate it under Lenses" : null],
  ];
  byId("teach-facts").replaceChildren(...facts.filter(([, text]) => text).map(([name, text]) => element("div", {}, element("dt", {}, name), element("dd", {}, text))));
  const share = (value) => (value ? `${fixed(value.value, 2)} (${fixed(value.low, 2)}–${fixed(value.high, 2)})` : "–");
  const scores = (figures, which) => (figures?.species ?? []).map((score) => element("tr", {},
    element("th", { scope: "row" }, score.species), cell(which), cell(String(score.actual), true), cell(String(score.counted), true),
    cell(share(score.precision), true), cell(share(score.recall), true), cell(share(score.f1), true)));
  byId("teach-figures").hidden = !job.result;
  const fewer = (job.result?.learning_curve ?? []).slice(0, -1).flatMap((part) => scores(part, `from ${plural(part.fields, "field")}`));
  byId("teach-scores").replaceChildren(...scores(job.result?.taught, "this lens"), ...fewer, ...scores(job.result?.before, `in force (${job.result?.before?.lens})`));
}

/** The loss over the steps. */
function curve(job) {
  const space = "http://www.w3.org/2000/svg";
  const draw = (tag, attributes, text) => {
    const node = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    if (text) node.textContent = text;
    return node;
  };
  const [width, height, left, bottom] = [480, 160, 44, 20];
  const points = job.curve;
  const last = points.at(-1);
  const words = last ? `Loss ${fixed(points[0].loss, 3)} at step ${points[0].step}, ${fixed(last.loss, 3)} at step ${last.step}` : "No loss yet";
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words, class: "curve" });
  const top = Math.max(...points.map(({ loss }) => loss), 1e-9) * 1.05;
  const end = Math.max(job.steps ?? 0, last?.step ?? 0, 1);
  const x = (step) => left + (step / end) * (width - left - 6);
  const y = (loss) => 6 + (1 - loss / top) * (height - bottom - 6);
  svg.append(draw("path", { d: `M${left} 6V${height - bottom}H${width - 6}`, class: "axis" }));
  if (last) {
    svg.append(
      draw("text", { x: left - 4, y: 14, "text-anchor": "end" }, fixed(top, 2)), draw("text", { x: left - 4, y: height - bottom, "text-anchor": "end" }, "0"),
      draw("text", { x: width - 6, y: height - 5, "text-anchor": "end" }, `step ${end}`),
      draw("path", { d: points.map(({ step, loss }, index) => `${index ? "L" : "M"}${x(step).toFixed(1)} ${y(loss).toFixed(1)}`).join(""), class: "line" }));
  }
  return svg;
}
