// A plot's frame: scales from data to the canvas, linear or logarithmic, with ticks and labels.

import { FONT, words } from "./draw.js";
import { format, tickText, ticks } from "./numbers.js";

/**
 * Scales for a plot inside a canvas.
 *
 * `x` and `y` are `{ low, high, log, label, ticks, text }`; the result has `toX`, `toY` (data to
 * canvas), `fromX`, `fromY` (back), and the plot's `box`.
 */
export function makeAxes(width, height, x, y, margin = {}) {
  const { left = 46, right = 12, top = 12, bottom = 36 } = margin;
  const box = { left, top, right: width - right, bottom: height - bottom };
  const [toX, fromX] = scale(x, box.left, box.right);
  const [toY, fromY] = scale(y, box.bottom, box.top);
  return { x, y, box, toX, toY, fromX, fromY };
}

function scale({ low, high, log }, from, to) {
  if (!log) {
    const factor = (to - from) / (high - low);
    return [(v) => from + (v - low) * factor, (p) => low + (p - from) / factor];
  }
  const [a, b] = [Math.log10(low), Math.log10(high)];
  const factor = (to - from) / (b - a);
  return [(v) => from + (Math.log10(v) - a) * factor, (p) => 10 ** (a + (p - from) / factor)];
}

/** Draw the left and bottom spines, ticks, and labels. */
export function drawAxes(ctx, axes, colours) {
  const { box, x, y } = axes;
  Object.assign(ctx, { strokeStyle: colours.frame, lineWidth: 1 });
  ctx.beginPath();
  ctx.moveTo(box.left, box.top);
  ctx.lineTo(box.left, box.bottom);
  ctx.lineTo(box.right, box.bottom);
  ctx.stroke();
  const colour = colours.ink;
  for (const [place, text] of marks(x, Math.max(2, (box.right - box.left) / 70))) {
    const at = axes.toX(place);
    tick(ctx, at, box.bottom, 0, 4);
    words(ctx, text, [at, box.bottom + 13], { colour, align: "center" });
  }
  for (const [place, text] of marks(y, Math.max(2, (box.bottom - box.top) / 45))) {
    const at = axes.toY(place);
    tick(ctx, box.left, at, -4, 0);
    words(ctx, text, [box.left - 7, at], { colour, align: "right" });
  }
  if (x.label) {
    const middle = (box.left + box.right) / 2;
    words(ctx, x.label, [middle, box.bottom + 28], { colour, align: "center" });
  }
  if (y.label) {
    const style = { colour, baseline: "top", font: FONT, halo: colours.paper };
    words(ctx, y.label, [box.left + 8, box.top + 2], style);
  }
}

function tick(ctx, x, y, dx, dy) {
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x + dx, y + dy);
  ctx.stroke();
}

function marks(axis, count) {
  if (axis.ticks) return axis.ticks.map((value) => [value, axis.text?.(value) ?? format(value, 3)]);
  if (!axis.log) {
    const found = ticks(axis.low, axis.high, count);
    const step = found.length > 1 ? found[1] - found[0] : 1;
    return found.map((value) => [value, tickText(value, step)]);
  }
  const [a, b] = [Math.ceil(Math.log10(axis.low) - 1e-9), Math.floor(Math.log10(axis.high) + 1e-9)];
  const step = Math.max(1, Math.ceil((b - a) / count));
  const first = Math.ceil(a / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((b - first) / step) + 1) }, (_, k) => {
    const power = first + k * step;
    return [10 ** power, powerOfTen(power)];
  });
}

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴" };
Object.assign(RAISED, { 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" });

/** Ten to a whole power, as people write it. */
export function powerOfTen(power) {
  if (power === 0) return "1";
  return `10${[...String(power)].map((letter) => RAISED[letter]).join("")}`;
}

/** Draw inside the plot's box only. */
export function inside(ctx, { box }, drawing) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  ctx.clip();
  drawing();
  ctx.restore();
}
