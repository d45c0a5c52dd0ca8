// Descent race: four methods run down one hill from a start that can be dragged.

import { inside } from "./axes.js";
import { floats } from "./buffers.js";
import { keep, makeCanvas, paste } from "./canvas.js";
import { levels } from "./contours.js";
import { button, choice, frame, make, readout, row, slider } from "./controls.js";
import { hiker } from "./draw.js";
import { meshOver, readGrid } from "./grid.js";
import { connect } from "./kernel.js";
import { drawMap, mapAxes } from "./map.js";
import { animate } from "./motion.js";
import { clamp, format, pair } from "./numbers.js";
import { LAST, RACERS, drawHeights, drawPaths } from "./race_draw.js";
import { steer } from "./steer.js";

const STEPS_ACROSS = 40;
const rateAt = (k) => 10 ** (k / 20);
const conditionAt = (k) => 10 ** (k / 10);

function render({ model, el }) {
  const kernel = connect(model);
  const { showProblem } = frame(el, "Descent race");
  const state = { shown: LAST, stop: () => {} };
  const plan = keep();
  const panels = make("div", { class: "course-panels" });
  const [mapHost, lossHost] = [make("figure"), make("figure")];
  panels.append(mapHost, lossHost);

  const map = makeCanvas(mapHost, {
    label: "",
    height: 0.97,
    draw(ctx, size) {
      if (!state.mesh || !state.lanes) return;
      paste(ctx, plan([size, state.mesh], () => drawMap(state.mesh, state.heights, size)));
      const axes = mapAxes(size.width, size.height, state.window);
      const { map: colours } = size.colours;
      inside(ctx, axes, () => {
        drawPaths(ctx, axes, state.lanes, state.shown, colours);
        const here = [axes.toX(state.start[0]), axes.toY(state.start[1])];
        hiker(ctx, here, { colour: colours.ink, halo: colours.paper });
      });
      say();
    },
  });
  map.element.setAttribute("role", "application");
  map.element.setAttribute("aria-roledescription", "start of a race on a map");

  const loss = makeCanvas(lossHost, {
    label: "Height above the lowest place reached, against steps.",
    height: 0.97,
    draw(ctx, size) {
      if (state.lanes) drawHeights(ctx, size, state.lanes, state.shown);
    },
  });

  // What the reader does ------------------------------------------------------------------------

  function ask() {
    const question = { kind: "race", start: state.start, rate: state.rate };
    kernel.askLatest(question, ({ endings, buffers }) => {
      if (!buffers?.length) return;
      state.lanes = lanesOf(buffers[0]);
      state.endings = endings;
      redraw();
    });
    map.redraw();
  }
  function moveTo(x, y) {
    const [left, right, bottom, top] = state.window;
    state.start = [clamp(x, left, right), clamp(y, bottom, top)];
    ask();
  }
  function save(name, value) {
    model.set(name, value);
    model.save_changes();
  }
  const stopSteering = steer(map.element, {
    drag([px, py]) {
      state.stop();
      const axes = mapAxes(map.size.width, map.size.height, state.window);
      moveTo(axes.fromX(px), axes.fromY(py));
    },
    key([dx, dy]) {
      const [left, right, bottom, top] = state.window;
      const x = state.start[0] + (dx * (right - left)) / STEPS_ACROSS;
      const y = state.start[1] + (dy * (top - bottom)) / STEPS_ACROSS;
      moveTo(Number(x.toFixed(6)), Number(y.toFixed(6)));
    },
    done: () => save("start", state.start),
  });
  const rates = slider("step size", {
    ...{ low: -60, high: 12, step: 1, value: 20 * Math.log10(model.get("rate")) },
    show: (k) => format(rateAt(k), 3),
    action(k) {
      state.rate = rateAt(k);
      ask();
    },
  });
  const conditions = slider("condition number", {
    ...{ low: 0, high: 30, step: 1, value: 10 * Math.log10(model.get("condition")) },
    show: (k) => format(conditionAt(k), 3),
    action: (k) => save("condition", conditionAt(k)),
  });
  rates.input.addEventListener("change", () => save("rate", state.rate));
  const progress = slider("steps", {
    ...{ low: 0, high: LAST, step: 1, value: LAST },
    action: show,
  });
  function show(step) {
    state.shown = step;
    progress.set(step);
    redraw();
  }
  function play() {
    state.stop();
    state.stop = animate(4000, (t) => show(Math.round(t * LAST)));
  }
  const hills = choice("Hill", model.get("choices"), model.get("hill"), (name) => save("hill", name));

  // What it says --------------------------------------------------------------------------------

  const numbers = readout();
  function say() {
    const rows = RACERS.map(([name, meaning], k) => {
      const places = state.lanes[k];
      const at = places[Math.min(state.shown, places.length - 1)];
      return [name, `${format(at[2], 3)}, ${state.endings[k]}`, meaning];
    });
    numbers.set(rows);
    const ends = RACERS.map(([name], k) => {
      const places = state.lanes[k];
      const steps = places.length - 1;
      const height = format(places.at(-1)[2], 5);
      return `${name} ${state.endings[k]} after ${steps} steps, height ${height}`;
    });
    const text =
      `Race from ${pair(...state.start, 6)} with step size ${format(state.rate, 4)}: ` +
      `${ends.join("; ")}.`;
    map.element.setAttribute("aria-label", text);
  }
  function redraw() {
    map.redraw();
    loss.redraw();
  }
  function load() {
    showProblem(model.get("problem"));
    for (const part of parts) part.hidden = model.get("problem") !== "";
    hills.set(model.get("hill"));
    conditions.element.hidden = model.get("hill") !== "valley";
    if (model.get("grid").byteLength === 0) return;
    state.window = model.get("window");
    state.mesh = meshOver(readGrid(model.get("grid"), state.window), state.window);
    state.heights = levels(state.mesh);
    loadRace();
  }
  function loadRace() {
    if (model.get("result").byteLength === 0) return;
    Object.assign(state, { start: model.get("start"), rate: model.get("rate") });
    state.endings = model.get("endings");
    state.lanes = lanesOf(model.get("result"));
    redraw();
  }
  const parts = [
    panels,
    row(rates.element, conditions.element),
    row(button("Play", play), progress.element),
    numbers.element,
  ];
  el.append(row(hills.element), ...parts);
  model.on("change:grid change:problem", load);
  model.on("change:result", loadRace);
  load();
  return () => {
    state.stop();
    for (const stop of [stopSteering, map.remove, loss.remove, kernel.stop]) stop();
    model.off("change:grid change:problem", load);
    model.off("change:result", loadRace);
  };
}

/** What Python sent, as `[[x, y, height], …]` for each racer, up to where it left the numbers. */
function lanesOf(view) {
  const table = floats(view, Float32Array);
  return RACERS.map((_, racer) => {
    const from = 3 * racer * (LAST + 1);
    const places = [];
    for (let at = from; at <= from + 3 * LAST; at += 3) places.push([...table.subarray(at, at + 3)]);
    return places.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  });
}

export default { render };
