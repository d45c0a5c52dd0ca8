// Marks that many pictures need: arrows, dots, words on a busy background, the hiker.

export const FONT = '12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif';

/** An arrow with a filled head; `both` puts a head at either end. */
export function arrow(ctx, from, to, { colour, width = 2.5, head = 10, both = false, halo } = {}) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (!(length > 0.5)) return;
  const size = Math.min(head, length * (both ? 0.45 : 0.8));
  const [ux, uy] = [dx / length, dy / length];
  const neck = [to[0] - ux * size * 0.8, to[1] - uy * size * 0.8];
  const start = both ? [from[0] + ux * size * 0.8, from[1] + uy * size * 0.8] : from;
  const strokes = halo ? [[halo, width + 3], [colour, width]] : [[colour, width]];
  for (const [style, lineWidth] of strokes) {
    Object.assign(ctx, { strokeStyle: style, fillStyle: style, lineWidth, lineCap: "butt" });
    ctx.lineJoin = "round";
    line(ctx, [start, neck]);
    tip(ctx, to, [ux, uy], size, style === halo && halo !== colour);
    if (both) tip(ctx, from, [-ux, -uy], size, style === halo && halo !== colour);
  }
}

function tip(ctx, [x, y], [ux, uy], size, outlined) {
  const half = size * 0.42;
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x - ux * size - uy * half, y - uy * size + ux * half);
  ctx.lineTo(x - ux * size + uy * half, y - uy * size - ux * half);
  ctx.closePath();
  ctx.fill();
  if (outlined) {
    ctx.lineWidth = 3;
    ctx.stroke();
  }
}

/** A line through points; a point that is not finite breaks it. */
export function line(ctx, points) {
  path(ctx, [points]);
  ctx.stroke();
}

/** Several such lines as the path to be drawn. */
export function path(ctx, lines) {
  ctx.beginPath();
  for (const points of lines) {
    let down = false;
    for (const [x, y] of points) {
      const seen = Number.isFinite(x) && Number.isFinite(y);
      if (seen) ctx[down ? "lineTo" : "moveTo"](x, y);
      down = seen;
    }
  }
}

/** A line over its halo, which sets it off from a busy background. */
export function strokeWithHalo(ctx, [colour, width], [halo, haloWidth]) {
  Object.assign(ctx, { lineCap: "round", lineJoin: "round" });
  Object.assign(ctx, { strokeStyle: halo, lineWidth: haloWidth });
  ctx.stroke();
  Object.assign(ctx, { strokeStyle: colour, lineWidth: width });
  ctx.stroke();
}

/** The same in a colour, and dashed if you like. */
export function stroke(ctx, points, colour, width, dashes = []) {
  Object.assign(ctx, { strokeStyle: colour, lineWidth: width });
  ctx.setLineDash(dashes);
  line(ctx, points);
  ctx.setLineDash([]);
}

export function dot(ctx, [x, y], radius, fill, rim) {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fillStyle = fill;
  ctx.fill();
  if (rim) {
    Object.assign(ctx, { strokeStyle: rim, lineWidth: 2 });
    ctx.stroke();
  }
}

/** Words that stay legible on any background, for a halo in the paper's colour surrounds them. */
export function words(ctx, text, [x, y], options = {}) {
  const { colour, halo, align = "left", baseline = "middle", font = FONT } = options;
  Object.assign(ctx, { font, textAlign: align, textBaseline: baseline, lineJoin: "round" });
  if (halo) {
    Object.assign(ctx, { strokeStyle: halo, lineWidth: 4 });
    ctx.strokeText(text, x, y);
  }
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}

/** A hiker with a stick, whose feet stand at a point. */
export function hiker(ctx, [x, y], { colour, halo, size = 1, alpha = 1 }) {
  ctx.save();
  ctx.globalAlpha = alpha;
  ctx.translate(x, y);
  ctx.scale(size, size);
  Object.assign(ctx, { lineCap: "round", lineJoin: "round" });
  for (const [style, extra] of [[halo, 3.5], [colour, 0]]) {
    Object.assign(ctx, { strokeStyle: style, fillStyle: style, lineWidth: 2.2 + extra });
    line(ctx, [[-4, 0], [-0.5, -8], [4, 0]]); // legs
    line(ctx, [[-0.5, -8], [0.8, -16], [5, -11.5], [7.5, -12.5]]); // back and arm
    ctx.lineWidth = 1.4 + extra;
    line(ctx, [[7, -15], [8.5, 0]]); // stick
    ctx.lineWidth = 2.2 + extra;
    ctx.beginPath();
    ctx.arc(1.6, -20, 2.9, 0, 2 * Math.PI);
    ctx.fill();
    if (extra) ctx.stroke();
    ctx.beginPath(); // rucksack
    ctx.ellipse(-3, -12.6, 2.4, 3.8, 0.15, 0, 2 * Math.PI);
    ctx.fill();
    if (extra) ctx.stroke();
  }
  ctx.restore();
}
