import { get } from "./api.js";
import { byId, cell, element } from "./dom.js";
import { bytes, clock, duration, plural, scale, time } from "./format.js";
import { current, listen, publish } from "./state.js";

/** What the daemon says of itself, and its log. */

const levels = ["notice", "warning", "error"];
const logLimit = 300;
let isVisible = false;

export function startHealth() {
  for (const key of ["status", "session", "connection", "reanalysis"]) listen(key, facts);
  listen("logs", list);
  byId("log-level").addEventListener("change", list);
  byId("show-links").addEventListener("click", () => showLinks(byId("page-links")));
}

export function showHealth(visible) {
  isVisible = visible;
  if (!visible) return;
  byId("page-links").replaceChildren();
  get("/v1/status").then((status) => publish("status", status)).catch(() => {});
  facts();
  list();
}

export async function refreshLog() { publish("logs", await get("/v1/log?limit=100")); }

export function logged(line) { publish("logs", [...(current("logs") ?? []), line].slice(-logLimit)); }

/** Addresses that open the page elsewhere are secrets: they are only shown when asked for. */
async function showLinks(node) {
  try {
    const { change, read } = await get("/v1/page");
    node.replaceChildren(...[["to look and change", change], ["to look only", read]].flatMap(([name, address]) =>
      [element("dt", {}, name), element("dd", {}, element("code", {}, address))]));
  } catch (error) {
    node.replaceChildren(element("dt", {}, "addresses"), element("dd", {}, error.message));
  }
}

function facts() {
  const status = current("status");
  if (!isVisible || !status) return;
  const { camera, lens, queue, store } = status;
  const session = current("session");
  const reanalysis = current("reanalysis");
  const cards = [
    ["Daemon", [["version", status.version], ["up", duration(status.uptime_seconds)], ["connection", current("connection") ?? "–"],
      ["signed in as", session ? `${session.user}, ${session.may_change ? "may change" : "may only read"}` : "–"]]],
    ["Camera", [["source", camera.source], ["state", camera.reason ? `${camera.state}: ${camera.reason}` : camera.state],
      ["mode", camera.mode ? `${camera.mode.width} × ${camera.mode.height}, ${camera.mode.format}` : "–"],
      ["scale", camera.nm_per_pixel ? scale(camera.nm_per_pixel) : "unknown"], ["objective", camera.objective ?? "–"]]],
    ["Lens", [["name", lens.name ?? "none"], ["state", lens.reason ? `${lens.state}: ${lens.reason}` : lens.state],
      ["species", lens.species.map(({ name }) => name).join(", ") || "–"], ["digest", lens.digest?.slice(0, 12) ?? "–"]]],
    ["Queue and store", [["waiting", String(queue.pending)], ["in work", String(queue.running)],
      ["stored", `${plural(store.slides, "slide")}, ${plural(store.captures, "capture")}`], ["size", bytes(store.bytes)],
      ["free", store.free_bytes === null ? "–" : `${bytes(store.free_bytes)}${store.captures_left === null ? "" : `, some ${plural(store.captures_left, "capture")}`}${store.is_nearly_full ? ": make room" : ""}`],
      ...(reanalysis ? [["reanalysis", `${reanalysis.slide}: ${reanalysis.state}, ${reanalysis.done} of ${reanalysis.total}`]] : [])]],
  ];
  byId("health-facts").replaceChildren(...cards.map(([title, rows]) => element("section", { class: "card" }, element("h2", {}, title),
    element("dl", { class: "facts" }, ...rows.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])))));
}

function list() {
  if (!isVisible) return;
  const least = levels.indexOf(byId("log-level").value);
  const lines = (current("logs") ?? []).filter(({ level }) => levels.indexOf(level) >= least).toReversed();
  byId("log-rows").replaceChildren(...lines.map(({ at, level, message, detail }) => element("tr", { dataset: { level } },
    element("td", { title: time(at) }, clock(at)), element("td", { class: "level" }, level),
    cell(element("span", {}, message, " ", element("span", { class: "muted" }, Object.entries(detail ?? {}).map(([key, value]) => `${key}=${value}`).join(" ")))))));
}
