// The kind of a place, as `critical.py` tells it; here for the moments before the kernel answers.

const LEVEL = 1e-3;
const STRAIGHT = 1e-5;

const REASONS = {
  undefined: "the derivatives have no finite value here",
  "not a critical point": "the ground slopes",
  minimum: "level, and bending upwards in every direction",
  maximum: "level, and bending downwards in every direction",
  saddle: "level, bending upwards one way and downwards another",
  inconclusive:
    "level, but without bend in some direction: second derivatives cannot tell",
};

/** Second derivatives along the Hessian's eigenvectors, the least first: `{ bends, directions }`. */
export function principal([fxx, fxy, fyy]) {
  const [mean, half] = [(fxx + fyy) / 2, (fxx - fyy) / 2];
  const radius = Math.hypot(half, fxy);
  // The direction of the larger bend; the other one is at a right angle to it.
  const angle = radius === 0 ? Math.PI / 2 : 0.5 * Math.atan2(fxy, half);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return {
    bends: [mean - radius, mean + radius],
    directions: [pointingRight([-s, c]), pointingRight([c, s])],
  };
}

function pointingRight([x, y]) {
  const [a, b] = [Math.abs(x) < 5e-13 ? 0 : x, Math.abs(y) < 5e-13 ? 0 : y];
  return a < 0 || (a === 0 && b < 0) ? [0 - a, 0 - b] : [a, b];
}

/** `{ kind, reason }` of a place with derivatives `[f, fx, fy, fxx, fxy, fyy]`. */
export function classify([, fx, fy, fxx, fxy, fyy], { slope, bend }) {
  const kind = kindOf([fx, fy], [fxx, fxy, fyy], slope, bend);
  return { kind, reason: REASONS[kind] };
}

function kindOf(gradient, hessian, slope, bend) {
  if (![...gradient, ...hessian].every(Number.isFinite)) return "undefined";
  if (Math.hypot(...gradient) > LEVEL * slope) return "not a critical point";
  const [least, most] = principal(hessian).bends;
  const none = STRAIGHT * Math.max(bend, Math.abs(least), Math.abs(most));
  if (least > none) return "minimum";
  if (most < -none) return "maximum";
  if (least < -none && most > none) return "saddle";
  return "inconclusive";
}
