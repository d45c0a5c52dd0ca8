"""A widget on a bare page, with this process as its kernel: quick to open, easy to look into."""

from __future__ import annotations

import base64
import json
from typing import Any

from playwright.sync_api import Page

from course_lib.widgets.base import CourseWidget

PAGE = """<!doctype html><html><head><meta charset="utf-8"><style>
body { margin: 0; padding: 12px; background: var(--jp-layout-color0); }
body[data-jp-theme-light="true"] { --jp-layout-color0: #fff; --jp-layout-color1: #fff;
  --jp-layout-color2: #eee; --jp-content-font-color1: #222; --jp-content-font-color2: #666; }
body[data-jp-theme-light="false"] { --jp-layout-color0: #111; --jp-layout-color1: #212121;
  --jp-layout-color2: #333; --jp-content-font-color1: #eee; --jp-content-font-color2: #aaa;
  --jp-border-color1: #555; color-scheme: dark; }
</style></head><body data-jp-theme-light="true"><div id="widget"></div></body></html>"""

MODEL = """
async ({ esm, css, state }) => {
  document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
  const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const read = (value) => (value?.bytes === undefined ? value : bytes(value.bytes));
  const values = Object.fromEntries(Object.entries(state).map(([k, v]) => [k, read(v)]));
  const listeners = [];
  const tell = (event, ...given) => {
    for (const [name, listener] of [...listeners]) {
      if (name.split(" ").includes(event)) listener(...given);
    }
  };
  let changed = {};
  async function exchange(what) {
    if (window.kernelIsGone) return;
    const { state, messages } = JSON.parse(await window.toKernel(JSON.stringify(what)));
    for (const [name, value] of Object.entries(state)) values[name] = read(value);
    for (const name of Object.keys(state)) tell(`change:${name}`);
    for (const { content, buffers } of messages) tell("msg:custom", content, buffers.map(bytes));
  }
  const model = {
    get: (name) => values[name],
    set: (name, value) => { values[name] = value; changed[name] = value; tell(`change:${name}`); },
    save_changes: () => { exchange({ state: changed }); changed = {}; },
    on: (name, listener) => listeners.push([name, listener]),
    off: (name, listener) => listeners.splice(listeners.findIndex((l) => l[1] === listener), 1),
    send: (message) => exchange({ message }),
  };
  window.model = model;
  const blob = new Blob([esm], { type: "text/javascript" });
  const module = await import(URL.createObjectURL(blob));
  window.leave = await module.default.render({ model, el: document.querySelector("#widget") });
}
"""


class Stage:
    """Shows one widget in a page."""

    def __init__(self, page: Page, widget: CourseWidget) -> None:
        self.page, self.widget = page, widget
        self.errors: list[str] = []
        self._messages: list[dict[str, Any]] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.expose_function("toKernel", self._exchange)
        widget.send = self._send  # type: ignore[method-assign]
        page.goto("about:blank")
        page.set_content(PAGE)
        state = self._state()
        esm, css = state.pop("_esm"), state.pop("_css")
        page.evaluate(MODEL, {"esm": esm, "css": css, "state": state})

    def _state(self) -> dict[str, Any]:
        names = self.widget.traits(sync=True)
        return {
            name: {"bytes": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
            for name in names
            if isinstance(
                value := getattr(self.widget, name),
                bytes | str | int | float | list | dict | tuple | None,
            )
        }

    def _send(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        encoded = [base64.b64encode(buffer).decode() for buffer in buffers or []]
        self._messages.append({"content": content, "buffers": encoded})

    def _exchange(self, text: str) -> str:
        what = json.loads(text)
        known = {**self._state(), **what.get("state", {})}
        for name, value in what.get("state", {}).items():
            setattr(self.widget, name, value)
        if "message" in what:
            self.widget._receive(self.widget, what["message"], [])
        after = self._state()
        state = {name: value for name, value in after.items() if value != known[name]}
        messages, self._messages = self._messages, []
        # Not a number has no place in JSON; a real kernel refuses it, too.
        return json.dumps({"state": state, "messages": messages}, allow_nan=False)

    def settle(self) -> None:
        """Wait until two pictures have been drawn with nothing more to come."""
        self.page.wait_for_timeout(60)
        self.page.evaluate(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
