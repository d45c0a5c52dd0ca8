// A landscape as a block of ground, seen from the side: parallel projection, painted back to front.

import { offscreen } from "./canvas.js";
import { crossing, piecesInCell } from "./contours.js";
import { line } from "./draw.js";
import { groundColour, slopesAt } from "./relief.js";

const TALL = 0.95; // height of the block, where its base is 2 by 2
const FOOT = 0.18; // how much of it stands below the lowest place
const EDGE = "#8394a5";
const SIDES = ["#73869a", "#8799ab"];
const LINES = "rgb(59 74 90 / 0.45)";

/** From places in the landscape to the canvas, for a view turned by `turn`, seen from `rise`. */
export function makeView(width, height, mesh, turn, rise) {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const [flat, tall] = [Math.sin(rise), Math.cos(rise)];
  const deep = 2 * Math.SQRT2 * flat + (TALL + FOOT) * tall;
  const unit = Math.min((width - 12) / (2 * Math.SQRT2), (height - 12) / deep);
  const [left, right, bottom, top] = mesh.window;
  const middle = [width / 2, height / 2 + ((TALL - FOOT) / 2) * tall * unit];
  const u = (x) => (2 * (x - left)) / (right - left) - 1;
  const v = (y) => (2 * (y - bottom)) / (top - bottom) - 1;
  const w = (z) => (TALL * (z - mesh.low)) / (mesh.high - mesh.low || 1);
  const project = (a, b, c) => [
    middle[0] + unit * (a * cos - b * sin),
    middle[1] - unit * (flat * (a * sin + b * cos) + tall * c),
  ];
  const towardsUs = [-sin * tall, -cos * tall, flat]; // in units of the block
  return {
    mesh,
    project,
    towardsUs,
    cos,
    sin,
    place: (x, y, z) => project(u(x), v(y), w(z)),
    block: (x, y, z) => [u(x), v(y), w(z)],
  };
}

/** Whether the ground lies between us and a point, given in units of the block. */
export function isHidden(view, [a, b, c]) {
  const { mesh: { z, m, low, high }, towardsUs: [da, db, dc] } = view;
  const step = 0.06;
  for (let t = step * 0.5; t < 3; t += step) {
    const [x, y, h] = [a + da * t, b + db * t, c + dc * t];
    if (Math.abs(x) > 1 || Math.abs(y) > 1 || h > TALL) return false;
    const column = Math.round(((x + 1) / 2) * (m - 1));
    const row = Math.round(((y + 1) / 2) * (m - 1));
    const ground = (TALL * (z[row * m + column] - low)) / (high - low || 1);
    if (ground > h + 0.012) return true;
  }
  return false;
}

/** The block, as a picture of its own, to be drawn again only when it turns or changes. */
export function drawBlock(view, heights, { width, height, scale }) {
  const picture = offscreen(width, height, scale);
  const { ctx } = picture;
  const { mesh, cos, sin } = view;
  const last = mesh.m - 1;
  // Cells are painted from the far side to the near one.
  const columns = sin >= 0 ? downTo(last) : upTo(last);
  const rows = cos >= 0 ? downTo(last) : upTo(last);
  const points = projectNodes(view);
  const colour = [0, 0, 0];
  ctx.lineJoin = "round";
  let before = null;
  for (const row of rows) {
    for (const column of columns) paintCell(ctx, mesh, points, column, row, colour);
    // Lines of a row wait until the next row has been painted, which would cut into them.
    if (before !== null) paintLines(ctx, mesh, points, heights, before);
    before = row;
  }
  paintLines(ctx, mesh, points, heights, before);
  paintSides(ctx, view, points);
  return picture.element;
}

function projectNodes({ mesh, project }) {
  const { z, m, low, high } = mesh;
  return Array.from(z, (height, k) => {
    const c = (TALL * (height - low)) / (high - low || 1);
    return project((2 * (k % m)) / (m - 1) - 1, (2 * Math.floor(k / m)) / (m - 1) - 1, c);
  });
}

function paintCell(ctx, mesh, points, column, row, colour) {
  const { z, m, low, high } = mesh;
  const at = row * m + column;
  const corners = [at, at + 1, at + m + 1, at + m];
  const middle = corners.reduce((sum, k) => sum + z[k], 0) / 4;
  if (!Number.isFinite(middle)) return;
  const [sx, sy] = slopesAt(mesh, column, row);
  groundColour((middle - low) / (high - low || 1), sx, sy, colour);
  const fill = `rgb(${colour.map(Math.round).join(" ")})`;
  Object.assign(ctx, { fillStyle: fill, strokeStyle: fill, lineWidth: 0.7 });
  ctx.beginPath();
  for (const k of corners) ctx.lineTo(...points[k]);
  ctx.closePath();
  ctx.fill();
  ctx.stroke(); // closes the hairlines between cells
}

function paintLines(ctx, mesh, points, heights, row) {
  Object.assign(ctx, { strokeStyle: LINES, lineWidth: 1 });
  ctx.beginPath();
  for (const level of heights) {
    const place = (edge) => {
      const { from, to, part } = crossing(mesh, edge, level);
      return [0, 1].map((i) => points[from][i] + part * (points[to][i] - points[from][i]));
    };
    for (let column = 0; column < mesh.m - 1; column++) {
      for (const [one, other] of piecesInCell(mesh, column, row, level)) {
        ctx.moveTo(...place(one));
        ctx.lineTo(...place(other));
      }
    }
  }
  ctx.stroke();
}

function paintSides(ctx, view, points) {
  const { mesh: { m }, cos, sin, project } = view;
  const row = cos >= 0 ? 0 : m - 1;
  const column = sin >= 0 ? 0 : m - 1;
  const along = (fixed) => upTo(m).map((k) => fixed * m + k);
  const across = (fixed) => upTo(m).map((k) => k * m + fixed);
  const end = (k) => project((2 * (k % m)) / (m - 1) - 1, (2 * Math.floor(k / m)) / (m - 1) - 1, -FOOT);
  Object.assign(ctx, { strokeStyle: EDGE, lineWidth: 1 });
  for (const nodes of [along(m - 1 - row), across(m - 1 - column)]) {
    line(ctx, nodes.map((k) => points[k]));
  }
  [along(row), across(column)].forEach((nodes, side) => {
    const solid = nodes.filter((k) => Number.isFinite(points[k][1]));
    if (solid.length < 2) return;
    Object.assign(ctx, { fillStyle: SIDES[side], strokeStyle: EDGE, lineWidth: 1 });
    ctx.beginPath();
    for (const k of solid) ctx.lineTo(...points[k]);
    ctx.lineTo(...end(solid.at(-1)));
    ctx.lineTo(...end(solid[0]));
    ctx.closePath();
    ctx.fill();
    ctx.stroke();
  });
}

const upTo = (count) => Array.from({ length: count }, (_, k) => k);
const downTo = (count) => upTo(count).reverse();
