// The hill from the side: plane and quadratic patch underfoot, level line, arrow and hiker.

import { arrow, hiker } from "./draw.js";
import { arrowPart } from "./hill_map.js";
import { disc, drawLevel, drawTiles, lifted, square } from "./patches.js";
import { isHidden } from "./surface.js";

const SIZE = 0.62; // of the patches, in units of the block, whose base is 2 by 2
const TALLEST = 0.75;
const DEEPEST = 0.4; // how far the patch may bend away, as a part of the hill's height

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
