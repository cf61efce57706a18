import { byId, element } from "./dom.js";
import { kept } from "./state.js";

/** Single keys, and the dialog that lists them. */

/** @type {{keys: string[], label: string, where: string, shown: string, run: function(string): void, isActive: function(): boolean}[]} */
const shortcuts = [];

/**
 * @param {string} where heading in the help
 * @param {string[]} keys as `KeyboardEvent.key` says
 * @param {string} label what they do
 * @param {function(string): void} run
 * @param {{isActive?: function(): boolean, shown?: string}} [more]
 */
export function shortcut(where, keys, label, run, { isActive = () => true, shown = keys.join(" ") } = {}) {
  shortcuts.push({ keys, label, where, shown, run, isActive });
}

/** Keys that an element handles itself when it has the focus: listed only. */
export const describeKeys = (where, shown, label) => shortcuts.push({ keys: [], label, where, shown, run() {}, isActive: () => false });

const isOn = () => kept.get("keys", "on") === "on";

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const { target } = event;
  const takesText = target.matches("textarea, select, [contenteditable]")
    || (target.matches("input") && !["checkbox", "radio", "range", "button"].includes(target.type));
  if (takesText) return;
  if (!isOn() && event.key !== "?") return;
  const found = shortcuts.find(({ keys, isActive }) => keys.includes(event.key) && isActive());
  if (!found) return;
  event.preventDefault();
  found.run(event.key);
}

function fill() {
  const headings = [...new Set(shortcuts.map(({ where }) => where))];
  byId("help-keys").replaceChildren(...headings.map((where) => {
    const list = element("dl");
    for (const { shown, label } of shortcuts.filter((each) => each.where === where)) {
      list.append(element("dt", {}, element("kbd", {}, shown)), element("dd", {}, label));
    }
    return element("section", {}, element("h3", {}, where), list);
  }));
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
  const help = byId("help");
  const open = () => { fill(); help.showModal(); };
  byId("open-help").addEventListener("click", open);
  shortcut("Everywhere", ["?"], "this help", open);
  const single = byId("single-keys");
  single.checked = isOn();
  single.addEventListener("change", () => kept.set("keys", single.checked ? "on" : "off"));
}
