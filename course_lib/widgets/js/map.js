// A landscape from above: relief shading and lines of equal height, with axes.

import { drawAxes, inside, makeAxes } from "./axes.js";
import { offscreen } from "./canvas.js";
import { contour } from "./contours.js";
import { path, words } from "./draw.js";
import { reliefImage } from "./relief.js";

const LINES = "rgb(59 74 90 / 0.38)"; // the map keeps its own light colours in a dark theme

/** Axes with the same unit in both directions, so that right angles look like right angles. */
export function mapAxes(width, height, [left, right, bottom, top]) {
  const margin = { left: 42, bottom: 34, top: 10, right: 10 };
  const [wide, high] = [right - left, top - bottom];
  const room = [width - margin.left - margin.right, height - margin.top - margin.bottom];
  const unit = Math.min(room[0] / wide, room[1] / high);
  margin.right += room[0] - unit * wide;
  margin.top += room[1] - unit * high;
  const [x, y] = [{ low: left, high: right, label: "x" }, { low: bottom, high: top }];
  return makeAxes(width, height, x, y, margin);
}

/** The part of the map that stays while the hiker walks, as a picture of its own. */
export function drawMap(mesh, heights, { width, height, colours, scale }) {
  const picture = offscreen(width, height, scale);
  const { ctx } = picture;
  const axes = mapAxes(width, height, mesh.window);
  const { box } = axes;
  inside(ctx, axes, () => {
    ctx.imageSmoothingQuality = "high";
    // Pixels stand for nodes, and nodes lie on the frame: the outer half pixels stay outside.
    const margin = 0.5;
    const image = reliefImage(mesh);
    const side = mesh.m - 2 * margin;
    const [w, h] = [box.right - box.left, box.bottom - box.top];
    ctx.drawImage(image, margin, margin, side, side, box.left, box.top, w, h);
    Object.assign(ctx, { strokeStyle: LINES, lineWidth: 1 });
    for (const level of heights) {
      contourPath(ctx, axes, mesh, level);
      ctx.stroke();
    }
  });
  drawAxes(ctx, axes, colours);
  words(ctx, "y", [axes.box.left - 20, axes.box.top + 22], { colour: colours.ink, align: "center" });
  return picture.element;
}

/** From places in units of a mesh's cells to the canvas. */
export function fromMesh(axes, { m, window: [left, right, bottom, top] }) {
  const [ox, oy] = [axes.toX(left), axes.toY(bottom)];
  const [kx, ky] = [(axes.toX(right) - ox) / (m - 1), (axes.toY(top) - oy) / (m - 1)];
  return ([column, row]) => [ox + column * kx, oy + row * ky];
}

/** The path of the lines at one height on a map. */
export function contourPath(ctx, axes, mesh, level) {
  const place = fromMesh(axes, mesh);
  path(ctx, contour(mesh, level).map((points) => points.map(place)));
}
