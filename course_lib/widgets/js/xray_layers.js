// The layers of a network at one moment: their activations, gradients and steps.

import { powerOfTen } from "./axes.js";
import { stroke, words } from "./draw.js";
import { clamp, format } from "./numbers.js";

export const LAYERS = 4;
export const BINS = 16;
const NAMES = ["layer 1", "layer 2", "layer 3", "output"];
const [LEAST, MOST] = [1e-6, 1e2]; // of the sizes that are drawn
const BOLD = '600 13px system-ui, "DejaVu Sans", sans-serif';

/** A row for each layer, and a scale below them. */
export function drawLayers(ctx, { width, height, colours }, now) {
  const high = (height - 58) / LAYERS;
  const half = width * 0.47;
  const head = { colour: colours.ink, font: BOLD };
  words(ctx, "activations", [62, 26], head);
  words(ctx, "gradient", [half + 12, 10], { ...head, colour: colours.text.adjoints });
  words(ctx, "step ÷ weights", [half + 12, 26], { ...head, colour: colours.text.values });
  for (let layer = 0; layer < LAYERS; layer++) {
    const top = 38 + layer * high;
    words(ctx, NAMES[layer], [4, top + high / 2], { colour: colours.ink });
    drawSpread(ctx, now.spread(layer), [62, top, half - 74, high - 10], colours);
    const bars = [
      [now.gradients[layer], colours.adjoints, colours.text.adjoints],
      [now.updates[layer], colours.values, colours.text.values],
    ];
    bars.forEach(([value, colour, ink], k) => {
      const from = top + 4 + (k * (high - 16)) / 2;
      const box = [half + 12, from, width - half - 76, (high - 24) / 2];
      drawBar(ctx, value, box, colour, { colour: ink, halo: colours.paper });
    });
  }
  const scale = [half + 12, width - half - 76];
  for (const power of scale[1] < 150 ? [-6, -2, 2] : [-6, -4, -2, 0, 2]) {
    const x = scale[0] + (scale[1] * (power + 6)) / 8;
    const style = { colour: colours.ink, align: "center" };
    words(ctx, powerOfTen(power), [x, height - 9], style);
  }
}

function drawSpread(ctx, parts, [left, top, wide, high], colours) {
  const most = Math.max(...parts, 1e-9);
  ctx.fillStyle = colours.values;
  parts.forEach((part, k) => {
    const tall = (high * part) / most;
    ctx.fillRect(left + (k * wide) / BINS + 0.5, top + high - tall, wide / BINS - 1, tall);
  });
  const floor = [[left, top + high], [left + wide, top + high]];
  stroke(ctx, floor, colours.frame, 1);
}

function drawBar(ctx, value, [left, top, wide, high], colour, style) {
  const size = clamp(Math.log10(value / LEAST) / Math.log10(MOST / LEAST), 0, 1);
  ctx.fillStyle = colour;
  if (value > 0) ctx.fillRect(left, top, Math.max(2, wide * size), high);
  words(ctx, format(value, 2), [left + wide * (value > 0 ? size : 0) + 6, top + high / 2], style);
}
