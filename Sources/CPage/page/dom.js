/** Making and changing elements. Text from the daemon only ever becomes text nodes. */

/** @param {string} id @returns {HTMLElement} */
export const byId = (id) => document.getElementById(id);

/**
 * @param {string} tag
 * @param {Object<string, *>} [properties] `class`, `dataset`, `on…` listeners, attributes with a hyphen, else properties.
 * @param {...(Node|string|null)} children null is left out.
 */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (name === "class") node.className = value;
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name.includes("-") || name === "role") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Changes a text only where it differs, so that screen readers and the layout stay calm. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A species' colour as the lens gives it; anything that is no colour stays unset. */
export function swatch(colour) {
  const node = element("span", { class: "swatch", "aria-hidden": "true" });
  if (isColour(colour)) node.style.backgroundColor = colour;
  return node;
}

const isColour = (text) => /^#[0-9a-f]{6}$/i.test(text ?? "");

/** A column of a row: right-aligned numbers have `isNumber`. */
export const cell = (content, isNumber = false) => element("td", { class: isNumber ? "number" : null }, content);

/**
 * Radio buttons drawn as one bar.
 * @param {HTMLElement} fieldset keeps its legend.
 * @param {{value: string, label: string, title?: string}[]} choices
 */
export function segments(fieldset, name, choices, chosen, onChoice) {
  const legend = fieldset.querySelector("legend");
  fieldset.replaceChildren(legend, ...choices.map(({ value, label, title }) =>
    element("label", { title: title ?? null },
      element("input", { type: "radio", name, value, checked: value === chosen, onchange: () => onChoice(value) }), label)));
}

/** Fills a menu and keeps what was chosen where it still exists. */
export function options(select, choices, chosen = select.value) {
  const isSame = select.options.length === choices.length
    && choices.every(({ value, label }, index) => select.options[index].value === value && select.options[index].text === label);
  if (!isSame) select.replaceChildren(...choices.map(({ value, label }) => element("option", { value }, label)));
  if (choices.some(({ value }) => value === chosen)) select.value = chosen;
}

/** The canvas at the screen's own resolution, and its size in CSS pixels. */
export function surface(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** A colour of the style sheet. */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
