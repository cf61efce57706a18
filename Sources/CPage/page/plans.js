import { get, path, post } from "./api.js";
import { byId, cell, element, setText } from "./dom.js";
import { clock, duration, percent, plural, time } from "./format.js";
import { attempt, say } from "./messages.js";
import { applyPermission, block } from "./permission.js";
import { current, listen, publish } from "./state.js";

/** Time-lapse and capture plans. */

export function startPlans() {
  byId("plan-form").addEventListener("submit", (event) => {
    event.preventDefault();
    make();
  });
  listen("plans", list);
  const offer = () => {
    const slide = current("slide");
    setText(byId("plan-slide"), slide ?? "–");
    block(byId("plan-form").querySelector("button"), slide ? "" : "make or choose a slide first");
  };
  listen("slide", offer);
  offer();
}

export async function refreshPlans() { publish("plans", await get("/v1/plans")); }

export function planChanged(plan) {
  const plans = current("plans") ?? [];
  const at = plans.findIndex(({ id }) => id === plan.id);
  const before = plans[at];
  publish("plans", at < 0 ? [...plans, plan] : plans.with(at, plan));
  if (before?.state === "running" && ["done", "failed"].includes(plan.state)) {
    say(`Plan for ${plan.slide} ${plan.state}${plan.reason ? `: ${plan.reason}` : ""}`, plan.state === "failed" ? "bad" : "info");
  }
  if (before && plan.missed > before.missed) say(`Plan for ${plan.slide}: ${plural(plan.missed, "slot")} missed`, "warn");
}

function make() {
  const form = byId("plan-form");
  attempt(form.querySelector(".message"), async () => {
    const body = { slide: current("slide"), interval_seconds: byId("plan-interval").valueAsNumber };
    const ends = { count: byId("plan-count").valueAsNumber, until_grains: byId("plan-grains").valueAsNumber, until_precision: byId("plan-precision").valueAsNumber / 100 };
    for (const [key, value] of Object.entries(ends)) if (!Number.isNaN(value)) body[key] = value;
    const plan = await post("/v1/plans", body);
    planChanged(plan);
    return `plan for ${plan.slide} begun`;
  }, form.querySelector("button"));
}

function list(plans) {
  const rows = byId("plan-rows");
  const focused = rows.contains(document.activeElement) ? document.activeElement.dataset.act : null;
  byId("plans-empty").hidden = plans.length > 0;
  const order = ["running", "paused"];
  const sorted = plans.toSorted((a, b) => Number(order.includes(b.state)) - Number(order.includes(a.state)) || b.created_at.localeCompare(a.created_at));
  rows.replaceChildren(...sorted.map(row));
  applyPermission(rows);
  if (focused) (rows.querySelector(`[data-act="${CSS.escape(focused)}"]`) ?? rows.querySelector("button"))?.focus();
}

function row(plan) {
  const ends = [plan.count && plural(plan.count, "field"), plan.until_grains && plural(plan.until_grains, "grain"), plan.until_precision && `${percent(plan.until_precision)} precision`].filter(Boolean);
  const taken = element("span", {}, plan.count ? `${plan.taken} of ${plan.count} ` : String(plan.taken));
  if (plan.count) taken.append(element("progress", { max: plan.count, value: plan.taken, "aria-label": `captures taken for ${plan.slide}` }));
  const act = (verb, label) => element("button", {
    type: "button", dataset: { change: "", act: `${plan.id} ${verb}` }, "aria-label": `${label} the plan for ${plan.slide}`, onclick: () => change(plan, verb),
  }, label);
  const acts = { running: [act("pause", "Pause"), act("cancel", "Cancel")], paused: [act("resume", "Resume"), act("cancel", "Cancel")] }[plan.state] ?? [];
  return element("tr", {}, element("th", { scope: "row" }, plan.slide, element("div", { class: "muted" }, `begun ${time(plan.created_at)}`)),
    element("td", {}, element("span", { class: `state-${plan.state}` }, plan.state), plan.reason ? element("div", { class: "muted" }, plan.reason) : null),
    cell(taken), cell(String(plan.missed), true), cell(duration(plan.interval_seconds), true), cell(ends.join(", ") || "never"),
    cell(plan.next_at ? clock(plan.next_at) : "–"), cell(acts.length > 0 ? element("div", { class: "row" }, ...acts) : ""));
}

function change(plan, verb) {
  return attempt(byId("plan-form").querySelector(".message"), async () => {
    planChanged(await post(path("plans", plan.id, verb)));
    return `plan for ${plan.slide}: ${verb}`;
  });
}
