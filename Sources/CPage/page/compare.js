import { byId, options, segments } from "./dom.js";
import { pictureKinds, pictureName } from "./picture.js";
import { kept, species } from "./state.js";

const layouts = [
  { value: "single", label: "Single" }, { value: "side", label: "Side by side" }, { value: "split", label: "Split" },
];

/** The choice of pictures above a viewer: which one, how two are compared, and with which other. */
export class Comparison {
  #prefix;
  #observed;
  #changed;
  #drawn = null;

  /**
   * @param {string} prefix of the elements' ids: `live` or `stored`
   * @param {string} observed the kind of the camera's own picture
   * @param {function()} changed
   */
  constructor(prefix, observed, changed) {
    this.#prefix = prefix;
    this.#observed = observed;
    this.#changed = changed;
    this.view = kept.get(`${prefix}.view`, observed);
    this.against = kept.get(`${prefix}.against`, "magnified");
    this.layout = kept.get(`${prefix}.layout`, "single");
    this.hasOutlines = kept.get(`${prefix}.outlines`, "off") === "on";
    byId(`${prefix}-against`).addEventListener("change", (event) => this.#choose("against", event.target.value));
    const tick = byId(`${prefix}-outlines`);
    tick.checked = this.hasOutlines;
    tick.addEventListener("change", () => this.#setOutlines(tick.checked));
    this.update();
  }

  /** The kinds of picture that there are now. */
  get kinds() { return pictureKinds(this.#observed, species()); }

  /** What is shown, left first. */
  get shown() { return this.layout === "single" ? [this.view] : [this.view, this.against]; }

  /** Draws the choices anew: the lens may know other species now. */
  update() {
    const { kinds } = this;
    const key = JSON.stringify([kinds, this.view, this.against, this.layout]);
    if (key === this.#drawn) return;
    this.#drawn = key;
    if (!kinds.includes(this.view)) this.view = this.#observed;
    const choices = kinds.map((value) => {
      const name = species().find((each) => `only-${each.key}` === value)?.name;
      return { value, label: pictureName(value), title: name ? `Only ${name}` : null };
    });
    this.#redrawn(`${this.#prefix}-view`, choices, this.view, (value) => this.#choose("view", value));
    this.#redrawn(`${this.#prefix}-layout`, layouts, this.layout, (value) => this.#choose("layout", value));
    options(byId(`${this.#prefix}-against`), choices.map(({ value, label }) => ({ value, label })), this.against);
    byId(`${this.#prefix}-against`).hidden = this.layout === "single";
  }

  chooseNumber(number) {
    const kind = this.kinds[number - 1];
    if (kind) this.#choose("view", kind);
  }

  nextLayout() {
    const at = layouts.findIndex(({ value }) => value === this.layout);
    this.#choose("layout", layouts[(at + 1) % layouts.length].value);
  }

  nextAgainst() {
    const { kinds } = this;
    this.#choose("against", kinds[(kinds.indexOf(this.against) + 1) % kinds.length]);
  }

  toggleOutlines() {
    const tick = byId(`${this.#prefix}-outlines`);
    tick.checked = !tick.checked;
    this.#setOutlines(tick.checked);
  }

  #setOutlines(isOn) {
    this.hasOutlines = isOn;
    kept.set(`${this.#prefix}.outlines`, isOn ? "on" : "off");
    this.#changed();
  }

  #choose(what, value) {
    this[what] = value;
    kept.set(`${this.#prefix}.${what}`, value);
    this.update();
    this.#changed();
  }

  /** Keeps the focus on the choice that had it. */
  #redrawn(id, choices, chosen, onChoice) {
    const fieldset = byId(id);
    const hadFocus = fieldset.contains(document.activeElement);
    segments(fieldset, id, choices, chosen, onChoice);
    if (hadFocus) fieldset.querySelector("input:checked")?.focus();
  }
}
