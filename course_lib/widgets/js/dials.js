// Chain of dials: x turns u, u turns y; rates multiply along a path and add where paths meet.

import { floats } from "./buffers.js";
import { NARROW, makeCanvas } from "./canvas.js";
import { frame, make, readout } from "./controls.js";
import { TURN, drawDial, drawRate, lettersFor } from "./dials_draw.js";
import { words } from "./draw.js";
import { connect } from "./kernel.js";
import { clamp, format } from "./numbers.js";
import { steer } from "./steer.js";

const COLUMNS = 8; // x, u, v, y, u_by_x, v_by_x, y_by_u, y_by_v

function render({ model, el }) {
  const kernel = connect(model);
  const { showProblem } = frame(el, "Chain of dials");
  const two = model.get("two_paths");
  const state = { x: model.get("x"), from: null };
  const panel = make("div", { class: "course-panels one" });
  const host = make("figure");
  panel.append(host);

  /** All numbers at x: exact where the kernel has answered, else from the table. */
  function numbersAt(x) {
    if (state.exact && state.exact[0] === x) return state.exact;
    const [low, high] = model.get("window");
    const rows = state.table.length / COLUMNS;
    const at = ((x - low) / (high - low)) * (rows - 1);
    const k = clamp(Math.floor(at), 0, rows - 2);
    const mix = (i) => {
      const [a, b] = [state.table[k * COLUMNS + i], state.table[(k + 1) * COLUMNS + i]];
      return a + (at - k) * (b - a);
    };
    return [x, ...Array.from({ length: COLUMNS - 1 }, (_, i) => mix(i + 1))];
  }

  function places({ width, height }) {
    const radius = Math.min(height * (two ? 0.15 : 0.25), width * (two ? 0.11 : 0.1));
    const edge = width < NARROW ? 0.16 : 0.14;
    const [left, middle, right] = [edge, 0.5, 1 - edge].map((part) => part * width);
    const rise = two ? height * 0.24 : 0;
    const centre = height * (two ? 0.43 : 0.4);
    return {
      radius,
      x: [left, centre],
      u: [middle, centre - rise],
      v: [middle, centre + rise],
      y: [right, centre],
    };
  }
  const canvas = makeCanvas(host, {
    label: "",
    height: two ? 0.6 : 0.4,
    narrowHeight: two ? 1.1 : 0.65,
    draw(ctx, size) {
      if (!state.table) return;
      const { colours } = size;
      const style = lettersFor(size);
      const where = places(size);
      const [x, u, v, y, uByX, vByX, yByU, yByV] = numbersAt(state.x);
      const start = state.from ? numbersAt(state.from) : [x, u, v, y];
      const paths = [["x", "u", uByX], ["u", "y", yByU]];
      if (two) paths.push(["x", "v", vByX], ["v", "y", yByV]);
      for (const [from, to, rate] of paths) drawRate(ctx, where, [from, to], rate, style);
      const dials = [["x", x, start[0], 1], ["u", u, start[1], uByX], ["v", v, start[2], vByX]];
      const whole = yByU * uByX + (two ? yByV * vByX : 0);
      dials.push(["y", y, start[3], whole]);
      for (const [name, value, before, rate] of dials) {
        if (name === "v" && !two) continue;
        drawDial(ctx, where[name], where.radius, { name, value, before, rate }, style);
      }
      const sum = two
        ? `dy/dx = ${format(yByU)} · ${format(uByX)} + ${format(yByV)} · ${format(vByX)}`
        : `dy/dx = ${format(yByU)} · ${format(uByX)}`;
      const below = [size.width / 2, size.height - 16];
      words(ctx, `${sum} = ${format(whole)}`, below, { ...style, colour: colours.text.tangents });
      say([x, u, v, y, uByX, vByX, yByU, yByV], whole, sum);
    },
  });
  canvas.element.setAttribute("role", "application");
  canvas.element.setAttribute("aria-roledescription", "dial");

  // What the reader does ------------------------------------------------------------------------

  function moveTo(x) {
    const [low, high] = model.get("window");
    state.x = clamp(x, low, high);
    const asked = state.x;
    kernel.askLatest({ kind: "at", x: asked }, ({ now }) => {
      if (!now) return;
      state.exact = now.map((number) => number ?? NaN);
      canvas.redraw();
    });
    canvas.redraw();
  }
  let grip = 0;
  const stop = steer(canvas.element, {
    drag([px, py], first) {
      const [x, y] = places(canvas.size).x;
      const turn = (Math.atan2(px - x, y - py) * TURN) / (2 * Math.PI);
      if (first) state.from = state.x;
      else {
        // The short way round, however often the dial has been turned.
        const by = turn - grip;
        moveTo(state.x + by - TURN * Math.round(by / TURN));
      }
      grip = turn;
    },
    key([dx, dy]) {
      state.from ??= state.x;
      moveTo(Number((state.x + 0.1 * (dx + dy)).toFixed(6)));
    },
    done() {
      model.set("x", state.x);
      model.save_changes();
    },
  });
  const numbers = readout();
  function say([x, u, v, y, uByX, vByX, yByU, yByV], whole, sum) {
    numbers.set([
      ["dy/du", format(yByU), "tangents"],
      ["du/dx", format(uByX), "tangents"],
      ["dy/dv", two ? format(yByV) : "", "tangents"],
      ["dv/dx", two ? format(vByX) : "", "tangents"],
      ["dy/dx", format(whole), "tangents"],
    ]);
    const second = two ? `v = ${format(v, 6)}, ` : "";
    const values = `x = ${format(x, 6)}, u = ${format(u, 6)}, ${second}y = ${format(y, 6)}`;
    canvas.element.setAttribute("aria-label", `Dials at ${values}; ${sum} = ${format(whole)}.`);
  }
  function load() {
    showProblem(model.get("problem"));
    for (const part of parts) part.hidden = model.get("problem") !== "";
    if (model.get("table").byteLength === 0) return;
    state.table = floats(model.get("table"), Float32Array);
    state.exact = model.get("now").map((number) => number ?? NaN);
    canvas.redraw();
  }
  function follow() {
    if (model.get("x") !== state.x) moveTo(model.get("x"));
  }
  const note = "Turn the dial x, or use the arrow keys. Arcs show how far each dial has turned.";
  const parts = [panel, numbers.element, make("p", { class: "course-note" }, note)];
  el.append(...parts);
  model.on("change:table change:problem", load);
  model.on("change:x", follow);
  load();
  return () => {
    for (const end of [stop, canvas.remove, kernel.stop]) end();
    model.off("change:table change:problem", load);
    model.off("change:x", follow);
  };
}

export default { render };
