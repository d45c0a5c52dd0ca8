// Network x-ray: activations, gradients and updates of each layer while a network learns.

import { drawAxes, inside, makeAxes } from "./axes.js";
import { floats } from "./buffers.js";
import { makeCanvas } from "./canvas.js";
import { button, choice, frame, make, readout, row, slider } from "./controls.js";
import { dot, stroke } from "./draw.js";
import { connect } from "./kernel.js";
import { animate } from "./motion.js";
import { clamp, format } from "./numbers.js";
import { steer } from "./steer.js";
import { BINS, LAYERS, drawLayers } from "./xray_layers.js";

const [MOMENTS, STEPS_BETWEEN] = [31, 6];
const PER_MOMENT = 1 + LAYERS * (BINS + 3);
const rateAt = (k) => 10 ** (k / 10);

function render({ model, el }) {
  const kernel = connect(model);
  const { showProblem } = frame(el, "Network x-ray");
  const state = { moment: model.get("moment"), stop: () => {} };
  for (const name of ["activation", "rate", "gain"]) state[name] = model.get(name);
  const panels = make("div", { class: "course-panels" });
  const [layersHost, lossHost] = [make("figure"), make("figure")];
  panels.append(layersHost, lossHost);

  function at(moment) {
    const all = state.table.subarray(moment * PER_MOMENT, (moment + 1) * PER_MOMENT);
    const rows = (start) => all.subarray(start, start + LAYERS);
    const first = 1 + LAYERS * BINS;
    return {
      loss: all[0],
      spread: (layer) => all.subarray(1 + layer * BINS, 1 + (layer + 1) * BINS),
      saturated: rows(first),
      gradients: rows(first + LAYERS),
      updates: rows(first + 2 * LAYERS),
    };
  }

  // The layers ----------------------------------------------------------------------------------

  const layers = makeCanvas(layersHost, {
    label: "",
    height: 0.88,
    draw(ctx, size) {
      if (!state.table) return;
      const now = at(state.moment);
      drawLayers(ctx, size, now);
      say(now);
    },
  });

  // The loss ------------------------------------------------------------------------------------

  function lossAxes({ width, height }) {
    const losses = Array.from({ length: MOMENTS }, (_, k) => at(k).loss).filter((l) => l > 0);
    const most = Math.max(...losses, 1) * 2;
    const least = Math.min(...losses, 0.1) / 2;
    const x = { low: 0, high: (MOMENTS - 1) * STEPS_BETWEEN, label: "step" };
    return makeAxes(width, height, x, { low: least, high: most, log: true, label: "loss" });
  }
  const loss = makeCanvas(lossHost, {
    label: "The loss against the steps of the training.",
    height: 0.88,
    draw(ctx, size) {
      if (!state.table) return;
      const { colours } = size;
      const axes = lossAxes(size);
      const point = (k) => [axes.toX(k * STEPS_BETWEEN), axes.toY(at(k).loss)];
      inside(ctx, axes, () => {
        const points = Array.from({ length: MOMENTS }, (_, k) => point(k));
        stroke(ctx, points, colours.values, 3);
        const x = axes.toX(state.moment * STEPS_BETWEEN);
        stroke(ctx, [[x, axes.box.top], [x, axes.box.bottom]], colours.frame, 1);
        if (Number.isFinite(at(state.moment).loss)) {
          dot(ctx, point(state.moment), 6, colours.values, colours.paper);
        }
      });
      drawAxes(ctx, axes, colours);
    },
  });
  loss.element.setAttribute("role", "application");
  loss.element.setAttribute("aria-roledescription", "moment of a training");

  // What the reader does ------------------------------------------------------------------------

  const stopSteering = steer(loss.element, {
    drag([px]) {
      const step = lossAxes(loss.size).fromX(px);
      show(clamp(Math.round(step / STEPS_BETWEEN), 0, MOMENTS - 1));
    },
    key: ([dx]) => show(clamp(state.moment + Math.sign(dx), 0, MOMENTS - 1)),
    done: () => save("moment", state.moment),
  });
  function save(name, value) {
    model.set(name, value);
    model.save_changes();
  }
  function show(moment) {
    state.moment = moment;
    moments.set(moment);
    redraw();
  }
  function train() {
    const { activation, rate, gain } = state;
    kernel.askLatest({ kind: "film", activation, rate, gain }, ({ buffers }) => {
      if (!buffers?.length) return;
      state.table = floats(buffers[0], Float32Array);
      redraw();
    });
  }
  function play() {
    state.stop();
    const finished = () => save("moment", state.moment);
    state.stop = animate(5000, (t) => show(Math.round(t * (MOMENTS - 1))), finished);
  }
  const setting = (name, text, low, high) => {
    const control = slider(text, {
      ...{ low, high, step: 1, value: Math.round(10 * Math.log10(model.get(name))) },
      show: (k) => format(rateAt(k), 2),
      action(k) {
        state[name] = rateAt(k);
        train();
      },
    });
    control.input.addEventListener("change", () => save(name, state[name]));
    return control;
  };
  const rates = setting("rate", "learning rate", -20, 15);
  const gains = setting("gain", "size of first weights", -10, 10);
  const moments = slider("moment", {
    ...{ low: 0, high: MOMENTS - 1, step: 1, value: state.moment },
    show: (k) => `step ${k * STEPS_BETWEEN}`,
    action(k) {
      state.stop();
      show(k);
      save("moment", k);
    },
  });
  const kinds = model.get("choices").map((name) => [name, name]);
  const activations = choice("activation", kinds, state.activation, (name) => {
    save("activation", name);
  });

  // What it says --------------------------------------------------------------------------------

  const numbers = readout();
  function say(now) {
    const percent = [...now.saturated].slice(0, -1).map((part) => `${format(100 * part, 2)} %`);
    numbers.set([
      ["loss", format(now.loss), "values"],
      ["saturated, layer 1 to 3", percent.join(", "), "values"],
      ["first gradient / last", format(now.gradients[0] / now.gradients[3], 2), "adjoints"],
    ]);
    const text =
      `Step ${state.moment * STEPS_BETWEEN}: loss ${format(now.loss)}; gradient by layer ` +
      `${sizes(now.gradients)}; step relative to weights ${sizes(now.updates)}; ` +
      `saturated ${percent.join(", ")}.`;
    layers.element.setAttribute("aria-label", text);
    loss.element.setAttribute("aria-label", text);
  }
  function redraw() {
    layers.redraw();
    loss.redraw();
  }
  function load() {
    showProblem(model.get("problem"));
    state.table = floats(model.get("table"), Float32Array);
    for (const name of ["activation", "rate", "gain"]) state[name] = model.get(name);
    activations.set(state.activation);
    redraw();
  }
  function follow() {
    if (model.get("moment") !== state.moment) show(model.get("moment"));
  }
  el.append(
    row(activations.element, rates.element, gains.element),
    panels,
    row(button("Play", play), moments.element),
    numbers.element,
  );
  model.on("change:table", load);
  model.on("change:moment", follow);
  load();
  return () => {
    state.stop();
    for (const stop of [stopSteering, layers.remove, loss.remove, kernel.stop]) stop();
    model.off("change:table", load);
    model.off("change:moment", follow);
  };
}

function sizes(all) {
  return [...all].map((size) => format(size, 3)).join(", ");
}

export default { render };
