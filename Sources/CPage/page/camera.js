import { get, path, put } from "./api.js";
import { byId, element, setText } from "./dom.js";
import { fixed, scale, words } from "./format.js";
import { attempt, note } from "./messages.js";
import { applyPermission } from "./permission.js";
import { listen } from "./state.js";

/** The camera's controls. What cannot be is said by the daemon, not guessed here. */

const form = () => byId("camera-controls");
let isVisible = false;

export function startCamera() {
  form().addEventListener("submit", (event) => event.preventDefault());
  listen("status", ({ camera }, before) => {
    const { mode } = camera;
    const size = mode ? `${mode.width} × ${mode.height}, ${mode.format}${mode.frames_per_second ? `, ${fixed(mode.frames_per_second, 0)} /s` : ""}` : "";
    const known = camera.nm_per_pixel ? `${scale(camera.nm_per_pixel)}${camera.objective ? ` (${camera.objective})` : ""}` : "scale unknown";
    setText(byId("camera-fact"), [camera.source, size, known].filter(Boolean).join(" · "));
    if (isVisible && (!before || before.camera.source !== camera.source || before.camera.state !== camera.state)) refreshCamera();
  });
}

export async function refreshCamera() {
  isVisible = true;
  const list = form().querySelector(".controls");
  try {
    const controls = await get("/v1/camera/controls");
    list.replaceChildren(...controls.map(control));
    note(form().querySelector(".message"), controls.length === 0 ? "This source has no controls." : "");
  } catch (error) {
    if (error.isUnreachable) return;
    list.replaceChildren();
    note(form().querySelector(".message"), error.message, "");
  }
  applyPermission(list);
}

/** One control with its value and room for what the daemon says of it; the source's own state says whether it can be set. */
function control(report) {
  const id = `control-${report.name}`;
  const name = words(report.name);
  const isFixed = report.flags.some((flag) => ["read-only", "inactive", "disabled", "grabbed"].includes(flag));
  const blocked = isFixed ? `the camera says: ${report.flags.join(", ")}` : null;
  const common = { dataset: { change: "", ...(blocked ? { blocked } : {}) } };
  const node = element("div", { class: "control" });
  const set = (value) => change(report, value, node);
  if (report.kind === "menu" || report.kind === "integer-menu") {
    const menu = element("select", { id, ...common, onchange: (event) => set(Number(event.target.value)) },
      ...report.menu.map(({ value, label }) => element("option", { value: String(value), selected: value === report.value }, label)));
    node.append(element("label", { htmlFor: id }, name), menu);
  } else if (report.kind === "boolean") {
    node.append(element("label", { htmlFor: id, class: "tick" }, name,
      element("input", { type: "checkbox", id, checked: report.value !== 0, ...common, onchange: (event) => set(event.target.checked ? 1 : 0) })));
  } else if (report.kind === "button") {
    node.append(element("button", { type: "button", id, ...common, onclick: () => set(1) }, name));
  } else {
    const range = element("input", {
      type: "range", min: String(report.minimum), max: String(report.maximum), step: String(report.step || 1), "aria-label": `${name}, slider`,
      ...common, oninput: (event) => { number.value = event.target.value; }, onchange: (event) => set(Number(event.target.value)),
    });
    range.value = String(report.value);
    // No bounds here: a value out of range is answered by the daemon, in its words.
    const number = element("input", { type: "number", id, step: "1", value: String(report.value), ...common, onchange: (event) => set(event.target.valueAsNumber) });
    node.append(element("label", { htmlFor: id }, name, element("small", {}, `${report.minimum} … ${report.maximum}`)), range, number);
  }
  node.append(element("p", { class: "message", role: "status" }));
  return node;
}

async function change(report, value, node) {
  const message = node.querySelector(".message");
  if (!Number.isInteger(value)) {
    note(message, `${words(report.name)} takes a whole number`, "bad");
    return;
  }
  await attempt(message, async () => {
    const now = await put(path("camera", "controls", report.name), { value });
    Object.assign(report, now);
    return `${words(now.name)} is ${now.menu.find((item) => item.value === now.value)?.label ?? now.value}`;
  });
  const hadFocus = node.contains(document.activeElement) ? document.activeElement.type : null;
  const fresh = control(report);
  // What was refused springs back to what is.
  fresh.querySelector(".message").replaceWith(message);
  node.replaceWith(fresh);
  applyPermission(fresh);
  if (hadFocus) fresh.querySelector(`[type="${hadFocus}"], select`)?.focus();
}
