import { byId, colour, setText, surface } from "./dom.js";
import { percent } from "./format.js";

/** A share of the pixels from which clipping is worth a warning. */
const noticeable = 0.001;

const inks = { red: "rgb(235 80 70 / 60%)", green: "rgb(80 190 100 / 60%)", blue: "rgb(90 140 255 / 65%)" };

/** Red, green and blue over each other, and the shares that are clipped. */
export function drawHistogram({ histogram, clipped_low: low, clipped_high: high }) {
  const canvas = byId("histogram");
  const { context, width, height } = surface(canvas);
  context.fillStyle = colour("ground");
  context.fillRect(0, 0, width, height);
  // Square roots: few pixels stay visible beside the glass, which is most of the picture.
  const curves = Object.entries(inks).map(([name, ink]) => ({ ink, heights: (histogram?.[name] ?? []).map(Math.sqrt) }));
  const most = Math.max(1, ...curves.flatMap(({ heights }) => heights));
  for (const { ink, heights } of curves) {
    const step = width / heights.length;
    context.fillStyle = ink;
    context.beginPath();
    context.moveTo(0, height);
    for (const [index, value] of heights.entries()) {
      const y = height - (value / most) * (height - 3);
      context.lineTo(index * step, y);
      context.lineTo((index + 1) * step, y);
    }
    context.lineTo(width, height);
    context.fill();
  }
  context.fillStyle = colour("bad");
  if (low > noticeable) context.fillRect(0, 0, 3, height);
  if (high > noticeable) context.fillRect(width - 3, 0, 3, height);
  clipping("clipped-low", "dark", low);
  clipping("clipped-high", "bright", high);
}

function clipping(id, name, share) {
  const node = byId(id);
  const isClipped = share > noticeable;
  node.dataset.level = isClipped ? "warn" : "";
  setText(node, isClipped ? `${name} clipped ${percent(share, 1)}` : `${name} ${percent(share, 1)}`);
}
