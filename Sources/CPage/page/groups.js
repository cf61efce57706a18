import { get, path, post } from "./api.js";
import { byId, element, options, setText } from "./dom.js";
import { fixed, plural } from "./format.js";
import { attempt, note } from "./messages.js";
import { applyPermission } from "./permission.js";
import { current, kept, knownSpecies, listen, publish, speciesName } from "./state.js";

/** Grains that nobody identified, grouped by likeness: a whole group is named in a stroke, and taken back in one. */

const shownCrops = 12;
/** Grains that one review may name. */
const reviewLimit = 1000;

let isVisible = false;
/** Grows with every question: what arrives for an earlier one is dropped. */
let turn = 0;
/** What was named here, the latest last: ids and species. */
const named = [];

export function startGroups() {
  byId("groups-threshold").addEventListener("change", load);
  byId("groups-undo").addEventListener("click", undo);
  listen("slide", () => { named.length = 0; ifVisible(); });
  listen("status", ({ species }, before) => { if (JSON.stringify(species) !== JSON.stringify(before?.species)) names(); });
}

export function showGroups(visible) {
  isVisible = visible;
  turn += 1;
  ifVisible();
}

function ifVisible() {
  if (isVisible) load();
}

async function load() {
  turn += 1;
  const [mine, slide] = [turn, current("slide")];
  panel();
  if (!slide) return;
  try {
    for (;;) {
      const answer = await get(`${path("slides", slide, "groups")}?timeout=2&threshold=${byId("groups-threshold").value}`);
      if (mine !== turn) return;
      if (answer.fields_done >= answer.fields) return show(answer);
      setText(byId("groups-state"), `${answer.fields_done} of ${plural(answer.fields, "field")} looked at`);
    }
  } catch (error) {
    if (mine === turn) note(byId("groups-message"), error.message, "bad");
  }
}

function panel() {
  const last = named.at(-1);
  byId("groups-undo").dataset.blocked = last ? "" : "nothing to undo";
  setText(byId("groups-undo"), last ? `Undo: ${plural(last.grains.length, "grain")} ${speciesName(last.species)}` : "Undo");
  applyPermission(byId("page-groups"));
}

function show({ grains, groups, method, remarks }) {
  setText(byId("groups-state"), grains === 0 ? "This slide has no unidentified grain." : `${plural(grains, "grain")} in ${plural(groups.length, "group")}: ${method}`);
  byId("groups-remarks").replaceChildren(...remarks.map((text) => element("li", {}, text)));
  byId("groups-list").replaceChildren(...groups.map(card));
  names();
  panel();
}

function card({ number, grains, diameter_um: diameter, smallest_um: smallest, largest_um: largest }) {
  const size = diameter === null ? "" : `, ${fixed(diameter, 1)} µm (${fixed(smallest, 1)} to ${fixed(largest, 1)})`;
  const message = element("p", { class: "message", role: "status" });
  const choice = element("select", { dataset: { change: "" }, "aria-label": `Species of group ${number}` });
  const form = element("form", { class: "row", onsubmit: (event) => { event.preventDefault(); name(grains, choice.value, message); } },
    choice, element("button", { type: "submit", dataset: { change: "" } }, `Name ${grains.length === 1 ? "it" : `all ${grains.length}`}`), message);
  return element("section", { class: "card", "aria-label": `Group ${number}` },
    element("h2", {}, `Group ${number}: ${plural(grains.length, "grain")}${size}`),
    element("div", { class: "group-crops" }, ...grains.slice(0, shownCrops).map((id) =>
      element("img", { src: path("grains", String(id), "crop"), alt: `grain ${id}`, loading: "lazy", width: 72, height: 72 }))), form);
}

function names() {
  for (const select of byId("groups-list").querySelectorAll("select")) {
    const chosen = select.options.length > 0 ? select.value : knownSpecies()[0]?.key ?? "";
    options(select, [...knownSpecies().map(({ key, name: label }) => ({ value: key, label })), { value: "", label: "new species …" }], chosen);
  }
}

const reviewer = () => {
  const who = kept.get("reviewer", "");
  return who ? { reviewer: who } : {};
};

function name(grains, chosen, message) {
  attempt(message, async () => {
    let species = chosen;
    if (!species) {
      const asked = prompt("Scientific name of the new species");
      if (!asked) return "";
      const added = await post("/v1/species", { name: asked, ...reviewer() });
      publish("status", { ...current("status"), species: [...knownSpecies().filter(({ key }) => key !== added.key), added] });
      species = added.key;
    }
    for (let from = 0; from < grains.length; from += reviewLimit) {
      const part = grains.slice(from, from + reviewLimit);
      await post("/v1/reviews", { action: "relabel", grains: part, species, note: "named as a group", ...reviewer() });
      named.push({ grains: part, species });
    }
    await load();
    return `${plural(grains.length, "grain")} named ${speciesName(species)}`;
  });
}

function undo() {
  const last = named.at(-1);
  if (!last) return;
  attempt(byId("groups-message"), async () => {
    while (last.grains.length > 0) {
      await post("/v1/reviews", { action: "undo", grains: [last.grains.at(-1)], ...reviewer() });
      last.grains.pop();
    }
    named.pop();
    await load();
    return "taken back";
  });
}
