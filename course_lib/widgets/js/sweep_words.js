// What a step of a sweep did, as a sentence.

import { format } from "./numbers.js";

/** What forward mode did in this step, in numbers. */
export function forwardWords({ lines, tangents, numbers, seeds }, { now, seed }, step) {
  if (now < 0) return step === 0 ? "Nothing computed yet." : "All sweeps are done.";
  const { name, operation, value, parents, partials } = lines[now];
  const tangent = tangents[seed][now];
  const result = operation === "input" ? "" : ` = ${operation}`;
  const start = `${name}${result} = ${value}; its tangent is ${tangent}`;
  if (operation === "input") return `${start}, as the seed ${seeds[seed]} says.`;
  const along = parents.map((parent, k) => [partials[k], numbers.tangents[seed][parent]]);
  if (along.some(([a, b]) => a === null || b === null)) return `${start}.`;
  return `${start} = ${along.map(([a, b]) => product(a, b)).join(" + ")}.`;
}

/** What reverse mode did in this step. */
export function reverseWords({ lines, adjoints, numbers }, { now, back }) {
  if (!back) {
    if (now < 0) return "Nothing computed yet.";
    const { name, operation, value } = lines[now];
    const result = operation === "input" ? "" : ` = ${operation}`;
    return `${name}${result} = ${value}; kept for the way back.`;
  }
  if (now < 0) return "Done: all derivatives are known.";
  const start = `the adjoint of ${lines[now].name} is ${adjoints[now]}`;
  const shares = [];
  lines.forEach(({ parents, partials }, child) => {
    parents.forEach((parent, k) => {
      if (parent === now) shares.push([partials[k], numbers.adjoints[child]]);
    });
  });
  if (shares.length === 0) return `${start}: here the sweep begins, or nothing leads on.`;
  if (shares.some(([a, b]) => a === null || b === null)) return `${start}.`;
  return `${start} = ${shares.map(([a, b]) => product(a, b)).join(" + ")}.`;
}

function product(partial, number) {
  return `${written(partial)} · ${written(number)}`;
}

function written(x) {
  return x < 0 ? `(${format(x)})` : format(x);
}
