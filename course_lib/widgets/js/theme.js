// Colours by their meaning, read from the style sheet, so that they follow the page's theme.

const NAMES = [
  ...["values", "tangents", "adjoints", "curvature", "approximations", "wrong-beliefs"],
  ...["paper", "ink", "faint", "frame"],
];

/**
 * The colours that hold at an element now: `{ values, tangents, …, paper, ink, faint, frame }` for
 * lines, the same names in `text` for small letters, and in `map` for what lies on a landscape,
 * which is light in a dark theme, too.
 */
export function coloursAt(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(`--course-${name}`).trim();
  const found = { text: {}, map: { text: {} } };
  for (const name of NAMES) {
    const key = name.replace(/-./, (dash) => dash[1].toUpperCase());
    found[key] = read(name);
    found.text[key] = read(`text-${name}`);
    found.map[key] = read(`map-${name}`);
    found.map.text[key] = read(`map-text-${name}`);
  }
  return found;
}

/** Call back when the page turns dark or light; returns a function that stops it. */
export function onThemeChange(callback) {
  const observer = new MutationObserver(callback);
  observer.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", callback);
  return () => {
    observer.disconnect();
    media.removeEventListener("change", callback);
  };
}

/** Whether the reader asked their system for less motion. */
export function wantsLessMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
