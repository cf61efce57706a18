import { seconds } from "./format.js";

/** A picture of a field, and what must be written on it. */

/**
 * @typedef {object} Picture
 * @property {ImageBitmap} bitmap
 * @property {string} label `1500x`
 * @property {boolean} isSynthesised drawn by the lens, not observed
 * @property {?number} nmPerPixel of the bitmap's own pixels
 * @property {?function(): number} age seconds since it was taken; null for a stored picture
 * @property {number[]} covers [x0, y0, x1, y1], the part of the field it shows, 0…1
 */

/** Pictures that the lens draws; the map is what it measured. */
export const isSynthesisedKind = (kind) => kind === "magnified" || kind === "labelled" || kind.startsWith("only-");

/** From this age on a live picture says how old it is: the stage may stand elsewhere by now. */
const oldSeconds = 1;

const names = { camera: "Camera", field: "Camera", input: "Camera", sharpest: "One plane", heights: "Heights", map: "Map", magnified: "1500x", labelled: "Labelled" };

/** @param {string} kind as in `/v1/live/frame` and `/v1/captures/ID/images`. */
export const pictureName = (kind) => names[kind] ?? `Only ${kind.replace(/^only-/, "")}`;

/** All pictures of a lens with such species. @param {string} observed what the camera's own picture is called. */
export const pictureKinds = (observed, species) => [observed, "map", "magnified", "labelled", ...species.map(({ key }) => `only-${key}`)];

/** Width over height of the whole field. */
export function fieldAspect({ bitmap, covers: [x0, y0, x1, y1] }) {
  return (bitmap.width / (x1 - x0)) / (bitmap.height / (y1 - y0));
}

/** Of the whole field; null where the scale is unknown. */
export function fieldWidthNm({ bitmap, nmPerPixel, covers: [x0, , x1] }) {
  return nmPerPixel ? (nmPerPixel * bitmap.width) / (x1 - x0) : null;
}

const font = "system-ui, 'DejaVu Sans', sans-serif";

/**
 * Writes on the picture itself what it is, so that a copy of the screen says so too.
 * @param {{x: number, y: number, width: number, height: number}} area what of the picture can be seen
 * @param {"left"|"right"} side
 */
export function drawLabel(context, picture, area, side) {
  const age = picture.age?.() ?? 0;
  const text = age >= oldSeconds ? `${picture.label}  ${seconds(age)} ago` : picture.label;
  const parts = [{ text, ground: "rgb(10 12 14 / 82%)", ink: "#ffffff", weight: 600 }];
  if (picture.isSynthesised) parts.push({ text: "SYNTHESISED", ground: "#ffcf5c", ink: "#201600", weight: 700 });
  const height = 22;
  for (const part of parts) {
    context.font = `${part.weight} 13px ${font}`;
    part.width = context.measureText(part.text).width + 14;
  }
  const total = parts.reduce((sum, { width }) => sum + width, 0);
  const shrink = Math.min(1, Math.max(0.5, (area.width - 8) / total));
  context.save();
  context.translate(side === "left" ? area.x + 6 : area.x + area.width - 6 - total * shrink, area.y + 6);
  context.scale(shrink, shrink);
  context.textBaseline = "middle";
  let x = 0;
  for (const { text, ground, ink, weight, width } of parts) {
    context.fillStyle = ground;
    context.fillRect(x, 0, width, height);
    context.fillStyle = ink;
    context.font = `${weight} 13px ${font}`;
    context.fillText(text, x + 7, height / 2 + 0.5);
    x += width;
  }
  context.restore();
}

/** The longest 1, 2 or 5 times a power of ten that is not longer. */
function niceLength(nanometres) {
  const power = 10 ** Math.floor(Math.log10(nanometres));
  return [5, 2, 1].find((factor) => factor * power <= nanometres) * power;
}

/** @param {?number} nmPerScreenPixel null where the scale is unknown: then there is no length. */
export function drawScaleBar(context, nmPerScreenPixel, area, lengthText) {
  const nanometres = nmPerScreenPixel && niceLength(nmPerScreenPixel * Math.min(180, area.width * 0.3));
  const width = nanometres ? nanometres / nmPerScreenPixel : 0;
  const text = nanometres ? lengthText(nanometres) : "scale unknown";
  context.font = `600 13px ${font}`;
  context.textBaseline = "alphabetic";
  const box = { width: Math.max(width, context.measureText(text).width) + 16, height: nanometres ? 34 : 24 };
  const [x, y] = [area.x + 8, area.y + area.height - box.height - 8];
  context.fillStyle = "rgb(10 12 14 / 72%)";
  context.fillRect(x, y, box.width, box.height);
  context.fillStyle = "#ffffff";
  context.fillText(text, x + 8, y + 16);
  if (nanometres) context.fillRect(x + 8, y + 23, width, 4);
}

/**
 * @param {{colour: ?string, points: number[][], isDashed?: boolean, isChosen?: boolean}[]} outlines corners in shares of the
 *   field, 0…1
 */
export function drawOutlines(context, outlines, place) {
  context.lineJoin = "round";
  for (const { colour, points, isDashed, isChosen } of outlines) {
    context.beginPath();
    for (const [x, y] of points) context.lineTo(place.x + x * place.width, place.y + y * place.height);
    context.closePath();
    // A pale line below: deep blue and red stand out on dark and bright grounds alike.
    context.setLineDash([]);
    context.lineWidth = isChosen ? 7 : 3.5;
    context.strokeStyle = isChosen ? "#ffffff" : "rgb(255 255 255 / 75%)";
    context.stroke();
    context.setLineDash(isDashed ? [5, 4] : []);
    context.lineWidth = isChosen ? 3 : 1.75;
    context.strokeStyle = colour ?? "#404040";
    context.stroke();
    context.setLineDash([]);
  }
}
