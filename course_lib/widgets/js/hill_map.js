// The hill from above: what lies on the map around the hiker.

import { inside } from "./axes.js";
import { principal } from "./critical.js";
import { arrow, hiker, strokeWithHalo, words } from "./draw.js";
import { contourPath, mapAxes } from "./map.js";
import { signed } from "./numbers.js";

const ARM = 44;
const LONGEST_ARROW = 125;
const BOLD = 'bold 12px system-ui, "DejaVu Sans", sans-serif';

/** How long to draw an arrow: it grows with the slope, but never leaves the picture. */
export function arrowPart(slope, usual) {
  const steep = slope / usual;
  return steep / (1 + steep);
}

/** Draw level line, bends, gradient and hiker over the map. */
export function drawOnMap(ctx, { width, height, colours: { map: colours } }, scene) {
  const { mesh, point, derivatives, scale, shows } = scene;
  const axes = mapAxes(width, height, mesh.window);
  const here = [axes.toX(point[0]), axes.toY(point[1])];
  const [f, fx, fy, ...hessian] = derivatives;
  inside(ctx, axes, () => {
    if (shows.level && Number.isFinite(f)) {
      contourPath(ctx, axes, mesh, f);
      strokeWithHalo(ctx, [colours.ink, 2], [colours.paper, 4.5]);
    }
    if (shows.bends && hessian.every(Number.isFinite)) drawBends(ctx, axes, here, hessian, colours);
    const slope = Math.hypot(fx, fy);
    if (Number.isFinite(slope) && slope > 0) {
      const length = LONGEST_ARROW * arrowPart(slope, scale.slope);
      const tip = [here[0] + (length * fx) / slope, here[1] - (length * fy) / slope];
      arrow(ctx, here, tip, { colour: colours.adjoints, width: 3.5, head: 14, halo: colours.paper });
    }
    hiker(ctx, here, { colour: colours.ink, halo: colours.paper });
  });
}

function drawBends(ctx, { box }, [x, y], hessian, colours) {
  const { bends, directions } = principal(hessian);
  bends.forEach((bend, k) => {
    const [dx, dy] = [directions[k][0] * ARM, -directions[k][1] * ARM];
    const ends = [[x - dx, y - dy], [x + dx, y + dy]];
    arrow(ctx, ...ends, { colour: colours.curvature, head: 9, both: true, halo: colours.paper });
    const shape = bend > 0 ? "∪" : bend < 0 ? "∩" : "–";
    const text = `${signed(bend, 3)} ${shape}`;
    // At the right end of the arm, or the left one where there is no room.
    const side = x + dx + 70 > box.right || (dx < 1 && y + dy < box.top + 14) ? -1 : 1;
    const at = [x + side * (dx + 5), y + side * (dy + 11 * Math.sign(Math.round(dy / 10)))];
    const align = Math.abs(dx) < 14 ? "center" : side > 0 ? "left" : "right";
    const { text: { curvature: colour }, paper: halo } = colours;
    words(ctx, text, at, { colour, halo, align, font: BOLD });
  });
}
