// Numbers as text: short enough to read, the same for eyes, screen readers and tests.

const TRUE_MINUS = "\u2212";

/** A number with about `digits` significant digits: `0.5`, `−12.3`, `1.2e−7`, `not a number`. */
export function format(x, digits = 4) {
  if (x === null || Number.isNaN(x)) return "not a number";
  if (!Number.isFinite(x)) return x > 0 ? "infinity" : `${TRUE_MINUS}infinity`;
  if (x === 0) return "0";
  const size = Math.abs(x);
  const text =
    size < 1e-3 || size >= 1e5 ? x.toExponential(digits - 1) : x.toPrecision(digits);
  const [mantissa, exponent] = text.split("e");
  const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  const power = exponent === undefined ? "" : `e${exponent.replace("+", "")}`;
  return (short + power).replaceAll("-", TRUE_MINUS);
}

/** The same, with a plus where there is no minus. */
export function signed(x, digits = 4) {
  return x > 0 ? `+${format(x, digits)}` : format(x, digits);
}

/** A pair in parentheses. */
export function pair(x, y, digits = 4) {
  return `(${format(x, digits)}, ${format(y, digits)})`;
}

/** About `count` round numbers between two ends. */
export function ticks(low, high, count = 5) {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((candidate) => candidate >= rough);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
    found.push(k === 0 ? 0 : k * step);
  }
  return found;
}

/** How a tick is written: with as many decimals as the distance to the next one needs. */
export function tickText(value, step) {
  if (value !== 0 && (Math.abs(value) >= 1e5 || Math.abs(step) < 1e-4)) return format(value, 3);
  const decimals = Math.max(0, -Math.floor(Math.log10(Math.abs(step)) + 1e-9));
  return value.toFixed(decimals).replaceAll("-", TRUE_MINUS);
}

export function clamp(x, low, high) {
  return Math.min(Math.max(x, low), high);
}
