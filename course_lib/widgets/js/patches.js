// Pieces of other surfaces on a block of ground: bright where we see them, faint where they are
// under the ground or behind a hill.

import { contour } from "./contours.js";
import { path, strokeWithHalo } from "./draw.js";
import { isHidden } from "./surface.js";

const LIFT = 0.012; // keeps what lies on the ground from vanishing in it
const GAP = [NaN, NaN];
const [FAINT, SOLID] = [0.1, 0.62];

export function lifted([a, b, c], by = LIFT) {
  return [a, b, c + by];
}

export function square(surface, reach, colour, n = 8) {
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

export function disc(surface, reach, colour, rings = 6, sectors = 24) {
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

export function drawTiles(ctx, view, tiles) {
  const [da, db, dc] = view.towardsUs;
  for (const tile of tiles) {
    const corners = tile.corners.map((corner) => view.block(...corner));
    const middle = [0, 1, 2].map((i) => corners.reduce((sum, c) => sum + c[i], 0) / corners.length);
    tile.inside = Math.max(Math.abs(middle[0]), Math.abs(middle[1])) < 1;
    tile.near = middle[0] * da + middle[1] * db + middle[2] * dc;
    tile.alpha = isHidden(view, lifted(middle)) ? FAINT : SOLID;
    tile.outline = facingUs(corners.map((c) => view.project(...c)));
  }
  const seen = tiles.filter((tile) => tile.inside).sort((a, b) => a.near - b.near);
  ctx.save();
  Object.assign(ctx, { lineWidth: 0.7, strokeStyle: "#ffffff" });
  // From far to near; neighbours that look alike are painted at once, which is much faster.
  for (let from = 0, to = 1; from < seen.length; from = to, to += 1) {
    const { alpha, colour } = seen[from];
    while (seen[to]?.alpha === alpha && seen[to].colour === colour) to += 1;
    Object.assign(ctx, { fillStyle: colour, globalAlpha: alpha });
    path(ctx, seen.slice(from, to).map((tile) => tile.outline));
    ctx.fill();
    ctx.globalAlpha *= 0.75;
    ctx.stroke();
  }
  ctx.restore();
}

/** A closed outline, turning one way: in one path, outlines of both ways would cut holes. */
function facingUs(corners) {
  const closed = [...corners, corners[0]];
  const area = corners.reduce((sum, [x, y], k) => sum + x * closed[k + 1][1] - y * closed[k + 1][0], 0);
  return area < 0 ? closed.reverse() : closed;
}

export function drawLevel(ctx, view, mesh, f, colours) {
  const { m, window: [left, right, bottom, top] } = mesh;
  const place = ([column, row]) => {
    const x = left + ((right - left) * column) / (m - 1);
    const y = bottom + ((top - bottom) * row) / (m - 1);
    return isHidden(view, lifted(view.block(x, y, f), 0.02)) ? GAP : view.place(x, y, f);
  };
  ctx.save();
  path(ctx, contour(mesh, f).map((points) => points.map(place)));
  strokeWithHalo(ctx, [colours.ink, 1.8], [colours.paper, 4]);
  ctx.restore();
}
