// Taylor patches: a plane, a quadratic or a cubic patch on a surface, and where it fits.

import { inside } from "./axes.js";
import { keep, makeCanvas, paste } from "./canvas.js";
import { levels, partBelow } from "./contours.js";
import { frame, make, readout, row, slider } from "./controls.js";
import { hiker } from "./draw.js";
import { meshOver, patchesAt, readGrid } from "./grid.js";
import { connect } from "./kernel.js";
import { contourPath, drawMap, fromMesh, mapAxes } from "./map.js";
import { seldom } from "./motion.js";
import { clamp, format, pair } from "./numbers.js";
import { disc, drawTiles } from "./patches.js";
import { steer, steerBlock } from "./steer.js";
import { drawBlock, makeView } from "./surface.js";

const NAMES = ["", "plane", "quadratic patch", "cubic patch"];
const COLOURS = ["", "tangents", "curvature", "curvature"];
const TRUSTED = 0.05;
const REACH = 0.95; // of the patch, in units of half the window
const STEPS_ACROSS = 40;

function render({ model, el }) {
  const kernel = connect(model);
  const { showProblem } = frame(el, "Taylor patches");
  const state = { turn: 0.5, rise: 0.62, order: model.get("order"), point: model.get("point") };
  const [block, plan] = [keep(), keep()];
  const panels = make("div", { class: "course-panels" });
  const [sideHost, mapHost] = [make("figure"), make("figure")];
  panels.append(sideHost, mapHost);

  function patch(s, t) {
    const { known: c, order } = state;
    let sum = c[0] + c[1] * s + c[2] * t;
    if (order > 1) sum += c[3] * s * s + c[4] * s * t + c[5] * t * t;
    if (order > 2) sum += c[6] * s ** 3 + c[7] * s * s * t + c[8] * s * t * t + c[9] * t ** 3;
    return sum;
  }

  const side = makeCanvas(sideHost, {
    label: "The surface from the side. Drag, or use the arrow keys, to turn it.",
    height: 0.97,
    draw(ctx, size) {
      if (!state.mesh) return;
      const view = makeView(size.width, size.height, state.mesh, state.turn, state.rise);
      const shown = [size, state.mesh, state.turn, state.rise];
      paste(ctx, block(shown, () => drawBlock(view, state.heights, size)));
      const { map: colours } = size.colours;
      const [x, y] = state.point;
      const half = (state.window[1] - state.window[0]) / 2;
      const { low, high } = state.mesh;
      const over = (high - low) * 0.3;
      const ground = (s, t) => [x + s, y + t, clamp(patch(s, t), low - over, high + over)];
      drawTiles(ctx, view, disc(ground, half * REACH, colours[COLOURS[state.order]], 14, 36));
      // The hiker is where the pointer is; the patch follows when the kernel has answered.
      const [a, b] = state.wanted ?? state.point;
      const feet = view.place(a, b, patchesAt(state.grid, a, b)[0]);
      hiker(ctx, feet, { colour: colours.ink, halo: colours.paper });
    },
  });
  side.element.classList.add("turns");
  const map = makeCanvas(mapHost, {
    label: "",
    height: 0.97,
    draw(ctx, size) {
      if (!state.mesh) return;
      paste(ctx, plan([size, state.mesh], () => drawMap(state.mesh, state.heights, size)));
      const axes = mapAxes(size.width, size.height, state.window);
      const { map: colours } = size.colours;
      inside(ctx, axes, () => {
        drawTrusted(ctx, axes, colours);
        const [x, y] = state.wanted ?? state.point;
        const here = [axes.toX(x), axes.toY(y)];
        hiker(ctx, here, { colour: colours.ink, halo: colours.paper });
      });
      say();
    },
  });
  map.element.setAttribute("role", "application");
  map.element.setAttribute("aria-roledescription", "patch on a map");

  /** How far the patch is from the ground, as a mesh; also the part that can be trusted. */
  function misses() {
    const { z, m, low, high } = state.mesh;
    const [left, right, bottom, top] = state.window;
    const found = new Float64Array(z.length);
    let trusted = 0;
    for (let k = 0; k < z.length; k++) {
      const s = left + ((right - left) * (k % m)) / (m - 1) - state.point[0];
      const t = bottom + ((top - bottom) * Math.floor(k / m)) / (m - 1) - state.point[1];
      found[k] = Math.abs(patch(s, t) - z[k]) / (high - low || 1);
      if (found[k] < TRUSTED) trusted += 1;
    }
    state.trusted = trusted / z.length;
    return { z: found, m, window: state.window };
  }
  function drawTrusted(ctx, axes, colours) {
    const mesh = misses();
    const place = fromMesh(axes, mesh);
    const cells = mesh.m - 1;
    const colour = colours[COLOURS[state.order]];
    ctx.save();
    Object.assign(ctx, { fillStyle: colour, globalAlpha: 0.42 });
    ctx.beginPath();
    for (let k = 0; k < cells * cells; k++) {
      const corners = partBelow(mesh, k % cells, Math.floor(k / cells), TRUSTED);
      corners.map(place).forEach((corner, i) => ctx[i ? "lineTo" : "moveTo"](...corner));
    }
    ctx.fill();
    Object.assign(ctx, { strokeStyle: colour, globalAlpha: 1, lineWidth: 2 });
    contourPath(ctx, axes, mesh, TRUSTED);
    ctx.stroke();
    ctx.restore();
  }

  function moveTo(x, y) {
    const [left, right, bottom, top] = state.window;
    state.wanted = [clamp(x, left, right), clamp(y, bottom, top)];
    const asked = state.wanted;
    kernel.askLatest({ kind: "at", point: asked }, ({ coefficients }) => {
      if (!coefficients) return;
      state.known = coefficients.map((c) => c ?? NaN);
      state.point = asked;
      redraw();
    });
    redraw();
  }
  const stopSteering = steer(map.element, {
    drag([px, py]) {
      const axes = mapAxes(map.size.width, map.size.height, state.window);
      moveTo(axes.fromX(px), axes.fromY(py));
    },
    key([dx, dy]) {
      const [left, right, bottom, top] = state.window;
      const [x, y] = state.wanted ?? state.point;
      const to = [x + (dx * (right - left)) / STEPS_ACROSS, y + (dy * (top - bottom)) / STEPS_ACROSS];
      moveTo(...to.map((number) => Number(number.toFixed(6))));
    },
    done: settle,
  });
  const stopTurning = steerBlock(side, state);
  function settle() {
    model.set("point", state.wanted ?? state.point);
    model.set("order", state.order);
    model.save_changes();
  }
  const orders = slider("order", {
    ...{ low: 1, high: 3, step: 1, value: state.order, show: (k) => NAMES[k] },
    action(order) {
      state.order = order;
      redraw();
      settle();
    },
  });
  const numbers = readout();
  const say = seldom(() => {
    const trusted = `${format(100 * state.trusted, 3)} % of the map`;
    numbers.set([
      ["place", pair(...state.point)],
      ["height", format(state.known[0], 5), "values"],
      ["fits on", trusted, COLOURS[state.order]],
    ]);
    const text =
      `${NAMES[state.order]} at ${pair(...state.point, 6)}; height ${format(state.known[0], 6)}; ` +
      `slopes ${pair(state.known[1], state.known[2], 6)}; fits on ${trusted}.`;
    map.element.setAttribute("aria-label", text);
  });
  function redraw() {
    side.redraw();
    map.redraw();
  }
  function load() {
    showProblem(model.get("problem"));
    for (const part of parts) part.hidden = model.get("problem") !== "";
    if (model.get("grid").byteLength === 0) return;
    state.window = model.get("window");
    state.known = model.get("known").map((c) => c ?? NaN);
    state.grid = readGrid(model.get("grid"), state.window);
    state.mesh = meshOver(state.grid, state.window);
    state.heights = levels(state.mesh);
    redraw();
  }
  function followOrder() {
    if (model.get("order") === state.order) return;
    state.order = model.get("order");
    orders.set(state.order);
    redraw();
  }
  function followPoint() {
    const [x, y] = model.get("point");
    const [nowX, nowY] = state.wanted ?? state.point;
    if (x !== nowX || y !== nowY) moveTo(x, y);
  }
  const parts = [panels, row(orders.element), numbers.element];
  el.append(...parts);
  model.on("change:grid change:problem", load);
  model.on("change:point", followPoint);
  model.on("change:order", followOrder);
  load();
  return () => {
    for (const stop of [stopSteering, stopTurning, side.remove, map.remove, kernel.stop]) stop();
    model.off("change:grid change:problem", load);
    model.off("change:point", followPoint);
    model.off("change:order", followOrder);
  };
}

export default { render };
