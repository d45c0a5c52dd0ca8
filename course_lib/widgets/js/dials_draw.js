// Dials and the arrows between them.

import { NARROW } from "./canvas.js";
import { arrow, dot, stroke, words } from "./draw.js";
import { clamp, format } from "./numbers.js";

export const TURN = 10; // this much of a value is one turn of its dial

/** How to write beside dials, and the colours to draw with. */
export function lettersFor({ width, colours }) {
  const font = `600 ${width < NARROW ? 12 : 15}px system-ui, "DejaVu Sans", sans-serif`;
  return { align: "center", font, halo: colours.paper, colours };
}

/** An arrow from one dial to the next, with the rate between them. */
export function drawRate(ctx, where, [from, to], rate, style) {
  const { colours } = style;
  const [a, b] = [where[from], where[to]];
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  const along = (part) => [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part];
  const gap = (where.radius + 12) / length;
  const width = 2 + 2.5 * Math.min(1, Math.abs(rate) / 4);
  arrow(ctx, along(gap), along(1 - gap), { colour: colours.tangents, width, head: 14 });
  const [x, y] = along(0.5);
  // Off the arrow at a right angle, and far enough for a long number between two dials.
  const tight = length - 2 * where.radius < 80 && b[1] === a[1];
  const off = tight ? 0.75 * where.radius : 22;
  const beside = [x + ((b[1] - a[1]) * off) / length, y - ((b[0] - a[0]) * off) / length];
  words(ctx, `× ${format(rate)}`, beside, { ...style, colour: colours.text.tangents });
}

/** A dial whose hand points at `value`; an arc shows how far it has turned since `before`. */
export function drawDial(ctx, [x, y], radius, { name, value, before, rate }, style) {
  const { colours } = style;
  dot(ctx, [x, y], radius, colours.faint, colours.values);
  const angle = (2 * Math.PI * value) / TURN;
  const old = (2 * Math.PI * before) / TURN;
  const at = (turn, part) => {
    const reach = radius * part;
    return [x + Math.sin(turn) * reach, y - Math.cos(turn) * reach];
  };
  for (let k = 0; k < TURN; k++) {
    const turn = (2 * Math.PI * k) / TURN;
    stroke(ctx, [at(turn, 0.88), at(turn, 0.98)], colours.values, 1.5);
    if (radius > 34 || k % 5 === 0) {
      words(ctx, String(k), at(turn, 0.7), { colour: colours.ink, align: "center" });
    }
  }
  if (Number.isFinite(angle)) {
    if (Number.isFinite(old) && Math.abs(angle - old) > 1e-6) {
      // How far it has turned since it was taken hold of.
      Object.assign(ctx, { strokeStyle: colours.tangents, lineWidth: 6 });
      ctx.beginPath();
      const end = old + clamp(angle - old, -2 * Math.PI, 2 * Math.PI);
      ctx.arc(x, y, radius + 6, old - Math.PI / 2, end - Math.PI / 2, angle < old);
      ctx.stroke();
    }
    ctx.lineCap = "round";
    stroke(ctx, [[x, y], at(angle, 0.6)], colours.values, 4);
    ctx.lineCap = "butt";
  }
  dot(ctx, [x, y], 5, colours.values);
  const [under, last] = [y + radius + 22, y + radius + 40];
  words(ctx, `${name} = ${format(value)}`, [x, under], { ...style, colour: colours.ink });
  words(ctx, `turns at ${format(rate)}`, [x, last], { ...style, colour: colours.text.tangents });
}
