"""Start JupyterLab, and do in it what a learner does."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright.sync_api import Locator, Page

TOKEN = "a-token-for-this-test-alone"
START_SECONDS = 60

SETTINGS = {
    # All cells are in the page, also those that are not on the screen.
    "@jupyterlab/notebook-extension/tracker": {
        "windowingMode": "none",
        "autoStartDefaultKernel": True,
    },
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


class Server:
    """A JupyterLab server with its own settings, on a port that the system chooses."""

    def __init__(self, python: str, root: Path, private: Path, *, library: Path) -> None:
        self.private = private
        self._write_settings()
        self._log = (private / "server.log").open("w")
        self._process = subprocess.Popen(
            [
                *(python, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--port=0"),
                *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={root}"),
                *("--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None", "--allow-root"),
                "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            ],
            env=self._environment(library),
            cwd=root,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )

    def __enter__(self) -> Server:
        try:
            self.url = self._wait_for_url()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _environment(self, library: Path) -> dict[str, str]:
        private = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        folders = {name: str(self.private / folder) for name, folder in private.items()}
        # This environment's kernel, and this library, also where it is not installed.
        path = os.pathsep.join(filter(None, [str(library), os.environ.get("PYTHONPATH")]))
        return {**os.environ, **folders, "JUPYTER_PREFER_ENV_PATH": "1", "PYTHONPATH": path}

    def _write_settings(self) -> None:
        for plugin, settings in SETTINGS.items():
            file = self.private / "settings" / f"{plugin}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(settings), encoding="utf-8")

    def _wait_for_url(self) -> str:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            for file in (self.private / "runtime").glob("jpserver-*.json"):
                if text := file.read_text(encoding="utf-8"):
                    return str(json.loads(text)["url"])
            time.sleep(0.1)
        log = (self.private / "server.log").read_text(encoding="utf-8")
        raise RuntimeError(f"JupyterLab did not start within {START_SECONDS} s. It said:\n{log}")


class Lab:
    """JupyterLab in a page. What notebooks hold is read from their models, not from the page."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self._server = server

    def start(self, path: str) -> None:
        """Open JupyterLab at a notebook, as a link or `make lab` does."""
        self.page.goto(f"{self._server.url}lab/tree/{quote(path)}?token={TOKEN}&reset")
        self.page.wait_for_function("window.jupyterapp !== undefined")
        self.page.evaluate("window.jupyterapp.restored")
        self.wait_until_open(path)

    def wait_until_open(self, path: str) -> None:
        """Wait until a notebook is in front, loaded, and its kernel answers."""
        self.page.wait_for_function(
            "path => window.jupyterapp.shell.currentWidget?.context?.path === path", arg=path
        )
        self.page.evaluate(
            """async () => {
                const panel = window.jupyterapp.shell.currentWidget;
                await Promise.all([panel.revealed, panel.context.ready]);
                await panel.sessionContext.ready;
            }"""
        )

    def open_as_notebook(self, path: str) -> None:
        """Open a file as `Open With, Notebook` does in the file browser's menu."""
        arguments = {"path": path, "factory": "Notebook"}
        command = "given => window.jupyterapp.commands.execute('docmanager:open', given)"
        self.page.evaluate(command, arguments)

    def run_all(self) -> None:
        """Run all cells, and wait for the last answer."""
        self.page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")

    def cells(self) -> list[dict[str, Any]]:
        """The front notebook's cells as they would be saved now."""
        cells = self.page.evaluate(
            "window.jupyterapp.shell.currentWidget.content.model.toJSON().cells"
        )
        for cell in cells:
            if isinstance(cell["source"], list):
                cell["source"] = "".join(cell["source"])
        return cells

    def cell(self, index: int) -> Locator:
        """A cell in the page."""
        return self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell").nth(index)

    def write(self, index: int, source: str) -> None:
        """Click into a cell and put other text in it, with the keyboard."""
        self.cell(index).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(source)

    def run(self, index: int) -> None:
        """Run one cell as people do, with Shift and Enter, and wait until it has been run."""
        before = self.cells()[index]["execution_count"]
        self.cell(index).locator(".cm-content").click()
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_function(
            """([index, before]) => {
                const panel = window.jupyterapp.shell.currentWidget;
                const count = panel.content.model.cells.get(index).executionCount;
                return count !== null && count !== before;
            }""",
            arg=[index, before],
        )

    def picture_of_all(self, file: Path) -> None:
        """Save a picture of the whole front notebook, from its first to its last cell."""
        page = self.page
        usual = page.viewport_size or {"width": 1280, "height": 900}
        scroller = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer")
        height = scroller.evaluate("element => element.scrollHeight")
        page.set_viewport_size({"width": usual["width"], "height": min(height + 150, 15000)})
        scroller.evaluate(
            """async element => {
                element.scrollTop = 0;
                await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            }"""
        )
        scroller.screenshot(path=file)
        page.set_viewport_size(usual)

    def close(self) -> None:
        """Leave no kernel behind, and no question whether to save."""
        self.page.evaluate("window.jupyterapp?.serviceManager.sessions.shutdownAll()")
