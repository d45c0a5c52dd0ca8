// Lines of equal height by marching squares, and the levels at which to draw them.

/**
 * The pieces of the line at `level` in one cell of a mesh, in units of cells: a flat list
 * `[x0, y0, x1, y1, …]`, empty where the line does not pass or a corner is not finite.
 */
export function piecesInCell(mesh, column, row, level, out = []) {
  const { z, m } = mesh;
  const at = row * m + column;
  const [a, b, c, d] = [z[at], z[at + 1], z[at + m + 1], z[at + m]];
  if (!Number.isFinite(a + b + c + d)) return out;
  const kind = (a > level) | ((b > level) << 1) | ((c > level) << 2) | ((d > level) << 3);
  if (kind === 0 || kind === 15) return out;
  const south = () => [column + (level - a) / (b - a), row];
  const east = () => [column + 1, row + (level - b) / (c - b)];
  const north = () => [column + (level - d) / (c - d), row + 1];
  const west = () => [column, row + (level - a) / (d - a)];
  const piece = (from, to) => out.push(...from(), ...to());
  if (kind === 1 || kind === 14) piece(west, south);
  else if (kind === 2 || kind === 13) piece(south, east);
  else if (kind === 4 || kind === 11) piece(east, north);
  else if (kind === 8 || kind === 7) piece(north, west);
  else if (kind === 3 || kind === 12) piece(west, east);
  else if (kind === 6 || kind === 9) piece(south, north);
  else {
    // A saddle: its middle decides which corners belong together.
    const middleIsHigh = (a + b + c + d) / 4 > level;
    const aAndCAlone = (kind === 5) !== middleIsHigh;
    piece(west, aAndCAlone ? south : north);
    piece(east, aAndCAlone ? north : south);
  }
  return out;
}

/** All pieces of the line at `level`. */
export function contour(mesh, level) {
  const out = [];
  for (let row = 0; row < mesh.m - 1; row++) {
    for (let column = 0; column < mesh.m - 1; column++) {
      piecesInCell(mesh, column, row, level, out);
    }
  }
  return out;
}

const CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1]];

/** The part of a cell that is below `level`, as corners `[[x, y], …]`, in units of cells. */
export function partBelow({ z, m }, column, row, level) {
  const at = row * m + column;
  const heights = [z[at], z[at + 1], z[at + m + 1], z[at + m]];
  const found = [];
  if (!(Math.min(...heights) < level)) return found;
  for (let k = 0; k < 4; k++) {
    const next = (k + 1) % 4;
    const [here, there] = [heights[k] - level, heights[next] - level];
    const [x, y] = [column + CORNERS[k][0], row + CORNERS[k][1]];
    if (here < 0) found.push([x, y]);
    if (here < 0 !== there < 0) {
      const part = here / (here - there);
      const [dx, dy] = [CORNERS[next][0] - CORNERS[k][0], CORNERS[next][1] - CORNERS[k][1]];
      found.push([x + part * dx, y + part * dy]);
    }
  }
  return found;
}

/**
 * Heights for about `count` lines. They are equally spaced, unless a few very high places would
 * take them all: then they are closer together where most of the ground is.
 */
export function levels(mesh, count = 13) {
  const { low, high } = mesh;
  if (!(high > low)) return [];
  const sorted = Float64Array.from(mesh.z.filter(Number.isFinite)).sort();
  const middle = (sorted[Math.floor(sorted.length / 2)] - low) / (high - low);
  const bend = middle < 0.15 ? 2 : middle > 0.85 ? 0.5 : 1;
  return Array.from({ length: count }, (_, k) => low + (high - low) * ((k + 0.5) / count) ** bend);
}
