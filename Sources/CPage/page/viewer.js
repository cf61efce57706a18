import { element, setText, surface } from "./dom.js";
import { fixed, length } from "./format.js";
import { drawLabel, drawOutlines, drawScaleBar, fieldAspect, fieldWidthNm } from "./picture.js";

const mostZoom = 40;
const fit = { zoom: 1, x: 0.5, y: 0.5 };

/**
 * Shows one or two pictures of the same field at the same place: alone, side by side, or split by a slider. Zoomed and
 * moved by wheel, drag, two fingers, and keys.
 */
export class Viewer {
  #root;
  #ground;
  #canvas;
  #handle;
  #notice;
  #zoomText;
  #layout = "single";
  #split = 0.5;
  /** What is looked at: zoom over the whole field, and the middle in shares of the field. */
  #look = { ...fit };
  /** @type {(?import("./picture.js").Picture)[]} */
  #pictures = [null, null];
  #outlines = [];
  #pointers = new Map();
  #isDirty = false;
  #name;
  /** The pointer that the hand follows. */
  #followed = null;

  /**
   * @typedef {object} Hand what works on the picture itself: one finger or the main button, and keys, go to it first.
   * Places are shares of the field.
   * @property {function(number[], PointerEvent): void} press
   * @property {function(number[], PointerEvent): void} move also without a button
   * @property {function(number[], PointerEvent): void} release
   * @property {function(): void} cancel a second finger came: the picture is moved
   * @property {function(KeyboardEvent): boolean} key whether it was meant
   * @property {function(CanvasRenderingContext2D, {x: number, y: number, width: number, height: number}): void} draw
   *   `place` is where the whole field lies
   *
   * @param {HTMLElement} root
   * @param {string} name what is shown, for screen readers
   * @param {{hasScale?: boolean, hasLabels?: boolean, hand?: ?Hand, hint?: string}} [more] whether a scale bar and names are
   *   drawn on the picture; who works on it, and what its keys are
   */
  constructor(root, name, { hasScale = true, hasLabels = true, hand = null, hint = "arrows move, plus and minus zoom, 0 fits" } = {}) {
    this.hand = hand;
    this.#root = root;
    this.#name = name;
    this.hasScale = hasScale;
    this.hasLabels = hasLabels;
    this.#canvas = element("canvas", { role: "img", "aria-label": `${name}: no picture yet` });
    this.#ground = element("div", { class: "ground", tabIndex: 0, role: "group", "aria-label": `${name}: ${hint}` }, this.#canvas);
    this.#handle = element("div", {
      class: "handle", tabIndex: 0, role: "slider", hidden: true, "aria-label": "Split of the two pictures",
      "aria-orientation": "horizontal", "aria-valuemin": "0", "aria-valuemax": "100",
    });
    this.#notice = element("p", { class: "notice" });
    this.#zoomText = element("output", { "aria-label": "Zoom" });
    const button = (text, label, act) => element("button", { type: "button", "aria-label": label, title: label, onclick: act }, text);
    root.replaceChildren(this.#ground, this.#handle, this.#notice, element("div", { class: "zoom" },
      button("−", "Zoom out", () => this.zoomBy(1 / 1.5)), this.#zoomText, button("+", "Zoom in", () => this.zoomBy(1.5)),
      button("Fit", "Show the whole field", () => this.reset())));
    this.#listen();
    new ResizeObserver(() => this.redraw()).observe(root);
    this.setSplit(0.5);
  }

  get layout() { return this.#layout; }

  setLayout(layout) {
    this.#layout = layout;
    this.#handle.hidden = layout !== "split";
    this.redraw();
  }

  /** @param {0|1} slot @param {?import("./picture.js").Picture} picture is closed when another replaces it. */
  setPicture(slot, picture) {
    this.#pictures[slot]?.bitmap.close();
    this.#pictures[slot] = picture;
    this.redraw();
  }

  /** @param {{colour: ?string, points: number[][]}[]} outlines */
  setOutlines(outlines) {
    this.#outlines = outlines;
    this.redraw();
  }

  /** What is wrong, across the picture; nothing with an empty text. */
  setNotice(text) { setText(this.#notice, text); }

  /** Pixels across that the whole field takes on the screen now: more would not be seen. */
  get wantedWidth() {
    const place = this.#place(this.#panes()[0]);
    return Math.ceil(place.width * (window.devicePixelRatio || 1));
  }

  get zoom() { return this.#look.zoom; }

  /** Where the whole field lies, in CSS pixels of the viewer. */
  get place() { return this.#place(this.#panes()[0]); }

  /** Moves a place, in shares of the field, into sight. */
  bringIntoSight([x, y]) {
    const { place } = this;
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const beyond = (at, length, margin) => Math.min(0, length - margin - at) + Math.max(0, margin - at);
    this.moveBy(beyond(place.x + x * place.width, width, 40), beyond(place.y + y * place.height, height, 40));
  }

  focus() { this.#ground.focus({ preventScroll: true }); }

  /** Width over height of the field. */
  get aspect() {
    const first = this.#pictures.find((picture) => picture !== null);
    return first ? fieldAspect(first) : 1.25;
  }

  setSplit(share) {
    this.#split = Math.min(1, Math.max(0, share));
    this.#handle.style.left = `${this.#split * 100}%`;
    this.#handle.setAttribute("aria-valuenow", String(Math.round(this.#split * 100)));
    this.#handle.setAttribute("aria-valuetext", `${Math.round(this.#split * 100)} % left picture`);
    this.redraw();
  }

  reset() {
    this.#look = { ...fit };
    this.redraw();
  }

  /** @param {{x: number, y: number}} [at] what stays in place, in the viewer's pixels; the middle when left out. */
  zoomBy(factor, at = null) {
    const pane = this.#paneAt(at);
    const point = at ?? { x: pane.x + pane.width / 2, y: pane.y + pane.height / 2 };
    const before = this.#place(pane);
    const held = { x: (point.x - before.x) / before.width, y: (point.y - before.y) / before.height };
    this.#look.zoom = Math.min(mostZoom, Math.max(1, this.#look.zoom * factor));
    const after = this.#place(pane, false);
    this.#look.x = held.x - (point.x - pane.x - pane.width / 2) / after.width;
    this.#look.y = held.y - (point.y - pane.y - pane.height / 2) / after.height;
    this.redraw();
  }

  /** @param {number} dx pixels to the right that the picture moves */
  moveBy(dx, dy) {
    const place = this.#place(this.#panes()[0]);
    this.#look.x -= dx / place.width;
    this.#look.y -= dy / place.height;
    this.redraw();
  }

  redraw() {
    if (this.#isDirty) return;
    this.#isDirty = true;
    requestAnimationFrame(() => {
      this.#isDirty = false;
      this.#draw();
    });
  }

  /** Where pictures go, in CSS pixels. */
  #panes() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (this.#layout !== "side") return [{ x: 0, y: 0, width, height }];
    const gap = 4;
    if (width >= height * 1.1) {
      const half = (width - gap) / 2;
      return [{ x: 0, y: 0, width: half, height }, { x: half + gap, y: 0, width: half, height }];
    }
    const half = (height - gap) / 2;
    return [{ x: 0, y: 0, width, height: half }, { x: 0, y: half + gap, width, height: half }];
  }

  #paneAt(at) {
    const panes = this.#panes();
    return (at && panes.find(({ x, y, width, height }) => at.x >= x && at.x < x + width && at.y >= y && at.y < y + height)) ?? panes[0];
  }

  /** Where the whole field lies for a pane; keeps it in sight. */
  #place(pane, keepsInSight = true) {
    const { aspect } = this;
    const width = Math.max(1, Math.min(pane.width, pane.height * aspect)) * this.#look.zoom;
    const height = width / aspect;
    if (keepsInSight) {
      const kept = (middle, whole, visible) => {
        const margin = Math.min(0.5, visible / 2 / whole);
        return Math.min(1 - margin, Math.max(margin, middle));
      };
      this.#look.x = kept(this.#look.x, width, pane.width);
      this.#look.y = kept(this.#look.y, height, pane.height);
    }
    return { x: pane.x + pane.width / 2 - this.#look.x * width, y: pane.y + pane.height / 2 - this.#look.y * height, width, height };
  }

  #draw() {
    if (this.#canvas.clientWidth === 0) return;
    const { context, width, height } = surface(this.#canvas);
    const panes = this.#panes();
    const isPair = this.#layout !== "single";
    const areas = this.#layout === "split"
      ? [{ x: 0, y: 0, width: width * this.#split, height }, { x: width * this.#split, y: 0, width: width * (1 - this.#split), height }]
      : panes;
    for (const [slot, area] of areas.entries()) {
      const picture = this.#pictures[slot];
      if (!picture || area.width < 1) continue;
      const pane = panes[slot] ?? panes[0];
      this.#drawPicture(context, picture, this.#place(pane), area, slot === 1 && this.#layout === "split" ? "right" : "left");
    }
    const shown = this.#pictures.slice(0, isPair ? 2 : 1).filter((picture) => picture !== null);
    const described = shown.map(({ label, isSynthesised }) => label + (isSynthesised ? ", synthesised" : "")).join(" beside ");
    const text = shown.length > 0 ? `${this.#name}: ${described}` : `${this.#name}: no picture yet`;
    if (this.#canvas.getAttribute("aria-label") !== text) this.#canvas.setAttribute("aria-label", text);
    setText(this.#zoomText, `${fixed(this.#look.zoom, 1)}×`);
  }

  #drawPicture(context, picture, place, area, side) {
    const [x0, y0, x1, y1] = picture.covers;
    const seen = intersection(area, {
      x: place.x + x0 * place.width, y: place.y + y0 * place.height, width: (x1 - x0) * place.width, height: (y1 - y0) * place.height,
    });
    if (!seen) return;
    context.save();
    context.beginPath();
    context.rect(area.x, area.y, area.width, area.height);
    context.clip();
    // Beyond four screen pixels a pixel is shown as what it is.
    context.imageSmoothingEnabled = ((x1 - x0) * place.width) / picture.bitmap.width < 4;
    context.imageSmoothingQuality = "high";
    context.drawImage(picture.bitmap, place.x + x0 * place.width, place.y + y0 * place.height, (x1 - x0) * place.width, (y1 - y0) * place.height);
    drawOutlines(context, this.#outlines, place);
    this.hand?.draw(context, place);
    if (this.hasScale && side === "left") {
      const whole = fieldWidthNm(picture);
      drawScaleBar(context, whole && whole / place.width, seen, length);
    }
    if (this.hasLabels) drawLabel(context, picture, seen, side);
    context.restore();
  }

  #listen() {
    const ground = this.#ground;
    const point = (event) => {
      const box = ground.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    // Over the handle of the split, too.
    this.#root.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoomBy(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016)), point(event));
    }, { passive: false });
    const shares = (event) => {
      const [at, { place }] = [point(event), this];
      return [(at.x - place.x) / place.width, (at.y - place.y) / place.height];
    };
    ground.addEventListener("pointerdown", (event) => {
      // The middle button moves the picture also under a hand.
      if (event.button !== 0 && !(this.hand && event.button === 1)) return;
      ground.setPointerCapture(event.pointerId);
      if (this.hand && this.#followed !== null) {
        this.hand.cancel();
        this.#followed = null;
      } else if (this.hand && event.button === 0 && this.#pointers.size === 0) {
        this.#followed = event.pointerId;
        this.hand.press(shares(event), event);
      }
      if (this.#followed === null) ground.classList.add("dragging");
      this.#pointers.set(event.pointerId, point(event));
    });
    ground.addEventListener("pointermove", (event) => {
      if (this.hand && (this.#followed === event.pointerId || this.#pointers.size === 0)) {
        if (this.#pointers.has(event.pointerId)) this.#pointers.set(event.pointerId, point(event));
        this.hand.move(shares(event), event);
        return;
      }
      const before = this.#pointers.get(event.pointerId);
      if (!before) return;
      const now = point(event);
      const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const distance = (from) => Math.hypot(from.x - other.x, from.y - other.y);
        const middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
        this.moveBy((now.x - before.x) / 2, (now.y - before.y) / 2);
        this.zoomBy(distance(now) / Math.max(1, distance(before)), middle);
      } else {
        this.moveBy(now.x - before.x, now.y - before.y);
      }
      this.#pointers.set(event.pointerId, now);
    });
    for (const type of ["pointerup", "pointercancel"]) {
      ground.addEventListener(type, (event) => {
        this.#pointers.delete(event.pointerId);
        if (this.#followed === event.pointerId) {
          this.#followed = null;
          if (type === "pointerup") this.hand.release(shares(event), event); else this.hand.cancel();
        }
        if (this.#pointers.size === 0) ground.classList.remove("dragging");
      });
    }
    ground.addEventListener("dblclick", (event) => { if (!this.hand) this.zoomBy(2, point(event)); });
    ground.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (this.hand?.key(event)) {
        event.preventDefault();
        return;
      }
      const step = event.shiftKey ? 200 : 50;
      const acts = {
        ArrowLeft: () => this.moveBy(step, 0), ArrowRight: () => this.moveBy(-step, 0),
        ArrowUp: () => this.moveBy(0, step), ArrowDown: () => this.moveBy(0, -step),
        "+": () => this.zoomBy(1.25), "=": () => this.zoomBy(1.25), "-": () => this.zoomBy(1 / 1.25),
        ...(this.hand ? {} : { 0: () => this.reset() }),
      };
      const act = acts[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
    this.#listenToHandle();
  }

  #listenToHandle() {
    const handle = this.#handle;
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.focus();
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const box = this.#root.getBoundingClientRect();
      this.setSplit((event.clientX - box.left) / box.width);
    });
    handle.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 0.1 : 0.02;
      const to = {
        ArrowLeft: this.#split - step, ArrowDown: this.#split - step, ArrowRight: this.#split + step, ArrowUp: this.#split + step,
        PageDown: this.#split - 0.1, PageUp: this.#split + 0.1, Home: 0, End: 1,
      }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.setSplit(to);
    });
  }
}

function intersection(a, b) {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)];
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}
