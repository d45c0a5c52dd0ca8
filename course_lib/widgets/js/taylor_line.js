// Taylor explorer: a polynomial that follows its function, as far as the circle of convergence.

import { drawAxes, inside, makeAxes } from "./axes.js";
import { floats } from "./buffers.js";
import { makeCanvas } from "./canvas.js";
import { frame, make, readout, row, slider } from "./controls.js";
import { dot, stroke, words } from "./draw.js";
import { connect } from "./kernel.js";
import { clamp, format, signed } from "./numbers.js";
import { steer } from "./steer.js";

const FLOOR = 1e-17; // errors of nothing are drawn here
const STEPS_ACROSS = 60;

function render({ model, el }) {
  const kernel = connect(model);
  const { showProblem } = frame(el, "Taylor explorer");
  const state = { order: model.get("order"), known: model.get("known") };
  const panels = make("div", { class: "course-panels" });
  const [curveHost, errorHost] = [make("figure"), make("figure")];
  panels.append(curveHost, errorHost);
  const places = () => {
    const [low, high] = model.get("window");
    const n = state.curve.length;
    return Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
  };
  const polynomial = (x) => {
    const { centre, coefficients } = state.known;
    let sum = 0;
    for (let k = state.order; k >= 0; k--) sum = sum * (x - centre) + (coefficients[k] ?? NaN);
    return sum;
  };

  const heightAt = (x) => {
    const [low, high] = model.get("window");
    const at = ((x - low) / (high - low)) * (state.curve.length - 1);
    const k = clamp(Math.floor(at), 0, state.curve.length - 2);
    return state.curve[k] + (at - k) * (state.curve[k + 1] - state.curve[k]);
  };

  // Function and polynomial ---------------------------------------------------------------------

  function curveAxes({ width, height }) {
    const [low, high] = model.get("window");
    const ys = state.curve.filter(Number.isFinite);
    const [least, most] = [Math.min(...ys), Math.max(...ys)];
    const margin = 0.25 * (most - least || 1);
    const y = { low: least - margin, high: most + margin };
    return makeAxes(width, height, { low, high, label: "x" }, y);
  }
  const curve = makeCanvas(curveHost, {
    label: "",
    height: 0.8,
    draw(ctx, size) {
      if (!state.curve) return;
      const { colours } = size;
      const axes = curveAxes(size);
      const xs = places();
      inside(ctx, axes, () => {
        band(ctx, axes, colours);
        const path = (heights) => xs.map((x, i) => [axes.toX(x), axes.toY(heights(x, i))]);
        stroke(ctx, path((_, i) => state.curve[i]), colours.values, 5);
        stroke(ctx, path(polynomial), colours.curvature, 2.5);
        // The point is where the pointer is; the polynomial follows when the kernel has answered.
        const centre = state.wanted ?? state.known.centre;
        const here = [axes.toX(centre), axes.toY(heightAt(centre))];
        dot(ctx, here, 7, colours.curvature, colours.paper);
      });
      drawAxes(ctx, axes, colours);
      const at = [axes.box.left + 12, axes.box.top + 12];
      const halo = colours.paper;
      words(ctx, "function", at, { colour: colours.text.values, halo });
      const text = `Taylor polynomial of order ${state.order}`;
      words(ctx, text, [at[0], at[1] + 17], { colour: colours.text.curvature, halo });
      say();
    },
  });

  /** The places within the circle of convergence, and its two ends. */
  function band(ctx, axes, colours) {
    const { centre, radius } = state.known;
    if (!(radius > 0)) return;
    const [left, right] = [axes.toX(centre - radius), axes.toX(centre + radius)];
    const { top, bottom } = axes.box;
    ctx.save();
    Object.assign(ctx, { fillStyle: colours.curvature, globalAlpha: 0.13 });
    ctx.fillRect(left, top, right - left, bottom - top);
    ctx.globalAlpha = 0.8;
    for (const x of [left, right]) {
      stroke(ctx, [[x, top], [x, bottom]], colours.curvature, 1.2, [3, 4]);
    }
    ctx.restore();
  }

  // The error -----------------------------------------------------------------------------------

  const error = makeCanvas(errorHost, {
    label: "The error of the polynomial, on a logarithmic axis.",
    height: 0.8,
    draw(ctx, size) {
      if (!state.curve) return;
      const { colours } = size;
      const [low, high] = model.get("window");
      const y = { low: FLOOR / 3, high: 1e4, log: true, label: "distance from the function" };
      const axes = makeAxes(size.width, size.height, { low, high, label: "x" }, y);
      inside(ctx, axes, () => {
        band(ctx, axes, colours);
        const points = places().map((x, i) => {
          const miss = Math.abs(state.curve[i] - polynomial(x));
          return [axes.toX(x), axes.toY(Math.max(miss, FLOOR))];
        });
        stroke(ctx, points, colours.curvature, 2.5);
      });
      drawAxes(ctx, axes, colours);
      const { centre, radius } = state.known;
      if (radius > 0) {
        const text = `radius of convergence ${format(radius, 3)}`;
        const { left, right, bottom } = axes.box;
        const at = [clamp(axes.toX(centre), left + 95, right - 95), bottom - 10];
        const style = { colour: colours.text.curvature, halo: colours.paper, align: "center" };
        words(ctx, text, at, style);
      }
    },
  });

  // What the reader does ------------------------------------------------------------------------

  curve.element.setAttribute("role", "application");
  curve.element.setAttribute("aria-roledescription", "centre on a curve");
  function moveTo(x) {
    const [low, high] = model.get("window");
    state.wanted = clamp(x, low, high);
    kernel.askLatest({ kind: "at", centre: state.wanted }, (reply) => {
      if (!reply.coefficients) return;
      state.known = reply;
      redraw();
    });
    curve.redraw();
  }
  const stop = steer(curve.element, {
    drag: ([px]) => moveTo(curveAxes(curve.size).fromX(px)),
    key([dx, dy]) {
      const [low, high] = model.get("window");
      if (dy) choose(clamp(state.order + Math.sign(dy), 0, state.known.coefficients.length - 1));
      const from = state.wanted ?? state.known.centre;
      if (dx) moveTo(Number((from + (dx * (high - low)) / STEPS_ACROSS).toFixed(6)));
    },
    done: settle,
  });
  function settle() {
    model.set("centre", state.wanted ?? state.known.centre);
    model.set("order", state.order);
    model.save_changes();
  }
  function choose(order) {
    state.order = order;
    orders.set(order);
    redraw();
  }
  const orders = slider("order", {
    ...{ low: 0, high: 24, step: 1, value: state.order },
    action(order) {
      choose(order);
      settle();
    },
  });

  // What it says --------------------------------------------------------------------------------

  const numbers = readout();
  function say() {
    const { centre, coefficients, radius } = state.known;
    const shown = coefficients.slice(0, state.order + 1).map((c) => c ?? NaN);
    const reach = radius > 0 ? format(radius, 4) : "no end in sight";
    numbers.set([
      ["centre", format(centre)],
      ["radius of convergence", reach, "curvature"],
      ["coefficients", shown.slice(0, 3).map((c) => signed(c, 3)).join(", "), "curvature"],
    ]);
    const text =
      `Centre ${format(centre, 6)}, order ${state.order}; coefficients ` +
      `${shown.slice(0, 5).map((c) => format(c, 6)).join(", ")}; radius of convergence ${reach}.`;
    curve.element.setAttribute("aria-label", text);
  }
  function redraw() {
    curve.redraw();
    error.redraw();
  }
  function load() {
    showProblem(model.get("problem"));
    for (const part of parts) part.hidden = model.get("problem") !== "";
    if (!model.get("known").coefficients) return;
    state.curve = floats(model.get("curve"), Float64Array);
    state.known = model.get("known");
    redraw();
  }
  function followOrder() {
    if (model.get("order") !== state.order) choose(model.get("order"));
  }
  function followCentre() {
    if (model.get("centre") !== (state.wanted ?? state.known.centre)) moveTo(model.get("centre"));
  }
  const parts = [panels, row(orders.element), numbers.element];
  el.append(...parts);
  model.on("change:known change:problem", load);
  model.on("change:order", followOrder);
  model.on("change:centre", followCentre);
  load();
  return () => {
    for (const end of [stop, curve.remove, error.remove, kernel.stop]) end();
    model.off("change:known change:problem", load);
    model.off("change:order", followOrder);
    model.off("change:centre", followCentre);
  };
}

export default { render };
