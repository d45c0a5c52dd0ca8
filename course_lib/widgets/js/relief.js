// The colours of ground: lighter where it is higher, darker on the side away from the light.

const LOW = [116, 138, 158];
const MIDDLE = [190, 202, 208];
const HIGH = [250, 247, 238];
const LIGHT = [-0.55, 0.6, 0.72]; // from the upper left, as on printed maps
const STEEPNESS = 1.6;

/** Colour of a place: `height` from 0 to 1, and the slopes there in units of the mesh's box. */
export function groundColour(height, slopeX, slopeY, out = [0, 0, 0]) {
  const t = Math.min(Math.max(height, 0), 1);
  const length = Math.hypot(slopeX, slopeY, 1);
  const light = (-slopeX * LIGHT[0] - slopeY * LIGHT[1] + LIGHT[2]) / length;
  const shade = 0.74 + 0.36 * Math.max(0, light);
  const [from, to, part] = t < 0.5 ? [LOW, MIDDLE, 2 * t] : [MIDDLE, HIGH, 2 * t - 1];
  for (let k = 0; k < 3; k++) {
    out[k] = Math.min(255, (from[k] + (to[k] - from[k]) * part) * shade);
  }
  return out;
}

/** Slopes of a mesh at a node, with the box scaled to width 1 and height `STEEPNESS` / 4. */
export function slopesAt(mesh, column, row) {
  const { z, m, low, high } = mesh;
  const [west, east] = [Math.max(column - 1, 0), Math.min(column + 1, m - 1)];
  const [south, north] = [Math.max(row - 1, 0), Math.min(row + 1, m - 1)];
  const scale = ((STEEPNESS / 4) * (m - 1)) / (high - low || 1);
  return [
    ((z[row * m + east] - z[row * m + west]) * scale) / (east - west),
    ((z[north * m + column] - z[south * m + column]) * scale) / (north - south),
  ];
}

/** A small picture of the mesh from above, one pixel for each node, to be drawn enlarged. */
export function reliefImage(mesh) {
  const { z, m, low, high } = mesh;
  const image = new ImageData(m, m);
  const colour = [0, 0, 0];
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < m; column++) {
      const value = z[row * m + column];
      const at = 4 * ((m - 1 - row) * m + column);
      if (!Number.isFinite(value)) continue; // stays transparent
      const [sx, sy] = slopesAt(mesh, column, row);
      groundColour((value - low) / (high - low || 1), sx, sy, colour);
      image.data.set([colour[0], colour[1], colour[2], 255], at);
    }
  }
  const element = document.createElement("canvas");
  element.width = element.height = m;
  element.getContext("2d").putImageData(image, 0, 0);
  return element;
}
