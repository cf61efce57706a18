import { area, box, contains, ellipse, Mask, nearestSide, outlineOf, simplified, within } from "./outline.js";

/** Draws and corrects outlines on the picture of a field, with mouse, finger, pen or keys. */

export const tools = [
  { value: "point", label: "Point", key: "v", title: "choose a grain, or have its outline proposed (v)" },
  { value: "polygon", label: "Polygon", key: "y", title: "corner by corner (y)" },
  { value: "ellipse", label: "Ellipse", key: "o", title: "from corner to corner of its box (o)" },
  { value: "box", label: "Box", key: "b", title: "from corner to corner (b)" },
  { value: "brush", label: "Brush", key: "i", title: "paint a grain, or what the chosen one lacks (i)" },
  { value: "cut", label: "Cut", key: "z", title: "a line that divides the chosen grain (z)" },
];

/** CSS pixels. */
const reach = { mouse: 9, touch: 22, slack: 4, step: 8, far: 40 };
const smallest = 12;

export class Pen {
  tool = "point";
  /** Radius in pixels of the field. */
  brush = 10;
  erases = false;
  /** Of the field in pixels; nothing is drawn without. */
  size = null;
  /** An outline that is not stored yet. @type {?number[][]} */
  draft = null;
  /** Of the chosen grain, with few corners. @type {?number[][]} */
  #chosen = null;
  #corner = -1;
  #cursor = null;
  #hover = null;
  #isKeyed = false;
  /** What the pointer does since it was pressed. */
  #act = null;
  #mask = null;
  #scale = 1;

  /**
   * @param {{click: function(number[], boolean): void, drawn: function(number[][]): void, cut: function(number[][]): void,
   *   adjusted: function(number[][]): void, changed: function(): void, moved: function(number[]): void}} heard
   *   `click` with the point tool; `drawn`: an outline is whole; `adjusted`: the chosen grain's is another; `changed`:
   *   something is to be drawn anew; `moved`: keys moved the cursor there
   */
  constructor(heard) { this.heard = heard; }

  choose(tool) {
    this.drop();
    this.tool = tool;
    this.heard.changed();
  }

  /** @param {?number[][]} outline of the grain that may be adjusted */
  set chosen(outline) {
    this.#corner = -1;
    this.#mask = null;
    this.#chosen = outline && simplified(outline, Math.max(0.7, 2 / this.#scale));
    this.heard.changed();
  }

  /** Lets go of what is not stored. */
  drop() {
    [this.draft, this.#act, this.#mask, this.#corner] = [null, null, null, -1];
    this.heard.changed();
  }

  /** The draft as an outline, or null where it is none yet; it is let go of. */
  take() {
    const outline = this.draft && within(this.draft, this.size.width, this.size.height);
    this.drop();
    return outline && outline.length >= 3 && area(outline) >= smallest ? outline : null;
  }

  get hasDraft() { return this.draft !== null; }

  /** A draft is a draft of the chosen grain, painted larger or smaller. */
  get isCorrection() { return this.#mask !== null && this.#chosen !== null; }

  // Places arrive in shares of the field; the centre of its first pixel is [0, 0].
  #point([x, y]) { return [x * this.size.width - 0.5, y * this.size.height - 0.5]; }

  press(place, event) {
    if (!this.size) return;
    this.#isKeyed = false;
    this.#begin(this.#point(place), event.pointerType === "mouse" ? reach.mouse : reach.touch);
  }

  #begin(point, grip) {
    const near = (other) => Math.hypot(point[0] - other[0], point[1] - other[1]) * this.#scale;
    if (this.tool === "point") {
      this.#act = { start: point, last: point, ...this.#grip(point, grip) };
    } else if (this.tool === "polygon") {
      const corners = this.draft ?? [];
      if (corners.length >= 3 && (near(corners[0]) < grip || near(corners.at(-1)) < reach.slack)) {
        this.#whole();
        return;
      }
      this.draft = [...corners, point];
      this.#act = { isCorner: true };
    } else if (this.tool === "brush") {
      this.#act = { last: point };
    } else if (this.#act?.isOpen) {
      this.#act.isOpen = false;
      this.#act.end = point;
    } else {
      this.#act = { start: point, end: point };
    }
    this.heard.changed();
  }

  /** What of the chosen outline lies under a point: a corner, the middle of a side, all of it. */
  #grip(point, grip) {
    if (!this.#chosen) return {};
    const gap = ([x, y]) => Math.hypot(x - point[0], y - point[1]) * this.#scale;
    const gaps = this.#chosen.map(gap);
    const corner = gaps.indexOf(Math.min(...gaps));
    if (gaps[corner] <= grip) return { corner };
    const side = nearestSide(this.#chosen, point);
    if (side.distance * this.#scale <= grip / 2) return { side: side.index };
    return { isWhole: contains(this.#chosen, point) };
  }

  move(place, event) {
    if (!this.size) return;
    const point = this.#point(place);
    this.#hover = point;
    const act = this.#act;
    if (act && this.tool === "point") this.#drag(point);
    else if (act && this.tool === "brush") {
      this.#paint(act.last, point);
      act.last = point;
    } else if (act && (event.buttons > 0 || act.isOpen)) act.end = point;
    if (act || this.draft || this.tool === "brush" || this.#cursor) {
      if (!this.#isKeyed) this.#cursor = null;
      this.heard.changed();
    }
  }

  /** Takes a corner or the whole outline along. */
  #drag(point) {
    const act = this.#act;
    if (!act.isMoved && Math.hypot(point[0] - act.start[0], point[1] - act.start[1]) * this.#scale < reach.slack) return;
    if (!act.isMoved && act.side !== undefined) {
      this.#chosen = this.#chosen.toSpliced(act.side + 1, 0, act.start);
      act.corner = act.side + 1;
    }
    act.isMoved = true;
    if (act.corner !== undefined) this.#chosen = this.#chosen.with(act.corner, point);
    else if (act.isWhole) this.#chosen = this.#chosen.map(([x, y]) => [x + point[0] - act.last[0], y + point[1] - act.last[1]]);
    act.last = point;
  }

  release(place, event) {
    if (!this.size || !this.#act) return;
    this.#end(this.#point(place), event.shiftKey);
  }

  #end(point, isMore) {
    const act = this.#act;
    if (this.tool === "point") {
      this.#act = null;
      const isAdjusted = act.isMoved && (act.corner !== undefined || act.isWhole);
      if (isAdjusted) this.#adjusted(); else if (!act.isMoved) this.heard.click(point, isMore);
    } else if (this.tool === "polygon") {
      this.#act = null;
    } else if (this.tool === "brush") {
      this.#act = null;
      this.#paint(act.last, point);
      this.draft = outlineOf(this.#mask);
    } else if (act.end && Math.hypot(act.end[0] - act.start[0], act.end[1] - act.start[1]) * this.#scale >= reach.slack) {
      this.#act = null;
      if (this.tool === "cut") {
        this.heard.cut([act.start, act.end]);
      } else {
        this.draft = this.#shape(act);
        this.#whole();
      }
    } else {
      // A click without a drag: the next one ends it.
      act.isOpen = true;
    }
    this.heard.changed();
  }

  cancel() {
    if (this.#act?.isCorner) this.draft = this.draft.length > 1 ? this.draft.slice(0, -1) : null;
    this.#act = null;
    this.heard.changed();
  }

  #shape({ start, end }) { return (this.tool === "box" ? box : ellipse)(start, end); }

  #whole() {
    const outline = this.take();
    if (outline) this.heard.drawn(outline);
  }

  #adjusted() {
    this.heard.adjusted(within(this.#chosen, this.size.width, this.size.height));
  }

  #paint([ax, ay], [bx, by]) {
    const { width, height } = this.size;
    if (!this.#mask) {
      this.#mask = new Mask(0, 0, width, height);
      if (this.#chosen) this.#mask.fill(this.#chosen);
    }
    const steps = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / (this.brush / 2)));
    for (let step = 0; step <= steps; step += 1) {
      this.#mask.paint([ax + ((bx - ax) * step) / steps, ay + ((by - ay) * step) / steps], this.brush, this.erases ? 0 : 1);
    }
    this.draft = this.#mask.outline();
  }

  /** Arrows move the cursor or the chosen corner, space acts there, Enter ends what was begun. */
  key(event) {
    if (!this.size) return false;
    const step = (event.shiftKey ? reach.far : reach.step) / this.#scale;
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (by && this.#corner >= 0) {
      const [x, y] = this.#chosen[this.#corner];
      const far = event.shiftKey ? 5 : 1;
      this.#chosen = this.#chosen.with(this.#corner, [x + by[0] * far, y + by[1] * far]);
    } else if (by) {
      const [x, y] = this.#cursor ?? this.#hover ?? [this.size.width / 2, this.size.height / 2];
      this.#cursor = within([[x + by[0] * step, y + by[1] * step]], this.size.width, this.size.height)[0];
      this.#isKeyed = true;
      this.#hover = this.#cursor;
      if (this.#act?.isOpen) this.#act.end = this.#cursor;
      this.heard.moved(this.#cursor);
    } else if (event.key === " ") {
      this.#cursor ??= this.#hover ?? [this.size.width / 2, this.size.height / 2];
      this.#isKeyed = true;
      this.#begin(this.#cursor, 0);
      if (this.#act) this.#end(this.#cursor, event.shiftKey);
    } else if (event.key === "Enter" && this.#corner >= 0) {
      this.#adjusted();
    } else if ((event.key === "[" || event.key === "]") && this.#chosen) {
      const count = this.#chosen.length;
      this.#corner = (this.#corner + (event.key === "]" ? 1 : count - (this.#corner < 0 ? 0 : 1))) % count;
    } else if (event.key === "Delete" && this.#corner >= 0 && this.#chosen.length > 3) {
      this.#chosen = this.#chosen.toSpliced(this.#corner, 1);
      this.#corner %= this.#chosen.length;
    } else {
      return false;
    }
    this.heard.changed();
    return true;
  }

  draw(context, place) {
    if (!this.size) return;
    this.#scale = place.width / this.size.width;
    const on = ([x, y]) => [place.x + ((x + 0.5) / this.size.width) * place.width, place.y + ((y + 0.5) / this.size.height) * place.height];
    const line = (points, isClosed, dash = []) => {
      context.beginPath();
      for (const point of points) context.lineTo(...on(point));
      if (isClosed) context.closePath();
      for (const [width, colour, pattern] of [[4, "rgb(0 0 0 / 70%)", []], [2, "#ffffff", dash]]) {
        context.setLineDash(pattern);
        [context.lineWidth, context.strokeStyle] = [width, colour];
        context.stroke();
      }
      context.setLineDash([]);
    };
    const dot = (point, radius, colour) => {
      context.beginPath();
      context.arc(...on(point), radius, 0, 2 * Math.PI);
      [context.fillStyle, context.lineWidth, context.strokeStyle] = [colour, 1.5, "#000000"];
      context.fill();
      context.stroke();
    };
    const act = this.#act;
    if (this.#chosen && !this.draft && this.tool === "point") {
      if (act?.isMoved || this.#corner >= 0) line(this.#chosen, true);
      for (const [index, corner] of this.#chosen.entries()) dot(corner, index === this.#corner ? 6 : 4, index === this.#corner ? "#ffcf5c" : "#ffffff");
    }
    if (this.draft) {
      line(this.tool === "polygon" && this.#hover ? [...this.draft, this.#hover] : this.draft, this.tool !== "polygon", [6, 4]);
      if (this.tool === "polygon") this.draft.forEach((corner, index) => dot(corner, index === 0 ? 6 : 4, "#ffffff"));
    }
    if (act?.start && act.end && this.tool !== "point") {
      if (this.tool === "cut") line([act.start, act.end], false); else line(this.#shape(act), true, [6, 4]);
    }
    if (this.tool === "brush" && this.#hover) {
      context.beginPath();
      context.arc(...on(this.#hover), this.brush * this.#scale, 0, 2 * Math.PI);
      [context.lineWidth, context.strokeStyle] = [1.5, this.erases ? "#ff8f80" : "#ffffff"];
      context.stroke();
    }
    if (this.#cursor) {
      const [x, y] = on(this.#cursor);
      for (const [width, colour] of [[4, "#000000"], [1.5, "#ffcf5c"]]) {
        context.beginPath();
        for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
          context.moveTo(x + 4 * dx, y + 4 * dy);
          context.lineTo(x + 14 * dx, y + 14 * dy);
        }
        [context.lineWidth, context.strokeStyle] = [width, colour];
        context.stroke();
      }
    }
  }
}
