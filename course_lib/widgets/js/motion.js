// Movement over a short time, or none where the reader asked for none; and what may lag behind it.

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

/**
 * Makes an action that happens at once, but no more often than once in `pause` milliseconds: the
 * last call of many is made up for at the end of the pause. For words and numbers, which nobody
 * reads sixty times a second, and which cost more than the picture when the page is large.
 */
export function seldom(action, pause = 50) {
  let [timer, last] = [0, -Infinity];
  function act() {
    [timer, last] = [0, performance.now()];
    action();
  }
  return () => {
    const wait = last + pause - performance.now();
    if (wait <= 0 && !timer) act();
    else timer ||= setTimeout(act, wait);
  };
}

/** Slow at both ends. */
export function ease(t) {
  return t * t * (3 - 2 * t);
}
