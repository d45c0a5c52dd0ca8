// The racers' paths on a map, and their heights against steps.

import { drawAxes, inside, makeAxes } from "./axes.js";
import { dot, stroke, words } from "./draw.js";

export const LAST = 50; // steps
export const RACERS = [
  ["gradient descent", "adjoints", []],
  ["momentum", "adjoints", [3, 4]],
  ["Newton", "curvature", []],
  ["damped Newton", "curvature", [3, 4]],
];
const FLOOR = 1e-16;

/** Each racer's path up to the step `shown`; a lane is `[[x, y, height], …]`. */
export function drawPaths(ctx, axes, lanes, shown, colours) {
  lanes.forEach((lane, k) => {
    const [, meaning, dashes] = RACERS[k];
    const points = lane.slice(0, shown + 1).map(([x, y]) => [axes.toX(x), axes.toY(y)]);
    Object.assign(ctx, { lineJoin: "round" });
    stroke(ctx, points, colours.paper, 5);
    stroke(ctx, points, colours[meaning], 2.5, dashes);
    for (const point of points.slice(1, -1)) dot(ctx, point, 2.5, colours[meaning]);
    if (points.length > 1) dot(ctx, points.at(-1), 6, colours[meaning], colours.paper);
  });
}

/** Heights above the lowest place that anybody reached. */
export function drawHeights(ctx, { width, height, colours }, lanes, shown) {
  const known = lanes.flat().map(([, , z]) => z).filter(Number.isFinite);
  const [lowest, start] = [Math.min(...known), lanes[0][0][2]];
  const high = Math.max(start - lowest, 1e-6);
  const x = { low: 0, high: LAST, label: "step" };
  // Three powers of ten above the start are room for the names.
  const ends = { low: high * 1e-12, high: high * 1e3 };
  const y = { ...ends, log: true, label: "height above the lowest" };
  const axes = makeAxes(width, height, x, y);
  const point = ([, , z], step) => {
    return [axes.toX(step), axes.toY(Math.max(z - lowest, y.low, FLOOR))];
  };
  inside(ctx, axes, () => {
    const now = axes.toX(shown);
    stroke(ctx, [[now, axes.box.top], [now, axes.box.bottom]], colours.frame, 1);
    lanes.forEach((lane, k) => {
      const [, meaning, dashes] = RACERS[k];
      stroke(ctx, lane.map(point), colours[meaning], 2.5, dashes);
    });
  });
  drawAxes(ctx, axes, colours);
  lanes.forEach((lane, k) => {
    const step = Math.min(shown, lane.length - 1);
    const at = point(lane[step], step);
    if (at[1] >= axes.box.top) dot(ctx, at, 5, colours[RACERS[k][1]], colours.paper);
  });
  drawLegend(ctx, axes, colours);
}

function drawLegend(ctx, { box: { left, right, top } }, colours) {
  const column = Math.min(150, (right - left) / 2);
  RACERS.forEach(([name, meaning, dashes], k) => {
    const [x, y] = [left + 9 + column * Math.floor(k / 2), top + 26 + 16 * (k % 2)];
    stroke(ctx, [[x, y], [x + 18, y]], colours[meaning], 2.5, dashes);
    const style = { colour: colours.text[meaning], halo: colours.paper };
    words(ctx, name, [x + 23, y], style);
  });
}
