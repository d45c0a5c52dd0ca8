// Arrays of numbers that Python sent as bytes.

/** The bytes of a DataView as an array of a kind, copied: they may not lie at a multiple of 8. */
export function floats(view, Kind) {
  return new Kind(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}
