import { get } from "./api.js";
import { current, listen, publish } from "./state.js";

/** Who may change something. The daemon decides; the page only says so beforehand. */

export const mayChange = () => current("session")?.may_change === true;

function apply(node) {
  const isRefused = node.dataset.change !== undefined && !mayChange();
  const reason = node.dataset.blocked || (isRefused ? "this session may only read" : "");
  node.disabled = reason !== "";
  if (reason !== "") node.title = reason; else node.removeAttribute("title");
}

/** Whatever has `data-change` below a node needs the permission. */
export function applyPermission(root = document) {
  for (const node of root.querySelectorAll("[data-change], [data-blocked]")) apply(node);
}

/** Says why a control cannot be used now, or, with an empty reason, that it can. */
export function block(node, reason) {
  node.dataset.blocked = reason;
  apply(node);
}

/** Asks who this is: after every new connection, since the daemon may be another one. */
export async function askSession() { publish("session", await get("/v1/session")); }

listen("session", (session) => {
  document.body.toggleAttribute("data-read-only", !session.may_change);
  applyPermission();
});
