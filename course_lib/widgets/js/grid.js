// A landscape as a grid of Taylor patches: each node knows its value, gradient and Hessian.
//
// Between nodes the four nearest patches are mixed, so that cubic polynomials come out exactly
// (Kraaijpoel and van Leeuwen, J. Comput. Appl. Math. 235, 2010: with linear weights, count the
// first-order term two thirds and the second-order term one third). Twenty by twenty nodes are
// 9,600 bytes, and enough at any magnification, since each patch is a polynomial, not a pixel.

import { floats } from "./buffers.js";

const CHANNELS = 6; // f, fx, fy, fxx, fxy, fyy

/** Read the grid that Python sent: float32, channel by channel, row by row (y), then x. */
export function readGrid(view, [left, right, bottom, top]) {
  const data = floats(view, Float32Array);
  const n = Math.round(Math.sqrt(data.length / CHANNELS));
  return { data, n, left, right, bottom, top };
}

/** Write `[f, fx, fy, fxx, fxy, fyy]` at a point into `out`. */
export function patchesAt(grid, x, y, out = new Float64Array(CHANNELS)) {
  const { data, n, left, right, bottom, top } = grid;
  const [hx, hy] = [(right - left) / (n - 1), (top - bottom) / (n - 1)];
  const i = Math.min(Math.max(Math.floor((x - left) / hx), 0), n - 2);
  const j = Math.min(Math.max(Math.floor((y - bottom) / hy), 0), n - 2);
  const wx = (x - left) / hx - i;
  const wy = (y - bottom) / hy - j;
  const plane = n * n;
  out.fill(0);
  for (let corner = 0; corner < 4; corner++) {
    const [a, b] = [corner & 1, corner >> 1];
    const weight = (a ? wx : 1 - wx) * (b ? wy : 1 - wy);
    if (weight === 0) continue;
    const at = (j + b) * n + i + a;
    const [dx, dy] = [x - left - (i + a) * hx, y - bottom - (j + b) * hy];
    const [fx, fy] = [data[at + plane], data[at + 2 * plane]];
    const [fxx, fxy, fyy] = [data[at + 3 * plane], data[at + 4 * plane], data[at + 5 * plane]];
    const [rise, turn] = [fx * dx + fy * dy, 0.5 * (fxx * dx * dx + fyy * dy * dy) + fxy * dx * dy];
    out[0] += weight * (data[at] + (2 * rise + turn) / 3);
    out[1] += weight * (fx + 0.5 * (fxx * dx + fxy * dy));
    out[2] += weight * (fy + 0.5 * (fxy * dx + fyy * dy));
    out[3] += weight * fxx;
    out[4] += weight * fxy;
    out[5] += weight * fyy;
  }
  return out;
}

/** Heights on a fine mesh over a window: `{ z, m, low, high, window }`, with `z[row * m + column]`. */
export function meshOver(grid, window, m = 73) {
  const [left, right, bottom, top] = window;
  const z = new Float64Array(m * m);
  const out = new Float64Array(CHANNELS);
  let [low, high] = [Infinity, -Infinity];
  for (let row = 0; row < m; row++) {
    const y = bottom + ((top - bottom) * row) / (m - 1);
    for (let column = 0; column < m; column++) {
      const x = left + ((right - left) * column) / (m - 1);
      const value = patchesAt(grid, x, y, out)[0];
      z[row * m + column] = value;
      if (Number.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
  }
  return { z, m, low, high, window };
}

/** How far the ground is from its tangent plane, as a part of its whole drop over the mesh. */
export function bentPart(mesh, [x, y], [f, fx, fy]) {
  const { z, m, low, high, window: [left, right, bottom, top] } = mesh;
  let worst = 0;
  for (let k = 0; k < z.length; k++) {
    const dx = left + ((right - left) * (k % m)) / (m - 1) - x;
    const dy = bottom + ((top - bottom) * Math.floor(k / m)) / (m - 1) - y;
    const distance = Math.abs(z[k] - f - fx * dx - fy * dy);
    if (distance > worst) worst = distance;
  }
  return high > low ? worst / (high - low) : 0;
}
