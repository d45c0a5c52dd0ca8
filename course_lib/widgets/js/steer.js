// Pointer, touch and keyboard, for whatever can be dragged about on a canvas.

import { clamp } from "./numbers.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const FINE = 0.1;

/**
 * Let a canvas be dragged on. `drag([px, py], first, event)` gets canvas coordinates; `key([dx, dy])`
 * gets steps of one (a tenth with Shift); `done()` is called after each. Returns a function that
 * stops it.
 */
export function steer(canvas, { drag, key, done = () => {} }) {
  canvas.tabIndex = 0;
  canvas.style.touchAction = "none"; // a finger moves the hiker, not the page
  let held = false;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const listeners = {
    pointerdown(event) {
      if (event.button !== 0) return;
      held = true;
      canvas.setPointerCapture(event.pointerId);
      canvas.focus({ preventScroll: true });
      drag(place(event), true, event);
    },
    pointermove(event) {
      if (held) drag(place(event), false, event);
    },
    pointerup: release,
    pointercancel: release,
    keydown(event) {
      const step = ARROWS[event.key];
      if (!step || !key || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      const size = event.shiftKey ? FINE : 1;
      key([step[0] * size, step[1] * size]);
      done();
    },
  };
  function release() {
    if (!held) return;
    held = false;
    done();
  }
  for (const [name, listener] of Object.entries(listeners)) canvas.addEventListener(name, listener);
  return () => {
    for (const [name, listener] of Object.entries(listeners)) {
      canvas.removeEventListener(name, listener);
    }
  };
}

/** Let a block be turned and tilted: `state.turn` and `state.rise` follow pointer and keys. */
export function steerBlock(side, state) {
  let grip = null;
  function turn(by, tilt) {
    state.turn += by;
    state.rise = clamp(state.rise + tilt, 0.2, 1.35);
    side.redraw();
  }
  return steer(side.element, {
    drag([px, py], first) {
      if (!first) turn(0.011 * (px - grip[0]), 0.006 * (py - grip[1]));
      grip = [px, py];
    },
    key: ([dx, dy]) => turn(0.15 * dx, 0.08 * dy),
  });
}
