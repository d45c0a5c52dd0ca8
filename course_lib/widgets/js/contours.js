// Lines of equal height by marching squares, and the levels at which to draw them.

// A line crosses edges of the mesh. Edge 2n leads from node n to the next column, 2n + 1 to the
// next row.

/** Where the line at `level` crosses an edge: `{ from, to, part }`, nodes and the part of the way. */
export function crossing({ z, m }, edge, level) {
  const from = edge >> 1;
  const to = from + (edge & 1 ? m : 1);
  return { from, to, part: (level - z[from]) / (z[to] - z[from]) };
}

/**
 * The pieces of the line in one cell, each from one edge to another: `[[edge, edge], …]`, empty
 * where the line does not pass or a corner is not finite.
 */
export function piecesInCell({ z, m }, column, row, level) {
  const at = row * m + column;
  const [a, b, c, d] = [z[at], z[at + 1], z[at + m + 1], z[at + m]];
  if (!Number.isFinite(a + b + c + d)) return [];
  const kind = (a > level) | ((b > level) << 1) | ((c > level) << 2) | ((d > level) << 3);
  if (kind === 0 || kind === 15) return [];
  const [south, west, north, east] = [2 * at, 2 * at + 1, 2 * (at + m), 2 * (at + 1) + 1];
  if (kind === 1 || kind === 14) return [[west, south]];
  if (kind === 2 || kind === 13) return [[south, east]];
  if (kind === 4 || kind === 11) return [[east, north]];
  if (kind === 8 || kind === 7) return [[north, west]];
  if (kind === 3 || kind === 12) return [[west, east]];
  if (kind === 6 || kind === 9) return [[south, north]];
  // A saddle: its middle decides which corners belong together.
  const middleIsHigh = (a + b + c + d) / 4 > level;
  const aAndCAlone = (kind === 5) !== middleIsHigh;
  return aAndCAlone ? [[west, south], [east, north]] : [[west, north], [east, south]];
}

/** The lines at `level`, each `[[column, row], …]` in units of cells; a closed one ends as it began. */
export function contour(mesh, level) {
  const ways = new Map(); // from each crossed edge to one or two others
  const lead = (from, to) => (ways.has(from) ? ways.get(from).push(to) : ways.set(from, [to]));
  for (let row = 0; row < mesh.m - 1; row++) {
    for (let column = 0; column < mesh.m - 1; column++) {
      for (const [one, other] of piecesInCell(mesh, column, row, level)) {
        lead(one, other);
        lead(other, one);
      }
    }
  }
  const place = (edge) => {
    const { from, part } = crossing(mesh, edge, level);
    const [column, row] = [from % mesh.m, Math.floor(from / mesh.m)];
    return edge & 1 ? [column, row + part] : [column + part, row];
  };
  const lines = [];
  const follow = (edge) => {
    const line = [];
    while (edge !== undefined) {
      line.push(place(edge));
      const onward = ways.get(edge);
      ways.delete(edge);
      edge = onward.find((next) => ways.has(next));
    }
    lines.push(line);
    return line;
  };
  const edges = [...ways.keys()];
  for (const edge of edges) if (ways.get(edge)?.length === 1) follow(edge); // from the border
  for (const edge of edges) {
    if (!ways.has(edge)) continue;
    const loop = follow(edge);
    loop.push(loop[0]);
  }
  return lines;
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
