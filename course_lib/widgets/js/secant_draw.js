// The two pictures of a secant: the curve with its lines, and errors against the step size.

import { drawAxes, inside, makeAxes, powerOfTen } from "./axes.js";
import { dot, stroke, words } from "./draw.js";
import { format } from "./numbers.js";

export const COUNT = 49;
export const STEPS = Array.from({ length: COUNT }, (_, k) => 10 ** (-k / 3));
const FLOOR = 1e-17; // errors of nothing are drawn here
export const WAYS = [["forward", []], ["central", [7, 4]], ["complex step", [2, 3]]];
const EVERY_FOURTH = Array.from({ length: 5 }, (_, k) => 10 ** (-4 * k));

/** Curve, tangent and secant; `shown` says which part of the curve, and in which units. */
export function drawCurve(ctx, size, state, shown) {
  const { colours } = size;
  const { points, h, at: [x0, y0] } = shown;
  const axes = curveAxes(size, shown);
  const place = ([x, y]) => [axes.toX(x), axes.toY(y)];
  const slope = state.slopes[0][state.k];
  const along = (m) => [shown.low, shown.high].map((x) => place([x, y0 + m * (x - x0)]));
  inside(ctx, axes, () => {
    Object.assign(ctx, { lineJoin: "round", lineCap: "round" });
    stroke(ctx, points.map(place), colours.values, 2.5);
    stroke(ctx, along(state.exact), colours.tangents, 2.5, [8, 5]);
    stroke(ctx, along(slope), colours.approximations, 2.5);
    dot(ctx, place([x0 + h, y0 + slope * h]), 6, colours.approximations, colours.paper);
    dot(ctx, place([x0, y0]), 7, colours.values, colours.paper);
  });
  drawAxes(ctx, axes, colours);
  const [left, top] = [axes.box.left + 12, axes.box.top + 12];
  const halo = colours.paper;
  words(ctx, "secant", [left, top], { colour: colours.text.approximations, halo });
  words(ctx, "tangent (autodiff)", [left, top + 17], { colour: colours.text.tangents, halo });
  if (state.magnify) {
    const text = `magnified ${format(1 / STEPS[state.k], 2)} times`;
    words(ctx, text, [left, top + 34], { colour: colours.ink, halo });
  }
}

/** The error of each way to measure the slope, for all steps; dots mark the one chosen. */
export function drawErrors(ctx, size, state) {
  const { colours } = size;
  const axes = errorAxes(size);
  const place = (k, error) => [axes.toX(STEPS[k]), axes.toY(Math.max(error, FLOOR))];
  const purple = colours.approximations;
  inside(ctx, axes, () => {
    const floor = axes.toY(FLOOR);
    stroke(ctx, [[axes.box.left, floor], [axes.box.right, floor]], colours.tangents, 3);
    stroke(ctx, [[axes.toX(STEPS[state.k]), axes.box.top], place(state.k, 0)], colours.frame, 1);
    WAYS.forEach(([, dashes], way) => {
      const points = STEPS.map((_, k) => place(k, state.errors[way][k]));
      stroke(ctx, points, purple, 2.5, dashes);
      const at = place(state.k, state.errors[way][state.k]);
      if (Number.isFinite(at[1])) dot(ctx, at, 5, purple, colours.paper);
    });
  });
  drawAxes(ctx, axes, colours);
  const said = { colour: colours.text.approximations, halo: colours.paper };
  const beside = (way, k, dx, dy, align) => {
    const [px, py] = place(k, state.errors[way][k]);
    if (Number.isFinite(py)) words(ctx, WAYS[way][0], [px + dx, py + dy], { ...said, align });
  };
  beside(0, 10, 10, -10, "left");
  beside(1, 12, -10, 10, "right");
  beside(2, 20, -4, -10, "left");
  const below = [axes.box.right - 4, axes.toY(FLOOR) + 11];
  const blue = { ...said, colour: colours.text.tangents, align: "right" };
  words(ctx, "autodiff: needs no h", below, blue);
}

function power(h) {
  return powerOfTen(Math.round(Math.log10(h)));
}

export function curveAxes(size, { points, low, high, label }) {
  const ys = points.map(([, y]) => y).filter(Number.isFinite);
  const [least, most] = [Math.min(...ys), Math.max(...ys)];
  const margin = 0.12 * (most - least || 1);
  const y = { low: least - margin, high: most + margin };
  return makeAxes(size.width, size.height, { low, high, label }, y);
}

export function errorAxes({ width, height }) {
  const x = { low: 1.6, high: 6e-17, log: true, label: "step h", ticks: EVERY_FOURTH, text: power };
  const y = { low: FLOOR / 40, high: 10, log: true, label: "error of the slope" };
  return makeAxes(width, height, x, y);
}
