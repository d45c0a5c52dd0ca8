// The hill from the side: plane and quadratic patch underfoot, level line, arrow and hiker.

import { contour } from "./contours.js";
import { arrow, hiker } from "./draw.js";
import { arrowPart } from "./hill_map.js";
import { isHidden } from "./surface.js";

const SIZE = 0.62; // of the patches, in units of the block, whose base is 2 by 2
const TALLEST = 0.75;
const DEEPEST = 0.4; // how far the patch may bend away, as a part of the hill's height
const LIFT = 0.012; // keeps what lies on the ground from vanishing in it
const [FAINT, SOLID] = [0.1, 0.62];

/** Draw everything that depends on the hiker's place. */
export function drawOnBlock(ctx, view, { colours: { map: colours } }, scene) {
  const { mesh, point, derivatives, scale, shows } = scene;
  const [f, fx, fy, fxx, fxy, fyy] = derivatives;
  const [x, y] = point;
  const half = (mesh.window[1] - mesh.window[0]) / 2;
  const slope = Math.hypot(fx, fy);
  if (shows.level && Number.isFinite(f)) drawLevel(ctx, view, mesh, f, colours);
  if (Number.isFinite(slope)) {
    const drop = mesh.high - mesh.low || 1;
    const steep = (slope * half * SIZE) / drop;
    const reach = half * SIZE * Math.min(1, TALLEST / (steep || 1e-9));
    const plane = (s, t) => [x + s, y + t, f + fx * s + fy * t];
    const bend = (s, t) => 0.5 * (fxx * s * s + fyy * t * t) + fxy * s * t;
    const patch = (s, t) => [x + s, y + t, f + fx * s + fy * t + bend(s, t)];
    const most = Math.max(Math.abs(fxx), Math.abs(fyy), Math.abs(fxy));
    const round = Math.min(reach, Math.sqrt((2 * DEEPEST * drop) / (most || 1e-9)));
    const tiles = [
      ...(shows.plane ? square(plane, reach * 0.92, colours.tangents) : []),
      ...(shows.patch && Number.isFinite(most) ? disc(patch, round, colours.curvature) : []),
    ];
    drawTiles(ctx, view, tiles);
    const length = half * 0.62 * arrowPart(slope, scale.slope);
    if (slope > 0) {
      const tip = plane((length * fx) / slope, (length * fy) / slope);
      const ends = [view.place(x, y, f), view.place(...tip)];
      arrow(ctx, ...ends, { colour: colours.adjoints, width: 3.5, head: 13, halo: colours.paper });
    }
  }
  const hidden = isHidden(view, lifted(view.block(x, y, f), 0.05));
  const { ink: colour, paper: halo } = colours;
  hiker(ctx, view.place(x, y, f), { colour, halo, size: 1.15, alpha: hidden ? 0.45 : 1 });
}

function lifted([a, b, c], by = LIFT) {
  return [a, b, c + by];
}

function square(surface, reach, colour, n = 8) {
  const at = (k) => reach * ((2 * k) / n - 1);
  const tiles = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
      tiles.push({ corners: corners.map(([a, b]) => surface(at(a), at(b))), colour });
    }
  }
  return tiles;
}

function disc(surface, reach, colour, rings = 6, sectors = 24) {
  const at = (r, k) => {
    const [radius, angle] = [(reach * r) / rings, (2 * Math.PI * k) / sectors];
    return surface(radius * Math.cos(angle), radius * Math.sin(angle));
  };
  const tiles = [];
  for (let r = 0; r < rings; r++) {
    for (let k = 0; k < sectors; k++) {
      tiles.push({ corners: [at(r, k), at(r + 1, k), at(r + 1, k + 1), at(r, k + 1)], colour });
    }
  }
  return tiles;
}

function drawTiles(ctx, view, tiles) {
  const [da, db, dc] = view.towardsUs;
  for (const tile of tiles) {
    const corners = tile.corners.map((corner) => view.block(...corner));
    tile.middle = [0, 1, 2].map((i) => corners.reduce((sum, c) => sum + c[i], 0) / corners.length);
    tile.near = tile.middle[0] * da + tile.middle[1] * db + tile.middle[2] * dc;
    tile.outline = corners.map((c) => view.project(...c));
  }
  const seen = tiles.filter(({ middle: [a, b] }) => Math.max(Math.abs(a), Math.abs(b)) < 1);
  seen.sort((a, b) => a.near - b.near);
  ctx.save();
  ctx.lineWidth = 0.7;
  for (const { outline, colour, middle } of seen) {
    ctx.globalAlpha = isHidden(view, lifted(middle)) ? FAINT : SOLID;
    Object.assign(ctx, { fillStyle: colour, strokeStyle: "#ffffff" });
    ctx.beginPath();
    for (const [px, py] of outline) ctx.lineTo(px, py);
    ctx.closePath();
    ctx.fill();
    ctx.globalAlpha *= 0.5;
    ctx.stroke();
  }
  ctx.restore();
}

function drawLevel(ctx, view, mesh, f, colours) {
  const { m, window: [left, right, bottom, top] } = mesh;
  const pieces = contour(mesh, f);
  const place = (k) => [
    left + ((right - left) * pieces[k]) / (m - 1),
    bottom + ((top - bottom) * pieces[k + 1]) / (m - 1),
    f,
  ];
  ctx.save();
  ctx.lineCap = "round";
  const seen = [];
  for (let k = 0; k < pieces.length; k += 4) {
    if (!isHidden(view, lifted(view.block(...place(k)), 0.02))) seen.push(k);
  }
  for (const [style, width] of [[colours.paper, 4], [colours.ink, 1.8]]) {
    Object.assign(ctx, { strokeStyle: style, lineWidth: width });
    ctx.beginPath();
    for (const k of seen) {
      ctx.moveTo(...view.place(...place(k)));
      ctx.lineTo(...view.place(...place(k + 2)));
    }
    ctx.stroke();
  }
  ctx.restore();
}
