// Buttons, switches, sliders, choices and read-outs: the browser's own, which keyboards and
// screen readers know how to use.

/** An element with attributes and children; `on…` attributes are listeners. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export function button(text, action, attributes = {}) {
  return make("button", { type: "button", onclick: action, ...attributes }, text);
}

/** A check box; `action` gets its new state. `meaning` names the colour of what it shows. */
export function toggle(text, checked, action, meaning) {
  const box = make("input", { type: "checkbox", onchange: () => action(box.checked) });
  box.checked = checked;
  const swatch = meaning ? [make("span", { class: `course-swatch ${meaning}` })] : [];
  return make("label", { class: "course-toggle" }, box, ...swatch, text);
}

/** A drop-down list of `[value, text]`; `action` gets the chosen value. */
export function choice(text, options, chosen, action) {
  const list = make("select", { onchange: () => action(list.value) });
  for (const [value, name] of options) list.append(make("option", { value }, name));
  list.value = chosen;
  const label = make("label", { class: "course-choice" }, `${text} `, list);
  return { element: label, set: (value) => (list.value = value) };
}

/** A slider with its value in words beside it; `show` writes a value, `action` gets it. */
export function slider(text, { low, high, step, value, show = String, action }) {
  // No ids: two widgets in one page must not answer for each other.
  const input = make("input", { type: "range", "aria-label": text, min: low, max: high, step });
  const output = make("output");
  function set(next) {
    input.value = next;
    output.textContent = show(Number(input.value));
    input.setAttribute("aria-valuetext", output.textContent);
  }
  input.addEventListener("input", () => {
    set(input.value);
    action(Number(input.value));
  });
  set(value);
  const element = make("label", { class: "course-slider" }, make("span", {}, text), input, output);
  return { element, input, set };
}

export function row(...children) {
  return make("div", { class: "course-row" }, ...children);
}

/** A table of numbers: `set([[name, text, meaning], …])` writes them. */
export function readout() {
  const list = make("div", { class: "course-readout" });
  const known = new Map();
  function set(entries) {
    for (const [name, text, meaning = ""] of entries) {
      if (!known.has(name)) {
        const number = make("strong", { class: meaning });
        known.set(name, number);
        list.append(make("div", {}, make("span", {}, name), number));
      }
      const number = known.get(name);
      if (number.textContent !== text) number.textContent = text;
      number.parentElement.hidden = text === "";
    }
  }
  return { element: list, set };
}

/** The widget's frame: a group with a name, in which the notebook's own shortcuts do not act. */
export function frame(el, name) {
  el.classList.add("course-widget");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", name);
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  const problem = make("p", { class: "course-problem", role: "alert", hidden: true });
  el.append(problem);
  return {
    showProblem(text) {
      problem.hidden = !text;
      if (problem.textContent !== text) problem.textContent = text;
    },
  };
}
