import { get, path, post, remove } from "./api.js";
import { byId, cell, element, options, setText } from "./dom.js";
import { bytes, plural, time } from "./format.js";
import { attempt, say } from "./messages.js";
import { applyPermission } from "./permission.js";
import { current, listen, publish } from "./state.js";

/** The library of lenses: which there are, what is known of them, which one counts. */

/** Digest of the lens whose card is shown; null for none. */
let chosen = null;
const forAll = "";

export function startLenses() {
  listen("lenses", list);
  listen("slides", offer);
  byId("lens-previous").addEventListener("click", (event) => activate("previous", "what was in force before", event.target));
  byId("lens-default").addEventListener("click", (event) => activate("default", "the default", event.target));
}

export async function refreshLenses() {
  publish("lenses", await get("/v1/lenses"));
  if (chosen) await look(chosen);
}

export function showLenses(is) {
  if (is) refreshLenses().catch((error) => say(error.message, "bad"));
}

/** A lens was put in force, by whomever. */
export function lensActivated({ lens, slide }) {
  say(`${lens ?? "The default lens"} counts ${slide ? `the slide ${slide}` : "from now on"}`);
  refreshLenses().catch(() => {});
}

const offer = (slides) => options(byId("lens-slide"), [{ value: forAll, label: "all slides" }, ...slides.map(({ name }) => ({ value: name, label: name }))]);

function list(lenses) {
  const rows = byId("lens-rows");
  const focused = rows.contains(document.activeElement) ? document.activeElement.dataset.act : null;
  byId("lenses-empty").hidden = lenses.length > 0;
  rows.replaceChildren(...lenses.map(row));
  applyPermission(rows);
  if (focused) (rows.querySelector(`[data-act="${CSS.escape(focused)}"]`) ?? rows.querySelector("button"))?.focus();
}

const missing = ({ files }) => files.filter((file) => file.bytes === null).map(({ name }) => name);
const place = (lens) => [...(lens.is_in_force ? ["all slides"] : []), ...lens.slides].join(", ") || "–";
const came = (lens) => (lens.origin === "configured" ? "configured" : `${lens.origin} ${time(lens.at)}`);

function row(lens) {
  const act = (verb, label, run) => element("button", {
    type: "button", dataset: { change: "", act: `${lens.digest} ${verb}` }, "aria-label": `${label} the lens ${lens.name}`, onclick: run,
  }, label);
  const lacks = missing(lens);
  const state = lens.problem ? "cannot count" : lacks.length > 0 ? "incomplete" : place(lens);
  return element("tr", {},
    element("th", { scope: "row" }, element("button", {
      type: "button", class: "quiet", dataset: { act: `${lens.digest} show` }, "aria-pressed": String(lens.digest === chosen), onclick: () => choose(lens.digest),
    }, lens.name), element("div", { class: "muted" }, lens.digest.slice(0, 12))),
    cell(lens.species.map(({ name }) => name).join(", ")), cell(String(lens.nm_per_pixel), true),
    cell(bytes(lens.files.reduce((sum, file) => sum + (file.bytes ?? 0), 0)), true), cell(came(lens)), cell(String(lens.captures), true),
    element("td", { title: lens.problem?.detail ?? (lacks.length > 0 ? `lacks ${lacks.join(", ")}` : null) }, state),
    cell(element("div", { class: "row" }, act("activate", "Activate", (event) => activate(lens.digest, lens.name, event.target)),
      ...(lens.origin === "configured" ? [] : [act("delete", "Delete", () => discard(lens))]))));
}

function choose(digest) {
  chosen = digest;
  list(current("lenses") ?? []);
  look(digest).catch((error) => say(error.message, "bad"));
}

function activate(name, words, button) {
  const slide = byId("lens-slide").value;
  attempt(byId("lenses-message"), async () => {
    const result = await post(path("lenses", name, "activate"), slide === forAll ? {} : { slide });
    await refreshLenses();
    byId("lens-others").replaceChildren(...result.slides.map((other) => element("li", {},
      `${other.slide}: ${plural(other.fields, "field")} counted by ${other.lenses.join(", ")} – `,
      element("code", {}, `neurallens reanalyse --slide "${other.slide}" --lens ${result.lens_digest.slice(0, 12)}`))));
    byId("lens-others-card").hidden = result.slides.length === 0;
    const more = result.slides_in_all - result.slides.length;
    setText(byId("lens-others-more"), more > 0 ? `and ${plural(more, "older slide")}` : "");
    return `${words}: ${result.lens} counts ${slide === forAll ? "all slides that have no lens of their own" : slide}`;
  }, button);
}

function discard(lens) {
  if (!confirm(`Delete the lens ${lens.name}? What it counted stays.`)) return;
  attempt(byId("lenses-message"), async () => {
    await remove(path("lenses", lens.digest));
    if (chosen === lens.digest) {
      chosen = null;
      byId("lens-detail").hidden = true;
    }
    await refreshLenses();
    return `the lens ${lens.name} is deleted`;
  });
}

async function look(digest) {
  let details;
  try {
    details = await get(path("lenses", digest));
  } catch (error) {
    chosen = null;
    byId("lens-detail").hidden = true;
    throw error;
  }
  if (digest !== chosen) return;
  byId("lens-detail").hidden = false;
  setText(byId("lens-name"), `Lens ${details.lens.name}`);
  setText(byId("lens-card"), details.card);
  byId("lens-activations").replaceChildren(...details.activations.map((each) => element("li", {},
    `activated ${time(each.at)} for ${each.slide ?? "all slides"} by ${each.by}`)));
}
