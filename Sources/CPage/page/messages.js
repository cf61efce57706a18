import { byId, element, setText } from "./dom.js";

/** What the page says: toasts that pass, banners that stay while something is wrong, and lines beside forms. */

const shown = new Map();

/**
 * Says something that passes. Errors stay until they are closed.
 * @param {string} text
 * @param {"info"|"warn"|"bad"} level
 */
export function say(text, level = "info") {
  const toast = element("div", { class: "toast", dataset: { level } }, element("span", {}, text),
    element("button", { type: "button", class: "quiet", "aria-label": "Close message", onclick: () => toast.remove() }, "✕"));
  const toasts = byId("toasts");
  while (toasts.childElementCount >= 4) toasts.firstChild.remove();
  toasts.append(toast);
  if (level !== "bad") setTimeout(() => toast.remove(), level === "warn" ? 12_000 : 6_000);
}

/** For screen readers only: what sighted readers see happen. */
export const speak = (text) => setText(byId("speech"), text);

/** Shows what is wrong until `clearBanner`. */
export function banner(key, text, level = "warn", action = null) {
  let node = shown.get(key);
  if (!node) {
    // Sighted readers see it stay; screen readers hear it once.
    node = element("div", { class: "banner", role: level === "bad" ? "alert" : "status", dataset: { level, key } }, element("span"));
    if (action) node.append(element("button", { type: "button", onclick: action.run }, action.label));
    shown.set(key, node);
    byId("banners").append(node);
  }
  setText(node.firstChild, text);
}

/** @returns {boolean} whether it was shown. */
export function clearBanner(key) {
  shown.get(key)?.remove();
  return shown.delete(key);
}

/** A line beside a form or a picture. */
export function note(node, text, level = "") {
  node.dataset.level = level;
  setText(node, text);
}

/**
 * Runs what a form or a button asks for: refuses a second press meanwhile, and puts what went wrong beside it.
 * @param {HTMLElement} messageNode
 * @param {function(): Promise<?string>} work its text is shown when it succeeded.
 * @param {?HTMLButtonElement} button
 */
export async function attempt(messageNode, work, button = null) {
  if (button?.getAttribute("aria-busy") === "true") return false;
  button?.setAttribute("aria-busy", "true");
  try {
    note(messageNode, (await work()) ?? "", "good");
    return true;
  } catch (error) {
    note(messageNode, error.message, "bad");
    return false;
  } finally {
    button?.removeAttribute("aria-busy");
  }
}
