// Graph sweeps: forward and reverse mode on the same graph, one step at a time.

import { button, choice, frame, make, row, slider } from "./controls.js";
import { clamp } from "./numbers.js";
import { makeMode, mark, markEdges } from "./sweep_marks.js";
import { forwardWords, reverseWords } from "./sweep_words.js";
import { wantsLessMotion } from "./theme.js";

const MILLISECONDS = 700; // for each step, when played

function render({ model, el }) {
  const { showProblem } = frame(el, "Graph sweeps");
  const state = { step: model.get("step"), seed: model.get("seed"), timer: 0 };
  const forward = makeMode("forward", "Forward mode: values and tangents, a sweep for each input");
  const reverse = makeMode("reverse", "Reverse mode: values first, then adjoints, all in one sweep");
  const said = make("p", { class: "course-verdict", "aria-live": "polite" });

  const tables = () => model.get("tables");
  const count = () => tables().lines.length;

  // What each mode has done after so many steps --------------------------------------------------

  /** Forward: which sweep, and how many of its lines are done. */
  function forwardState(step) {
    const n = count();
    const sweeps = tables().seeds.length;
    const sweep = clamp(Math.ceil(step / n) - 1, 0, sweeps - 1);
    const done = step === 0 ? 0 : Math.min(step - sweep * n, n);
    const seed = (state.seed + sweep) % sweeps;
    return { sweep, done, seed, now: step <= n * sweeps ? done - 1 : -1 };
  }
  /** Reverse: how many lines have values, and from which line on there are adjoints. */
  function reverseState(step) {
    const n = count();
    const valued = Math.min(step, n);
    const from = step <= n ? n : Math.max(2 * n - step, 0);
    const now = step <= n ? step - 1 : 2 * n - step;
    return { valued, from, now, back: step > n };
  }

  // Drawing -------------------------------------------------------------------------------------

  function draw() {
    const { lines, tangents, adjoints } = tables();
    const [f, r] = [forwardState(state.step), reverseState(state.step)];
    lines.forEach((_, k) => {
      const done = k < f.done;
      const text = tangents[f.seed][k];
      const now = k === f.now;
      const value = done || f.sweep > 0;
      mark(forward, k, { value, derivative: done, kind: "tangent", text, now });
      const back = k >= r.from;
      const seen = { value: k < r.valued, derivative: back, kind: "adjoint", now: k === r.now };
      mark(reverse, k, { ...seen, text: adjoints[k] });
    });
    for (const legend of forward.drawing.querySelectorAll(".tangent.legend")) {
      legend.textContent = `→ tangent along ${tables().seeds[f.seed]}`;
    }
    markEdges(forward, f.now, false);
    markEdges(reverse, r.now, r.back);
    reverse.drawing.classList.toggle("back", r.back);
    say(f, r, lines);
  }

  // What it says --------------------------------------------------------------------------------

  function say(f, r, lines) {
    const { seeds } = tables();
    const n = lines.length;
    const live = model.get("live");
    const forwardWork = f.sweep * uses(lines) + uses(lines.slice(0, f.done));
    const held = f.done ? 2 * live[f.done - 1] : 0;
    const found = f.done === n ? f.sweep + 1 : f.sweep;
    forward.counts.textContent =
      `sweep ${f.sweep + 1} of ${seeds.length}, along ${seeds[f.seed]} · ${forwardWork} products · ` +
      `${held} numbers held · ${found} of ${seeds.length} derivatives known`;
    const reverseWork = lines.flatMap((line) => line.parents).filter((p) => p >= r.from).length;
    const reached = new Set(lines.slice(r.from).map((line) => line.name));
    const known = seeds.filter((seed) => reached.has(seed.split("[")[0])).length;
    reverse.counts.textContent =
      `${r.back ? "sweep back" : "values"} · ${reverseWork} products · ` +
      `${r.valued} values held on the tape · ${known} of ${seeds.length} derivatives known`;
    const [left, right] = [forwardWords(tables(), f, state.step), reverseWords(tables(), r)];
    said.replaceChildren(
      make("span", { class: "text-tangents" }, left),
      make("br"),
      make("span", { class: "text-adjoints" }, right),
    );
    forward.drawing.setAttribute("aria-label", `Forward mode, step ${state.step}: ${left}`);
    reverse.drawing.setAttribute("aria-label", `Reverse mode, step ${state.step}: ${right}`);
  }

  // What the reader does ------------------------------------------------------------------------

  function go(step) {
    state.step = clamp(step, 0, model.get("last"));
    steps.set(state.step);
    draw();
  }
  function settle() {
    model.set("step", state.step);
    model.save_changes();
  }
  function stop() {
    clearInterval(state.timer);
    state.timer = 0;
    player.textContent = "Play";
  }
  function play() {
    if (state.timer) return stop();
    if (state.step >= model.get("last")) go(0);
    if (wantsLessMotion()) return go(model.get("last"));
    player.textContent = "Pause";
    state.timer = setInterval(() => {
      go(state.step + 1);
      if (state.step >= model.get("last")) {
        stop();
        settle();
      }
    }, MILLISECONDS);
    return undefined;
  }
  function move(by) {
    stop();
    go(state.step + by);
    settle();
  }
  const player = button("Play", play);
  const steps = slider("step", {
    ...{ low: 0, high: Math.max(model.get("last"), 1), step: 1, value: state.step },
    action(step) {
      stop();
      go(step);
      settle();
    },
  });
  const names = (tables().seeds ?? []).map((name, k) => [k, name]);
  const seeds = choice("first seed", names, state.seed, (k) => {
    state.seed = Number(k);
    model.set("seed", state.seed);
    model.save_changes();
    draw();
  });
  const panels = make("div", { class: "course-panels one" }, forward.element, reverse.element);
  const parts = [
    row(button("Back", () => move(-1)), player, button("Step", () => move(1)), seeds.element),
    row(steps.element),
    panels,
    said,
  ];
  el.append(...parts);

  function load() {
    showProblem(model.get("problem"));
    for (const part of parts) part.hidden = model.get("problem") !== "";
    const drawings = model.get("drawings");
    if (drawings.length === 0) return;
    [forward, reverse].forEach((mode, k) => {
      mode.drawing.innerHTML = drawings[k];
      mode.drawing.setAttribute("role", "img");
      // The picture is told by its label, which follows the steps.
      const svg = mode.drawing.querySelector("svg");
      svg.removeAttribute("aria-labelledby");
      svg.setAttribute("aria-hidden", "true");
      for (const title of mode.drawing.querySelectorAll("#graph-title, #graph-desc")) title.remove();
    });
    const wide = drawings.some((svg) => Number(/width="(\d+)"/.exec(svg)[1]) > 430);
    panels.classList.toggle("one", wide);
    go(state.step);
  }
  function follow() {
    if (model.get("step") !== state.step) go(model.get("step"));
  }
  model.on("change:drawings change:problem", load);
  model.on("change:step", follow);
  load();
  return () => {
    stop();
    model.off("change:drawings change:problem", load);
    model.off("change:step", follow);
  };
}

function uses(lines) {
  return lines.reduce((sum, line) => sum + line.parents.length, 0);
}

export default { render };
