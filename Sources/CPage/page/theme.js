import { byId, setText } from "./dom.js";
import { kept, publish } from "./state.js";

/** Dark, light, or as the system says; remembered in this browser. */
const themes = ["auto", "dark", "light"];

function apply(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  setText(byId("theme"), `Theme: ${theme}`);
  publish("theme", theme);
}

export function toggleTheme() {
  const next = themes[(themes.indexOf(kept.get("theme", "auto")) + 1) % themes.length];
  kept.set("theme", next);
  apply(next);
}

export function startTheme() {
  apply(kept.get("theme", "auto"));
  byId("theme").addEventListener("click", toggleTheme);
  matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => publish("theme", kept.get("theme", "auto")));
}
