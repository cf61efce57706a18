/** Numbers and times as people read them; a dash for what is not known. */

const known = (value) => typeof value === "number" && Number.isFinite(value);

/** @param {?number} value @param {number} digits decimals */
export const fixed = (value, digits = 1) => (known(value) ? value.toFixed(digits) : "–");

/** A scale: whole where it is. */
export const scale = (nanometres) => `${fixed(nanometres, Number.isInteger(nanometres) ? 0 : 1)} nm a pixel`;

/** Three significant digits, whole above 100, thousands apart. */
export function significant(value) {
  if (!known(value)) return "–";
  if (value === 0) return "0";
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  return value.toLocaleString("en", { maximumFractionDigits: Math.max(0, 2 - magnitude) });
}

export const percent = (share, digits = 0) => (known(share) ? `${(share * 100).toFixed(digits)} %` : "–");

export function seconds(value) {
  if (!known(value)) return "–";
  if (value < 0.9995) return `${Math.round(value * 1000)} ms`;
  if (value < 99.95) return `${value.toFixed(1)} s`;
  return duration(value);
}

export function duration(value) {
  if (!known(value)) return "–";
  const total = Math.round(value);
  const parts = [[Math.floor(total / 86400), "d"], [Math.floor(total / 3600) % 24, "h"], [Math.floor(total / 60) % 60, "min"], [total % 60, "s"]];
  const first = parts.findIndex(([count]) => count > 0);
  return first < 0 ? "0 s" : parts.slice(first, first + 2).filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`).join(" ");
}

export function bytes(value) {
  if (!known(value)) return "–";
  for (const unit of ["B", "kB", "MB", "GB"]) {
    if (value < 1000) return `${value.toFixed(unit === "B" ? 0 : 1)} ${unit}`;
    value /= 1000;
  }
  return `${value.toFixed(1)} TB`;
}

/** ISO 8601 in the reader's own time zone, to the second. */
export function time(iso) {
  const date = new Date(iso ?? NaN);
  if (Number.isNaN(date.getTime())) return "–";
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(date)}`;
}

export function clock(iso) {
  const date = iso instanceof Date ? iso : new Date(iso ?? NaN);
  if (Number.isNaN(date.getTime())) return "–";
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((number) => String(number).padStart(2, "0")).join(":");
}

export const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** `exposure_time_absolute` as words. */
export const words = (name) => name.replaceAll("_", " ");

export function length(nanometres) {
  return nanometres >= 1e6 ? `${nanometres / 1e6} mm` : nanometres >= 1000 ? `${nanometres / 1000} µm` : `${nanometres} nm`;
}
