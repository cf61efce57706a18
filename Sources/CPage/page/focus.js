import { byId, colour, setText, surface } from "./dom.js";
import { fixed, percent } from "./format.js";

/** The focus scores of the last minute. */
export class FocusCourse {
  static span = 60_000;
  #scores = [];

  add(score) {
    const now = performance.now();
    if (typeof score === "number") this.#scores.push({ at: now, score });
    this.#scores = this.#scores.filter(({ at }) => now - at <= FocusCourse.span);
  }

  get scores() { return this.#scores; }

  /** Which way to turn: the latest second against the one before; empty while they hold still. */
  get advice() {
    const now = performance.now();
    const mean = (from, to) => {
      const some = this.#scores.filter(({ at }) => now - at >= from && now - at < to).map(({ score }) => score);
      return some.length > 0 ? some.reduce((sum, score) => sum + score, 0) / some.length : null;
    };
    const latest = mean(0, 1000), before = mean(1000, 2500);
    if (latest === null || before === null) return "";
    if (latest >= 0.97 * this.best) return "in focus";
    return latest > 1.02 * before ? "sharper: go on" : latest < 0.98 * before ? "less sharp: turn back" : "";
  }

  get best() { return Math.max(...this.#scores.map(({ score }) => score)); }
}

/** The score against the best of the last minute: turn the knob until it stops growing. */
export function drawFocus(course, score) {
  setText(byId("focus-score"), fixed(score, 3));
  const canvas = byId("focus-course");
  const { context, width, height } = surface(canvas);
  if (course.scores.length < 2 || score === null) {
    setText(byId("focus-share"), "");
    return;
  }
  const { best } = course;
  const share = best > 0 ? score / best : null;
  setText(byId("focus-share"), [`${percent(share)} of best`, course.advice].filter(Boolean).join(", "));
  canvas.setAttribute("aria-label", `Course of the focus score over the last minute: now ${percent(share)} of the best`);
  const least = Math.min(...course.scores.map((each) => each.score));
  const range = Math.max(best - least, best * 0.05, 1e-9);
  const now = performance.now();
  const x = (at) => width - 4 - ((now - at) / FocusCourse.span) * (width - 4);
  const y = (value) => height - 3 - ((value - least) / range) * (height - 8);
  context.strokeStyle = colour("edge");
  context.setLineDash([3, 3]);
  context.beginPath();
  context.moveTo(0, y(best));
  context.lineTo(width, y(best));
  context.stroke();
  context.setLineDash([]);
  context.strokeStyle = colour("accent");
  context.lineWidth = 1.75;
  context.lineJoin = "round";
  context.beginPath();
  for (const { at, score: value } of course.scores) context.lineTo(x(at), y(value));
  context.stroke();
  context.fillStyle = colour("accent");
  context.beginPath();
  context.arc(x(course.scores.at(-1).at), y(course.scores.at(-1).score), 3, 0, 2 * Math.PI);
  context.fill();
}
