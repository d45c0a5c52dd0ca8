// The drawn graph of one mode: what is seen of it, and what is marked.

import { make } from "./controls.js";

/** An empty place for the drawing of one mode, with its counts. */
export function makeMode(kind, title) {
  const drawing = make("div", { class: `course-graph ${kind}` });
  const counts = make("figcaption", { class: "course-counts" });
  const caption = make("figcaption", {}, title);
  return { kind, drawing, counts, element: make("figure", {}, caption, drawing, counts) };
}

/** Show or hide what is known of line `k`, and say whether it is this step's. */
export function mark(mode, k, { value, derivative, kind, text, now }) {
  const group = node(mode, k);
  if (!group) return;
  group.classList.toggle("course-now", now);
  group.classList.toggle("course-later", !value && !derivative);
  for (const part of group.querySelectorAll(".value")) {
    part.classList.toggle("course-unseen", !value);
  }
  for (const part of group.querySelectorAll(`.${kind}`)) {
    part.classList.toggle("course-unseen", !derivative);
    if (text !== undefined) part.textContent = `${part.textContent.slice(0, 2)}${text}`;
  }
}

/** Mark the edges into the node `now`, or out of it on the way back. */
export function markEdges(mode, now, back) {
  for (const edge of mode.drawing.querySelectorAll(".edge")) {
    const end = Number(back ? edge.dataset.from : edge.dataset.to);
    edge.classList.toggle("course-now", end === now);
  }
}

function node(mode, k) {
  return mode.drawing.querySelector(`[id="node-${k}"]`);
}
