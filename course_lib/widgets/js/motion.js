// Movement over a short time, or none where the reader asked for none.

import { wantsLessMotion } from "./theme.js";

/** Call `show(t)` with t from 0 to 1 over some milliseconds; returns a function that stops it. */
export function animate(milliseconds, show, finished = () => {}) {
  if (wantsLessMotion()) {
    show(1);
    finished();
    return () => {};
  }
  let [begin, stopped] = [null, false];
  function frame(now) {
    if (stopped) return;
    begin ??= now;
    const t = Math.min(1, (now - begin) / milliseconds);
    show(t);
    if (t < 1) requestAnimationFrame(frame);
    else finished();
  }
  requestAnimationFrame(frame);
  return () => {
    stopped = true;
  };
}

/** Slow at both ends. */
export function ease(t) {
  return t * t * (3 - 2 * t);
}
