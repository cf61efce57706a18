/** Outlines: closed polygons of [x, y] in pixels of the field, the centre of the top left pixel being [0, 0]. */

/** @param {number[][]} points */
export function area(points) {
  let twice = 0;
  for (const [index, [x, y]] of points.entries()) {
    const [nextX, nextY] = points[(index + 1) % points.length];
    twice += x * nextY - nextX * y;
  }
  return Math.abs(twice) / 2;
}

/** By the even-odd rule. */
export function contains(points, [x, y]) {
  let isInside = false;
  for (const [index, [ax, ay]] of points.entries()) {
    const [bx, by] = points[(index + 1) % points.length];
    if ((ay <= y) !== (by <= y) && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) isInside = !isInside;
  }
  return isInside;
}

/** Of a point from the line between two others. */
function distance([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const share = square > 0 ? Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square)) : 0;
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}

/** The side that lies nearest: from corner `index` to the next. */
export function nearestSide(points, point) {
  let nearest = { index: -1, distance: Infinity };
  for (const [index, corner] of points.entries()) {
    const gap = distance(point, corner, points[(index + 1) % points.length]);
    if (gap < nearest.distance) nearest = { index, distance: gap };
  }
  return nearest;
}

/** Whether sides meet elsewhere than neighbours do in their corner; the daemon asks the same. */
export function crosses(points) {
  const side = ([ax, ay], [bx, by], [cx, cy]) => (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  const isBetween = ([x, y], [ax, ay], [bx, by]) => x >= Math.min(ax, bx) && x <= Math.max(ax, bx) && y >= Math.min(ay, by) && y <= Math.max(ay, by);
  const foldsBack = (corner, one, other) => side(corner, one, other) === 0
    && (one[0] - corner[0]) * (other[0] - corner[0]) + (one[1] - corner[1]) * (other[1] - corner[1]) >= 0;
  const count = points.length;
  for (let i = 0; i < count; i += 1) {
    const [a, b] = [points[i], points[(i + 1) % count]];
    if (foldsBack(b, a, points[(i + 2) % count])) return true;
    for (let j = i + 2; j < count - (i === 0 ? 1 : 0); j += 1) {
      const [c, d] = [points[j], points[(j + 1) % count]];
      const [ofC, ofD, ofA, ofB] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
      if (ofC * ofD < 0 && ofA * ofB < 0) return true;
      if ((ofC === 0 && isBetween(c, a, b)) || (ofD === 0 && isBetween(d, a, b)) || (ofA === 0 && isBetween(a, c, d)) || (ofB === 0 && isBetween(b, c, d))) return true;
    }
  }
  return false;
}

/** Fewer corners, none of those left out farther from the new sides than `tolerance` (Douglas and Peucker, 1973). */
export function simplified(points, tolerance) {
  if (points.length < 5) return points;
  const kept = new Set();
  const keep = (from, to) => {
    let farthest = { index: -1, gap: tolerance };
    for (let index = from + 1; index < to; index += 1) {
      const gap = distance(points[index], points[from], points[to % points.length]);
      if (gap > farthest.gap) farthest = { index, gap };
    }
    if (farthest.index < 0) return;
    kept.add(farthest.index);
    keep(from, farthest.index);
    keep(farthest.index, to);
  };
  const gaps = points.map(([x, y]) => Math.hypot(x - points[0][0], y - points[0][1]));
  const opposite = gaps.indexOf(Math.max(...gaps));
  kept.add(0).add(opposite);
  keep(0, opposite);
  keep(opposite, points.length);
  const fewer = points.filter((_, index) => kept.has(index));
  return fewer.length < 3 || crosses(fewer) ? points : fewer;
}

export const box = ([ax, ay], [bx, by]) => [[ax, ay], [bx, ay], [bx, by], [ax, by]];

/** The ellipse that touches the sides of a box. */
export function ellipse([ax, ay], [bx, by], corners = 32) {
  return Array.from({ length: corners }, (_, index) => {
    const angle = (index / corners) * 2 * Math.PI;
    return [(ax + bx) / 2 + (Math.cos(angle) * (bx - ax)) / 2, (ay + by) / 2 + (Math.sin(angle) * (by - ay)) / 2];
  });
}

/** Cuts off what lies outside a field of such a size: each corner goes to the border's nearest point. */
export const within = (points, width, height) =>
  points.map(([x, y]) => [Math.min(width - 0.5, Math.max(-0.5, x)), Math.min(height - 0.5, Math.max(-0.5, y))]);

/** A part of a field whose pixels are set or not. */
export class Mask {
  /** @param {number} x of its first column in the field @param {number} y of its first row */
  constructor(x, y, width, height) {
    [this.x, this.y, this.width, this.height] = [x, y, width, height];
    this.bits = new Uint8Array(width * height);
  }

  get count() { return this.bits.reduce((sum, bit) => sum + bit, 0); }

  /** Sets, or with `value` 0 clears, a disc. */
  paint([x, y], radius, value = 1) {
    for (let row = Math.max(0, Math.ceil(y - radius - this.y)); row < this.height && row + this.y <= y + radius; row += 1) {
      const half = Math.sqrt(radius * radius - (row + this.y - y) ** 2);
      const from = Math.max(0, Math.ceil(x - half - this.x));
      const to = Math.min(this.width - 1, Math.floor(x + half - this.x));
      if (from <= to) this.bits.fill(value, row * this.width + from, row * this.width + to + 1);
    }
  }

  /** Sets what lies within an outline. */
  fill(points) {
    for (let row = 0; row < this.height; row += 1) {
      const y = row + this.y;
      const ends = [];
      for (const [index, [ax, ay]] of points.entries()) {
        const [bx, by] = points[(index + 1) % points.length];
        if ((ay <= y) !== (by <= y)) ends.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
      }
      ends.sort((a, b) => a - b);
      for (let pair = 0; pair + 1 < ends.length; pair += 2) {
        const from = Math.max(0, Math.ceil(ends[pair] - this.x));
        const to = Math.min(this.width - 1, Math.floor(ends[pair + 1] - this.x));
        if (from <= to) this.bits.fill(1, row * this.width + from, row * this.width + to + 1);
      }
    }
  }

  /** Pixels that hang together with one, by their sides; itself not set, none. */
  #region(start, value, visit) {
    const { bits, width, height } = this;
    const seen = new Uint8Array(bits.length);
    const open = [];
    for (const at of start) if (bits[at] === value && !seen[at]) { seen[at] = 1; open.push(at); }
    while (open.length > 0) {
      const at = open.pop();
      visit?.(at);
      const x = at % width;
      for (const next of [x > 0 ? at - 1 : -1, x < width - 1 ? at + 1 : -1, at - width, at + width]) {
        if (next >= 0 && next < width * height && bits[next] === value && !seen[next]) { seen[next] = 1; open.push(next); }
      }
    }
    return seen;
  }

  /** Keeps what hangs together with a pixel, with its holes filled. Takes the nearest set pixel within `reach`. */
  keepRegion([x, y], reach) {
    const { width, height, bits } = this;
    let start = -1;
    let best = reach * reach + 1;
    for (let row = Math.max(0, Math.ceil(y - reach - this.y)); row < height && row <= y + reach - this.y; row += 1) {
      for (let column = Math.max(0, Math.ceil(x - reach - this.x)); column < width && column <= x + reach - this.x; column += 1) {
        const gap = (column + this.x - x) ** 2 + (row + this.y - y) ** 2;
        if (bits[row * width + column] && gap < best) [start, best] = [row * width + column, gap];
      }
    }
    if (start < 0) {
      bits.fill(0);
      return;
    }
    this.bits = this.#region([start], 1);
    const border = [];
    for (let column = 0; column < width; column += 1) border.push(column, (height - 1) * width + column);
    for (let row = 0; row < height; row += 1) border.push(row * width, row * width + width - 1);
    const outside = this.#region(border, 0);
    for (let at = 0; at < this.bits.length; at += 1) this.bits[at] = outside[at] ? 0 : 1;
  }

  /** How far each set pixel is from the nearest one that is not, about, in thirds of a pixel (Borgefors, 1986). */
  #depths() {
    const { width, height, bits } = this;
    const depths = Uint16Array.from(bits, (bit) => (bit ? 60_000 : 0));
    const pass = (from, to, step, before, cross, diagonals) => {
      for (let at = from; at !== to; at += step) {
        if (depths[at] === 0) continue;
        const column = at % width;
        let least = depths[at];
        const look = (next, gap, shift) => {
          if (column + shift < 0 || column + shift >= width || next < 0 || next >= width * height) return;
          least = Math.min(least, depths[next] + gap);
        };
        look(at + before, 3, before);
        look(at + cross, 3, 0);
        for (const shift of diagonals) look(at + cross + shift, 4, shift);
        depths[at] = least;
      }
    };
    pass(0, width * height, 1, -1, -width, [-1, 1]);
    pass(width * height - 1, -1, -1, 1, width, [1, -1]);
    return depths;
  }

  /**
   * Of grains that touch, keeps the one around a point: what hangs together deep inside is one grain, and each pixel belongs
   * to the nearest (a watershed of the distance from the edge).
   */
  keepPart([x, y]) {
    const { width, bits } = this;
    const depths = this.#depths();
    const deepest = depths.reduce((most, depth) => Math.max(most, depth), 0);
    for (let level = 6; level < deepest; level += 6) {
      const parts = this.#cores(depths, level, level + deepest / 4);
      if (parts === null) continue;
      this.#flood(parts);
      let [mine, nearest] = [0, Infinity];
      for (let at = 0; at < parts.length; at += 1) {
        const gap = (this.x + (at % width) - x) ** 2 + (this.y + Math.floor(at / width) - y) ** 2;
        if (parts[at] > 0 && gap < nearest) [mine, nearest] = [parts[at], gap];
      }
      for (let at = 0; at < bits.length; at += 1) bits[at] = parts[at] === mine ? 1 : 0;
      this.open(1);
      this.keepRegion([x, y], 12);
      this.keepPart([x, y]);
      return;
    }
  }

  /**
   * Numbers from 1 on for regions deeper than a level; null where there are not several. A bump of the edge is none: its
   * middle is not as deep as `least`.
   */
  #cores(depths, level, least) {
    const { width } = this;
    const parts = new Uint16Array(depths.length);
    const dropped = 0xffff;
    let count = 0;
    for (let start = 0; start < depths.length; start += 1) {
      if (depths[start] <= level || parts[start] !== 0) continue;
      const members = [start];
      let middle = 0;
      parts[start] = dropped;
      for (let next = 0; next < members.length; next += 1) {
        const at = members[next];
        middle = Math.max(middle, depths[at]);
        // Around the set pixels is a border that is not set: there is always a neighbour.
        for (const near of [at - 1, at + 1, at - width, at + width]) {
          if (depths[near] > level && parts[near] === 0) {
            parts[near] = dropped;
            members.push(near);
          }
        }
      }
      if (middle < least) continue;
      count += 1;
      for (const at of members) parts[at] = count;
    }
    if (count < 2) return null;
    for (let at = 0; at < parts.length; at += 1) if (parts[at] === dropped) parts[at] = 0;
    return parts;
  }

  /** Lets numbered parts grow over the set pixels, all at the same speed. */
  #flood(parts) {
    const { width, bits } = this;
    let open = [];
    for (let at = 0; at < parts.length; at += 1) if (parts[at] > 0) open.push(at);
    while (open.length > 0) {
      const next = [];
      for (const at of open) {
        const column = at % width;
        for (const near of [column > 0 ? at - 1 : -1, column < width - 1 ? at + 1 : -1, at - width, at + width]) {
          if (near >= 0 && near < parts.length && bits[near] === 1 && parts[near] === 0) {
            parts[near] = parts[at];
            next.push(near);
          }
        }
      }
      open = next;
    }
  }

  /** The same with no more around the set pixels than needed; itself where none is set. */
  trimmed() {
    const { width, height, bits } = this;
    let [left, top, right, bottom] = [width, height, -1, -1];
    for (let at = 0; at < bits.length; at += 1) {
      if (bits[at] === 0) continue;
      const [column, row] = [at % width, Math.floor(at / width)];
      [left, top, right, bottom] = [Math.min(left, column), Math.min(top, row), Math.max(right, column), Math.max(bottom, row)];
    }
    if (right < 0) return this;
    const part = new Mask(this.x + left - 1, this.y + top - 1, right - left + 3, bottom - top + 3);
    for (let row = top; row <= bottom; row += 1) {
      part.bits.set(bits.subarray(row * width + left, row * width + right + 1), (row - top + 1) * part.width + 1);
    }
    return part;
  }

  /** Grows the set pixels by one on all sides, or with `value` 0 shrinks them. */
  #spread(value) {
    const { width, height, bits } = this;
    const next = bits.slice();
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        if (bits[row * width + column] !== value) continue;
        for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y += 1) {
          next.fill(value, y * width + Math.max(0, column - 1), y * width + Math.min(width - 1, column + 1) + 1);
        }
      }
    }
    this.bits = next;
  }

  /** Takes off what is thinner than twice as many pixels. */
  open(times) {
    for (let time = 0; time < times; time += 1) this.#spread(0);
    for (let time = 0; time < times; time += 1) this.#spread(1);
  }

  /** Closes gaps that are narrower than twice as many pixels. */
  close(times) {
    for (let time = 0; time < times; time += 1) this.#spread(1);
    for (let time = 0; time < times; time += 1) this.#spread(0);
  }

  /** How many of its outermost pixels are set, but for those at the border of the field itself. */
  touches(fieldWidth, fieldHeight) {
    const { bits, width, height } = this;
    let count = 0;
    for (let column = 0; column < width; column += 1) {
      if (this.y > 0) count += bits[column];
      if (this.y + height < fieldHeight) count += bits[(height - 1) * width + column];
    }
    for (let row = 0; row < height; row += 1) {
      if (this.x > 0) count += bits[row * width];
      if (this.x + width < fieldWidth) count += bits[row * width + width - 1];
    }
    return count;
  }

  /**
   * The outer boundary of the largest region, half-way between pixels inside and outside (marching squares): no corner
   * occurs twice.
   * @returns {?number[][]}
   */
  outline() {
    const { width, height } = this;
    const set = (x, y) => x >= 0 && y >= 0 && x < width && y < height && this.bits[y * width + x] === 1;
    const seen = new Set();
    let best = null;
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        if (!set(x, y) || set(x - 1, y) || seen.has(y * (width + 1) + x)) continue;
        const points = this.#trace(set, x, y, seen);
        if (points.length >= 3 && (!best || area(points) > area(best))) best = points;
      }
    }
    return best?.map(([x, y]) => [x + this.x, y + this.y]) ?? null;
  }

  /** Goes around with the set pixels on the right, from the left side of one; notes the left sides it passes. */
  #trace(set, startX, startY, seen) {
    const ahead = [[0, -1], [1, 0], [0, 1], [-1, 0]];
    const points = [];
    // The pixel, and which of its sides is passed: 0 left, 1 upper, 2 right, 3 lower.
    let [x, y, side] = [startX, startY, 0];
    do {
      if (side === 0) seen.add(y * (this.width + 1) + x);
      points.push([x - (side === 0 ? 0.5 : side === 2 ? -0.5 : 0), y - (side === 1 ? 0.5 : side === 3 ? -0.5 : 0)]);
      const [dx, dy] = ahead[side];
      const [ox, oy] = ahead[(side + 3) % 4];
      // Diagonal neighbours do not hang together.
      if (set(x + dx, y + dy) && set(x + dx + ox, y + dy + oy)) {
        [x, y, side] = [x + dx + ox, y + dy + oy, (side + 3) % 4];
      } else if (set(x + dx, y + dy)) {
        [x, y] = [x + dx, y + dy];
      } else {
        side = (side + 1) % 4;
      }
    } while (x !== startX || y !== startY || side !== 0);
    return points;
  }
}

/** Softens steps of single pixels: each corner goes to the mean of itself and its neighbours. */
const smoothed = (points) => points.map(([x, y], index) => {
  const [px, py] = points[(index + points.length - 1) % points.length];
  const [nx, ny] = points[(index + 1) % points.length];
  return [(px + 2 * x + nx) / 4, (py + 2 * y + ny) / 4];
});

/** Corners of a boundary as a person would set them; null for what is too small for a grain. */
export function outlineOf(mask, tolerance = 0.6) {
  const points = mask.outline();
  if (!points || area(points) < 12) return null;
  const soft = smoothed(points);
  return simplified(crosses(soft) ? points : soft, tolerance).map(([x, y]) => [Math.round(x * 100) / 100, Math.round(y * 100) / 100]);
}

/** The value below which a share of those that are counted lie. */
function quantile(counts, share) {
  let left = share * counts.reduce((sum, count) => sum + count, 0);
  return Math.max(0, counts.findIndex((count) => (left -= count) <= 0));
}

/** Of the rim's contrast with the glass, where the edge of a grain is seen. */
const edgeShare = 0.5;

/**
 * What stands out against the glass around a point.
 * @param {{data: Uint8ClampedArray, width: number, height: number}} picture RGBA of the field
 * @param {number[]} point
 * @param {{reach: number, likePoint?: boolean, strictness?: number}} how `reach`: how far the end of a grain may be, in
 *   pixels; `likePoint`: only what has the point's own colour, as in a map; `strictness`: above 1 for a tighter outline
 * @returns {?number[][]} null where nothing stands out, or no end of it is seen.
 */
export function proposed(picture, point, { reach, likePoint = false, strictness = 1 }) {
  const [px, py] = point;
  const [x0, y0] = [Math.max(0, Math.round(px - reach)), Math.max(0, Math.round(py - reach))];
  const [x1, y1] = [Math.min(picture.width, Math.round(px + reach) + 1), Math.min(picture.height, Math.round(py + reach) + 1)];
  if (x1 - x0 < 8 || y1 - y0 < 8) return null;
  const mask = new Mask(x0, y0, x1 - x0, y1 - y0);
  const contrast = contrasts(picture, mask);
  const counts = new Uint32Array(256);
  for (const value of contrast) counts[value] += 1;
  // Most of the surroundings is glass: what is far above its noise is none.
  const noise = quantile(counts.slice(0, 40), 0.5);
  const least = Math.max(4 * noise, 10);
  const isAlike = likePoint ? alike(picture, point) : () => true;
  const setAbove = (threshold) => {
    for (let at = 0; at < contrast.length; at += 1) {
      mask.bits[at] = contrast[at] > threshold && isAlike(x0 + (at % mask.width), y0 + Math.floor(at / mask.width)) ? 1 : 0;
    }
    mask.close(1);
    mask.keepRegion(point, 6);
  };
  setAbove(least);
  // Its edge is where the blur has fallen to a share of what the rim shows.
  const inside = new Uint32Array(256);
  for (let at = 0; at < contrast.length; at += 1) if (mask.bits[at]) inside[contrast[at]] += 1;
  setAbove(Math.max(least, edgeShare * quantile(inside, 0.9) * strictness));
  mask.open(2);
  mask.keepRegion(point, reach / 6);
  if (mask.touches(picture.width, picture.height) > 0) return null;
  const grain = mask.trimmed();
  grain.keepPart(point);
  return outlineOf(grain);
}

/** How far the pixels of a part of a picture are from the glass, the most frequent colour, in a mean of three by three. */
function contrasts(picture, { x: x0, y: y0, width, height }) {
  const { data } = picture;
  const counts = [0, 1, 2].map(() => new Uint32Array(256));
  for (let row = 0; row < height; row += 2) {
    for (let column = 0; column < width; column += 2) {
      const at = ((row + y0) * picture.width + column + x0) * 4;
      for (const channel of [0, 1, 2]) counts[channel][data[at + channel]] += 1;
    }
  }
  const glass = counts.map((values) => values.indexOf(Math.max(...values)));
  const sharp = new Uint16Array(width * height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const at = ((row + y0) * picture.width + column + x0) * 4;
      sharp[row * width + column] = Math.max(Math.abs(data[at] - glass[0]), Math.abs(data[at + 1] - glass[1]), Math.abs(data[at + 2] - glass[2]));
    }
  }
  const means = new Uint8Array(width * height);
  for (let row = 0; row < height; row += 1) {
    const [up, down] = [Math.max(0, row - 1) * width, Math.min(height - 1, row + 1) * width];
    for (let column = 0; column < width; column += 1) {
      const [left, right] = [Math.max(0, column - 1), Math.min(width - 1, column + 1)];
      let sum = 0;
      for (const line of [up, row * width, down]) sum += sharp[line + left] + sharp[line + column] + sharp[line + right];
      means[row * width + column] = sum / 9;
    }
  }
  return means;
}

/** Whether a pixel has a point's own colour. */
function alike({ data, width }, [px, py]) {
  const seed = (Math.round(py) * width + Math.round(px)) * 4;
  return (x, y) => {
    const at = (y * width + x) * 4;
    return Math.max(Math.abs(data[at] - data[seed]), Math.abs(data[at + 1] - data[seed + 1]), Math.abs(data[at + 2] - data[seed + 2])) < 110;
  };
}
