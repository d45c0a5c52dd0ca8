// The hiker's place in numbers and words.

import { classify, principal } from "./critical.js";
import { bentPart } from "./grid.js";
import { format, pair, signed } from "./numbers.js";

/**
 * Returns `{ kind, reason, rows, text }` of a place with `derivatives` `[f, fx, fy, fxx, fxy, fyy]`:
 * the verdict and its reason, the read-outs, and a sentence for those who hear it.
 */
export function describe({ mesh, point }, derivatives, scale) {
  const [f, fx, fy, ...hessian] = derivatives;
  const { bends, directions } = principal(hessian);
  const { kind, reason } = classify(derivatives, scale);
  const slope = Math.hypot(fx, fy);
  const flat = Math.max(bentPart(mesh, point, derivatives) * 100, 0.001);
  const rows = [
    ["place", pair(...point)],
    ["height", format(f, 5), "values"],
    ["gradient", pair(fx, fy), "adjoints"],
    ["slope", format(slope), "adjoints"],
    ["bend 1", `${signed(bends[0])} along ${pair(...directions[0], 2)}`, "curvature"],
    ["bend 2", `${signed(bends[1])} along ${pair(...directions[1], 2)}`, "curvature"],
    ["off the plane", flat < 100 ? `${flat.toPrecision(2)} % of the drop` : "very far", "tangents"],
  ];
  const text =
    `Hiker at ${pair(...point, 6)}; height ${format(f, 6)}; gradient ${pair(fx, fy, 6)}; ` +
    `bends ${signed(bends[0], 6)} along ${pair(...directions[0])} and ` +
    `${signed(bends[1], 6)} along ${pair(...directions[1])}; ${kind}.`;
  return { kind, reason, rows, text };
}
