// Secant and zoom: one slope in four ways, while the step shrinks from 1 to 1e−16.

import { drawAxes, inside, makeAxes, powerOfTen } from "./axes.js";
import { makeCanvas } from "./canvas.js";
import { frame, make, readout, row, slider, toggle } from "./controls.js";
import { dot, stroke, words } from "./draw.js";
import { connect } from "./kernel.js";
import { clamp, format } from "./numbers.js";
import { floats } from "./buffers.js";
import { steer } from "./steer.js";

const COUNT = 49;
const STEPS = Array.from({ length: COUNT }, (_, k) => 10 ** (-k / 3));
const OFFSETS = Array.from({ length: 41 }, (_, k) => -1.6 + 0.08 * k);
const FLOOR = 1e-17; // errors of nothing are drawn here
const WAYS = [["forward", []], ["central", [7, 4]], ["complex step", [2, 3]]];
const EVERY_FOURTH = Array.from({ length: 5 }, (_, k) => 10 ** (-4 * k));

function render({ model, el }) {
  const kernel = connect(model);
  const { showProblem } = frame(el, "Secant and zoom");
  const state = { x: model.get("x"), k: model.get("step"), magnify: false };
  const panels = make("div", { class: "course-panels" });
  const [curveHost, errorHost] = [make("figure"), make("figure")];
  panels.append(curveHost, errorHost);

  function read(measured, near) {
    const table = floats(measured, Float64Array);
    [state.height, state.exact] = table;
    state.slopes = WAYS.map((_, way) => table.slice(2 + way * COUNT, 2 + (way + 1) * COUNT));
    state.errors = state.slopes.map((all) => all.map((slope) => Math.abs(slope - state.exact)));
    state.near = floats(near, Float32Array);
  }

  // The curve -----------------------------------------------------------------------------------

  function view() {
    const h = STEPS[state.k];
    if (state.magnify) {
      const rows = state.near.subarray(state.k * 41, (state.k + 1) * 41);
      const points = OFFSETS.map((t, i) => [t, rows[i]]);
      // In units of h, seen from the point: numbers this small cannot be told from x itself.
      const scale = { toT: (x) => (x - state.x) / h, low: -1.6, high: 1.6, label: "(x − x₀) / h" };
      return { points, h: 1, at: [0, 0], ...scale };
    }
    const [low, high] = model.get("window");
    const curve = state.curve;
    const points = [...curve].map((y, i) => [low + ((high - low) * i) / (curve.length - 1), y]);
    return { points, h, at: [state.x, state.height], low, high, label: "x" };
  }
  const curve = makeCanvas(curveHost, {
    label: "The curve with its secant and tangent.",
    height: 0.8,
    draw(ctx, size) {
      if (!state.slopes) return;
      const { colours } = size;
      const shown = view();
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
    },
  });
  curve.element.setAttribute("role", "application");
  curve.element.setAttribute("aria-roledescription", "point on a curve");

  function moveTo(x) {
    const [low, high] = model.get("window");
    state.x = clamp(x, low, high);
    const asked = state.x;
    kernel.askLatest({ kind: "at", x: asked }, ({ buffers }) => {
      if (!buffers?.length) return;
      read(...buffers);
      state.x = asked;
      redraw();
    });
  }
  const stopCurve = steer(curve.element, {
    drag([px]) {
      if (state.magnify) return;
      moveTo(curveAxes(curve.size, view()).fromX(px));
    },
    key([dx]) {
      const [low, high] = model.get("window");
      moveTo(Number((state.x + (dx * (high - low)) / 40).toFixed(6)));
    },
    done() {
      model.set("x", state.x);
      model.save_changes();
    },
  });

  // The errors ----------------------------------------------------------------------------------

  const errors = makeCanvas(errorHost, {
    label: "",
    height: 0.8,
    draw(ctx, size) {
      if (!state.slopes) return;
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
      say();
    },
  });
  const stopErrors = steer(errors.element, {
    drag([px]) {
      const h = errorAxes(errors.size).fromX(px);
      choose(clamp(Math.round(-3 * Math.log10(h)), 0, COUNT - 1));
    },
    key: ([dx]) => choose(clamp(state.k + Math.sign(dx), 0, COUNT - 1)),
    done: settle,
  });
  errors.element.setAttribute("role", "application");
  errors.element.setAttribute("aria-roledescription", "errors by step size");

  function choose(k) {
    state.k = k;
    chooser.set(k);
    redraw();
  }
  function settle() {
    model.set("step", state.k);
    model.save_changes();
  }
  const numbers = readout();
  function say() {
    const slopes = WAYS.map((_, way) => state.slopes[way][state.k]);
    const misses = WAYS.map((_, way) => state.errors[way][state.k]);
    numbers.set([
      ["autodiff", format(state.exact, 10), "tangents"],
      ...WAYS.map(([name], way) => [name, format(slopes[way], 10), "approximations"]),
    ]);
    const by = WAYS.map(([name], way) => {
      return `${name} ${format(slopes[way], 8)}, error ${format(misses[way], 3)}`;
    });
    const text =
      `x = ${format(state.x, 6)}; h = ${format(STEPS[state.k], 4)}; ` +
      `slope by autodiff ${format(state.exact, 8)}; ${by.join("; ")}.`;
    errors.element.setAttribute("aria-label", text);
    const place = `x = ${format(state.x, 6)}, height ${format(state.height, 6)}`;
    curve.element.setAttribute("aria-label", `Point at ${place}. Arrow keys move it.`);
  }
  function redraw() {
    curve.redraw();
    errors.redraw();
  }
  const chooser = slider("step h", {
    ...{ low: 0, high: COUNT - 1, step: 1, value: state.k },
    show: (k) => format(STEPS[k], 3),
    action(k) {
      choose(k);
      settle();
    },
  });
  const glass = toggle("magnify, so that h fills the view", false, (on) => {
    state.magnify = on;
    redraw();
  });

  function load() {
    showProblem(model.get("problem"));
    for (const part of parts) part.hidden = model.get("problem") !== "";
    if (model.get("near").byteLength === 0) return;
    state.curve = floats(model.get("curve"), Float32Array);
    read(model.get("measured"), model.get("near"));
    redraw();
  }
  function followStep() {
    if (model.get("step") !== state.k) choose(model.get("step"));
  }
  function followX() {
    if (model.get("x") !== state.x) moveTo(model.get("x"));
  }
  const parts = [panels, row(chooser.element, glass), numbers.element];
  el.append(...parts);
  model.on("change:near change:problem", load);
  model.on("change:step", followStep);
  model.on("change:x", followX);
  load();
  return () => {
    for (const stop of [stopCurve, stopErrors, curve.remove, errors.remove, kernel.stop]) stop();
    model.off("change:near change:problem", load);
    model.off("change:step", followStep);
    model.off("change:x", followX);
  };
}

function power(h) {
  return powerOfTen(Math.round(Math.log10(h)));
}

function curveAxes(size, { points, low, high, label }) {
  const ys = points.map(([, y]) => y).filter(Number.isFinite);
  const [least, most] = [Math.min(...ys), Math.max(...ys)];
  const margin = 0.12 * (most - least || 1);
  const y = { low: least - margin, high: most + margin };
  return makeAxes(size.width, size.height, { low, high, label }, y);
}

function errorAxes({ width, height }) {
  const x = { low: 1.6, high: 6e-17, log: true, label: "step h", ticks: EVERY_FOURTH, text: power };
  const y = { low: FLOOR / 40, high: 10, log: true, label: "error of the slope" };
  return makeAxes(width, height, x, y);
}

export default { render };
