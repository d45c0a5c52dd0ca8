// Secant and zoom: one slope in four ways, while the step shrinks from 1 to 1e−16.

import { floats } from "./buffers.js";
import { makeCanvas } from "./canvas.js";
import { frame, make, readout, row, slider, toggle } from "./controls.js";
import { connect } from "./kernel.js";
import { clamp, format } from "./numbers.js";
import { COUNT, STEPS, WAYS, curveAxes, drawCurve, drawErrors, errorAxes } from "./secant_draw.js";
import { steer } from "./steer.js";

const OFFSETS = Array.from({ length: 41 }, (_, k) => -1.6 + 0.08 * k);

function render({ model, el }) {
  const kernel = connect(model);
  const { showProblem } = frame(el, "Secant and zoom");
  // The point that is shown, and the one that the reader wants and the kernel is asked for.
  const state = { x: model.get("x"), wanted: model.get("x"), k: model.get("step"), magnify: false };
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
      drawCurve(ctx, size, state, view());
    },
  });
  curve.element.setAttribute("role", "application");
  curve.element.setAttribute("aria-roledescription", "point on a curve");

  function moveTo(x) {
    const [low, high] = model.get("window");
    state.wanted = clamp(x, low, high);
    const asked = state.wanted;
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
      moveTo(Number((state.wanted + (dx * (high - low)) / 40).toFixed(6)));
    },
    done() {
      model.set("x", state.wanted);
      model.save_changes();
    },
  });

  // The errors ----------------------------------------------------------------------------------

  const errors = makeCanvas(errorHost, {
    label: "",
    height: 0.8,
    draw(ctx, size) {
      if (!state.slopes) return;
      drawErrors(ctx, size, state);
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
    if (model.get("x") !== state.wanted) moveTo(model.get("x"));
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

export default { render };
