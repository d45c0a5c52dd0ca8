// A sharp canvas that fills its place and is drawn at most once for each picture of the screen.

import { onThemeChange, coloursAt } from "./theme.js";

export const NARROW = 480;

/**
 * Put a canvas into `host`, `height` times as high as it is wide; where it is narrow (less than
 * `NARROW` pixels), `narrowHeight` times.
 *
 * `draw(ctx, { width, height, colours, scale })` draws all of it, in CSS pixels. Returns
 * `{ element, redraw, size, remove }`; call `redraw()` as often as you like.
 */
export function makeCanvas(host, { label, height = 0.85, narrowHeight = height, draw }) {
  const element = document.createElement("canvas");
  element.className = "course-canvas";
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", label);
  host.append(element);
  const ctx = element.getContext("2d");
  const size = { width: 0, height: 0 };
  let waiting = 0;
  let given = null; // what `draw` gets: the same object until size or theme change

  function paint() {
    waiting = 0;
    if (!size.width) return;
    given ??= { ...size, colours: coloursAt(element), scale: element.width / size.width };
    ctx.setTransform(given.scale, 0, 0, given.scale, 0, 0);
    ctx.clearRect(0, 0, size.width, size.height);
    draw(ctx, given);
    element.dataset.frames = Number(element.dataset.frames ?? 0) + 1;
  }
  function redraw() {
    waiting ||= requestAnimationFrame(paint);
  }
  function fit() {
    const width = host.getBoundingClientRect().width;
    element.style.aspectRatio = `${1 / (width < NARROW ? narrowHeight : height)}`;
    const box = element.getBoundingClientRect();
    if (!box.width) return;
    Object.assign(size, { width: box.width, height: box.height });
    const scale = Math.min(devicePixelRatio || 1, 2);
    element.width = Math.round(box.width * scale);
    element.height = Math.round(box.height * scale);
    given = null;
    redraw();
  }
  fit();
  const observer = new ResizeObserver(fit);
  observer.observe(element);
  const stop = onThemeChange(() => {
    given = null;
    redraw();
  });
  function remove() {
    observer.disconnect();
    stop();
    cancelAnimationFrame(waiting);
  }
  return { element, redraw, size, remove };
}

/**
 * Keeps a picture until what it shows has changed: `keep()` returns a function of a list, of what
 * the picture depends on, and of how to draw it. What is not the same object has changed.
 */
export function keep() {
  let [before, picture] = [[], null];
  return (depends, drawing) => {
    if (depends.length !== before.length || depends.some((one, k) => one !== before[k])) {
      [before, picture] = [depends, drawing()];
    }
    return picture;
  };
}

/** A canvas in memory, for what changes seldom. */
export function offscreen(width, height, scale = 1) {
  const element = document.createElement("canvas");
  element.width = Math.max(1, Math.round(width * scale));
  element.height = Math.max(1, Math.round(height * scale));
  const ctx = element.getContext("2d");
  ctx.setTransform(scale, 0, 0, scale, 0, 0);
  return { element, ctx };
}

/** Copy such a canvas pixel by pixel: nothing is smoothed on the way. */
export function paste(ctx, picture) {
  ctx.save();
  ctx.resetTransform();
  ctx.drawImage(picture, 0, 0);
  ctx.restore();
}
