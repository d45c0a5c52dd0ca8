// Hill explorer: a hiker on a hill, seen from the side and from above.

import { keep, makeCanvas, paste } from "./canvas.js";
import { levels } from "./contours.js";
import { button, choice, frame, make, readout, row, toggle } from "./controls.js";
import { meshOver, patchesAt, readGrid } from "./grid.js";
import { drawOnBlock } from "./hill_block.js";
import { drawOnMap } from "./hill_map.js";
import { describe } from "./hill_words.js";
import { connect } from "./kernel.js";
import { drawMap, mapAxes } from "./map.js";
import { animate, ease, seldom } from "./motion.js";
import { clamp } from "./numbers.js";
import { steer, steerBlock } from "./steer.js";
import { drawBlock, makeView } from "./surface.js";

const STEPS_ACROSS = 40; // key presses from one side of the map to the other
const PAUSE = 80; // milliseconds: while the hiker is dragged, the grid's numbers are shown
const NO_KERNEL = "No answer: this needs a running kernel that is not busy.";

function render({ model, el }) {
  const kernel = connect(model, { pause: PAUSE });
  const { showProblem } = frame(el, "Hill explorer");
  const state = {
    ...{ turn: 0.5, rise: 0.62, exact: null, stop: () => {}, mesh: null, grid: null },
    shows: { plane: true, patch: true, bends: true, level: true },
  };

  // What there is to see ------------------------------------------------------------------------

  const [block, plan] = [keep(), keep()];
  const panels = make("div", { class: "course-panels" });
  const [sideHost, mapHost] = [make("figure"), make("figure")];
  panels.append(sideHost, mapHost);
  const side = makeCanvas(sideHost, {
    label: "The hill from the side. Drag, or use the arrow keys, to turn it.",
    height: 0.97,
    draw(ctx, size) {
      if (!state.mesh) return;
      const view = makeView(size.width, size.height, state.mesh, state.turn, state.rise);
      const shown = [size, state.mesh, state.turn, state.rise];
      paste(ctx, block(shown, () => drawBlock(view, state.heights, size)));
      drawOnBlock(ctx, view, size, scene());
    },
  });
  const map = makeCanvas(mapHost, {
    label: "",
    height: 0.97,
    draw(ctx, size) {
      if (!state.mesh) return;
      paste(ctx, plan([size, state.mesh], () => drawMap(state.mesh, state.heights, size)));
      drawOnMap(ctx, size, scene());
      say();
    },
  });
  side.element.classList.add("turns");
  map.element.setAttribute("role", "application");
  map.element.setAttribute("aria-roledescription", "hiker on a map");

  function scene() {
    return { ...state, derivatives: derivatives(), scale: model.get("scale") };
  }
  function derivatives() {
    return state.exact ?? patchesAt(state.grid, ...state.point);
  }

  const verdict = make("p", { class: "course-verdict", "aria-live": "polite" });
  const numbers = readout();
  const note = make("p", { class: "course-note", "aria-live": "polite" });

  const say = seldom(() => {
    const { kind, reason, rows, text } = describe(state, derivatives(), model.get("scale"));
    if (verdict.dataset.text !== kind + reason) {
      verdict.dataset.text = kind + reason;
      verdict.replaceChildren(make("b", {}, kind), reason);
    }
    numbers.set(rows);
    map.element.setAttribute("aria-label", text);
    map.element.dataset.exact = state.exact !== null;
  });
  function redraw() {
    side.redraw();
    map.redraw();
  }

  // What the reader does ------------------------------------------------------------------------

  function moveTo(x, y) {
    const [left, right, bottom, top] = state.window;
    state.point = [clamp(x, left, right), clamp(y, bottom, top)];
    state.exact = null;
    const asked = state.point;
    kernel.askLatest({ kind: "point", point: asked }, ({ derivatives: found }) => {
      if (!found || asked !== state.point) return;
      state.exact = found.map((number) => number ?? NaN);
      redraw();
    });
    redraw();
  }
  function settle() {
    model.set("point", state.point);
    model.save_changes();
  }
  const stopSteering = steer(map.element, {
    drag([px, py]) {
      state.stop();
      const axes = mapAxes(map.size.width, map.size.height, state.window);
      moveTo(axes.fromX(px), axes.fromY(py));
    },
    key([dx, dy]) {
      state.stop();
      const [left, right, bottom, top] = state.window;
      const [x, y] = [(right - left) / STEPS_ACROSS, (top - bottom) / STEPS_ACROSS];
      moveTo(round(state.point[0] + dx * x, x), round(state.point[1] + dy * y, y));
    },
    done: settle,
  });
  const stopTurning = steerBlock(side, state);
  async function go(kind, extra = {}) {
    state.stop();
    const reply = await kernel.ask({ kind, point: state.point, window: state.window, ...extra });
    note.textContent = reply ? (reply.problem ?? sentence(reply.ending)) : NO_KERNEL;
    if (!reply?.path || reply.path.length < 2) return;
    const { path } = reply;
    state.stop = animate(Math.min(250 * (path.length - 1), 1800), (t) => {
      const at = t * (path.length - 1);
      const k = Math.min(Math.floor(at), path.length - 2);
      const part = ease(at - k);
      const [from, to] = [path[k], path[k + 1]];
      // The last place is exact: it must not be rounded by going there in parts.
      moveTo(...(t === 1 ? path.at(-1) : from.map((a, i) => a + part * (to[i] - a))));
    }, settle);
  }

  async function zoom(factor) {
    state.stop();
    const [left, right, bottom, top] = factor ? state.window : model.get("home");
    const [x, y] = factor ? state.point : [(left + right) / 2, (bottom + top) / 2];
    const [w, h] = [((right - left) / 2) * (factor || 1), ((top - bottom) / 2) * (factor || 1)];
    const [from, to] = [state.window, [x - w, x + w, y - h, y + h]];
    state.stop = animate(350, (t) => {
      show(from.map((edge, i) => (t === 1 ? to[i] : edge + ease(t) * (to[i] - edge))));
    });
    const reply = await kernel.ask({ kind: "grid", window: to });
    if (!reply?.buffers?.length) return;
    state.grid = readGrid(reply.buffers[0], to);
    if (state.window === to) show(to);
  }
  function show(window) {
    state.window = window;
    state.mesh = meshOver(state.grid, window);
    state.heights = levels(state.mesh);
    redraw();
  }

  // What Python changes -------------------------------------------------------------------------

  function load() {
    showProblem(model.get("problem"));
    for (const part of parts) part.hidden = model.get("problem") !== "";
    hills.set(model.get("hill"));
    if (model.get("grid").byteLength === 0) return;
    const window = model.get("window");
    state.grid = readGrid(model.get("grid"), window);
    state.point = model.get("point");
    state.exact = null;
    note.textContent = "";
    show(window);
    moveTo(...state.point);
  }
  function follow() {
    const [x, y] = model.get("point");
    if (state.point && (x !== state.point[0] || y !== state.point[1])) moveTo(x, y);
  }
  const hills = choice("Hill", model.get("choices"), model.get("hill"), (name) => {
    model.set("hill", name);
    model.save_changes();
  });
  const switchOf = (name, text, meaning) =>
    toggle(text, state.shows[name], (on) => {
      state.shows[name] = on;
      redraw();
    }, meaning);
  const parts = [
    panels,
    verdict,
    numbers.element,
    row(
      button("Step uphill", () => go("step", { uphill: true })),
      button("Step downhill", () => go("step", { uphill: false })),
      button("Walk to a critical point", () => go("walk")),
      button("Zoom in", () => zoom(0.5)),
      button("Zoom out", () => zoom(2)),
      button("Whole hill", () => zoom(0)),
    ),
    row(
      switchOf("plane", "tangent plane", "tangents"),
      switchOf("patch", "quadratic patch", "curvature"),
      switchOf("bends", "bends", "curvature"),
      switchOf("level", "level line", "values"),
    ),
    note,
  ];
  el.append(row(hills.element), ...parts);
  model.on("change:grid change:problem", load);
  model.on("change:point", follow);
  load();
  return () => {
    state.stop();
    for (const stop of [stopSteering, stopTurning, side.remove, map.remove, kernel.stop]) stop();
    model.off("change:grid change:problem", load);
    model.off("change:point", follow);
  };
}

/** To three decimals more than the step has: so keys lead to round numbers, and back to 0. */
function round(value, step) {
  const decimals = 3 - Math.floor(Math.log10(step));
  return Number(value.toFixed(clamp(decimals, 0, 100))) + 0;
}

function sentence(text) {
  return text ? `${text[0].toUpperCase()}${text.slice(1)}.` : "";
}

export default { render };
