"""The gallery in JupyterLab: stored pictures, a fresh run, real hands, and no kernel at all."""

import time

import numpy as np
import pytest

from course_lib.widgets import DescentRace, TaylorExplorer, TaylorPatch
from course_lib.widgets.hills import bumpy
from course_lib.widgets.landscape import at_point
from course_lib.widgets.slopes import slopes
from tests.browser.test_widgets import (
    CENTRE,
    ERRORS,
    MAP,
    PATCH,
    START,
    assert_smooth,
    label_of,
    numbers_in,
)

pytestmark = pytest.mark.browser

GALLERY = "lessons/00_gallery.ipynb"
WIDGETS = 9
PATIENCE = 4000  # milliseconds, on a busy machine; on an idle one it takes less than 1000
FRONT = ".jp-NotebookPanel:not(.lm-mod-hidden) "


def assert_still_pictures(lab):
    images = lab.page.locator(f"{FRONT}.jp-OutputArea img")
    assert images.count() == WIDGETS
    assert lab.page.locator(".course-widget").count() == 0
    for image in images.all():
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
        assert numbers_in(image.get_attribute("alt")), "the words have the picture's numbers"


def run(lab):
    """Restart and run all; wait until each widget has drawn."""
    lab.page.evaluate("window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    lab.run_all()
    lab.page.wait_for_function(
        f"document.querySelectorAll('{FRONT}.course-widget').length === {WIDGETS}"
    )
    lab.page.wait_for_function(f"document.querySelector('{MAP}[data-exact=\"true\"]') !== null")


def focus(lab, selector):
    element = lab.page.locator(FRONT + selector).first
    element.scroll_into_view_if_needed()
    element.focus()
    return element


def drag(lab, element):
    box = element.bounding_box()
    lab.page.mouse.move(box["x"] + 150, box["y"] + 120)
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + 190, box["y"] + 150, steps=5)
    lab.page.mouse.up()


def wait_for_label(lab, element, meets):
    """Wait until the numbers in a label meet a condition, for the kernel may be slow to answer."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if meets(numbers_in(label_of(element))):
            return
        lab.page.wait_for_timeout(50)
    pytest.fail(f"the label stayed {label_of(element)!r}")


def hill_agrees(found):
    value, gradient, hessian = at_point(bumpy, *found[:2])
    expected = [value, *gradient, *np.linalg.eigvalsh(hessian)]
    return np.allclose([*found[2:6], found[8]], expected, rtol=1e-4, atol=1e-4)


def secant_agrees(found):
    k = round(-3 * np.log10(found[1]))
    measured = slopes(lambda x: np.sin(x) + 0.3 * x, found[0])
    return np.allclose(found[2:4], [measured.exact, measured.forward[k]], rtol=1e-4)


def taylor_agrees(found):
    expected = TaylorExplorer(centre=found[0], order=int(found[1])).polynomial()[:5]
    return np.allclose(found[2:7], expected, rtol=1e-3, atol=1e-3)


def patch_agrees(found):
    return np.allclose(found[2:5], TaylorPatch(at=tuple(found[:2])).patch()[:3], atol=1e-3)


def race_agrees(found):
    lanes = DescentRace(start=tuple(found[:2]), rate=1.8, condition=20).lanes()
    return found[3] == len(lanes["gradient descent"].path) - 1 and np.isclose(
        found[4], lanes["gradient descent"].heights[-1], rtol=1e-2
    )


HANDS = [
    (MAP, hill_agrees),
    (ERRORS, secant_agrees),
    (CENTRE, taylor_agrees),
    (PATCH, patch_agrees),
    (START, race_agrees),
]


def milliseconds_to_first_picture(lab):
    """Run the cell with the imports, then the one with the hill; time the latter."""
    lab.page.evaluate("window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    cells = [cell["source"] for cell in lab.cells()]
    imports = next(k for k, source in enumerate(cells) if "import (" in source)
    lab.run(imports)
    first = next(k for k, source in enumerate(cells) if 'HillExplorer("bumpy"' in source)
    return lab.page.evaluate(
        """async ([index, selector]) => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = index;
            const start = performance.now();
            window.jupyterapp.commands.execute("notebook:run-cell");
            while (!document.querySelector(selector)?.dataset.frames) {
                await new Promise(requestAnimationFrame);
            }
            return performance.now() - start;
        }""",
        [first, FRONT + MAP],
    )


def assert_hands_are_followed(lab):
    for selector, agrees in HANDS:
        element = focus(lab, selector)
        before = label_of(element)
        drag(lab, element)
        wait_for_label(lab, element, agrees)
        dragged = label_of(element)
        assert dragged != before
        lab.page.keyboard.press("ArrowLeft")
        lab.page.wait_for_function(
            "([selector, before]) => document.querySelector(selector).ariaLabel !== before",
            arg=[FRONT + selector, dragged],
        )
        wait_for_label(lab, element, agrees)


def save_with_state_and_reopen(lab):
    """As a reader does who saves the widgets' state, and comes back another day."""
    lab.page.evaluate(
        """async () => {
            const { commands, serviceManager, shell } = window.jupyterapp;
            const command = "@jupyter-widgets/jupyterlab-manager:saveWidgetState";
            if (!commands.isToggled(command)) await commands.execute(command);
            await commands.execute("docmanager:save");
            await commands.execute("application:close");
            await serviceManager.sessions.shutdownAll();
        }"""
    )
    lab.start(GALLERY)
    lab.page.wait_for_function(
        f"document.querySelectorAll('{FRONT}.course-widget').length === {WIDGETS}",
        timeout=180_000,  # JupyterLab draws what is out of sight when it has nothing else to do
    )


def assert_it_works_without_the_kernel_that_made_it(lab):
    element = focus(lab, MAP)
    wait_for_label(lab, element, lambda found: len(found) > 8)
    x, y = numbers_in(label_of(element))[:2]
    assert (x, y) != (1.6, -0.8), "the hiker was dragged before the state was saved"
    lab.page.keyboard.press("ArrowRight")
    wait_for_label(lab, element, lambda found: np.isclose(found[0], x + 0.15, atol=1e-3))
    found = numbers_in(label_of(element))
    value, gradient, _ = at_point(bumpy, *found[:2])
    np.testing.assert_allclose(found[2:5], [value, *gradient], atol=0.1)
    slider = lab.page.locator(FRONT).get_by_role("slider", name="order").first
    slider.fill("3")
    wait_for_label(lab, lab.page.locator(FRONT + CENTRE), lambda found: found[1] == 3)


def test_gallery_from_stored_stills_to_saved_state(lab, pictures_folder):
    lab.start(GALLERY)
    assert_still_pictures(lab)
    milliseconds = milliseconds_to_first_picture(lab)
    print(f"first picture after {milliseconds:.0f} ms")
    assert milliseconds < PATIENCE
    run(lab)
    outputs = [output for cell in lab.cells() for output in cell.get("outputs", [])]
    assert [out for out in outputs if out["output_type"] == "error"] == []
    assert [out for out in outputs if out.get("name") == "stderr"] == []
    lab.picture_of_all(pictures_folder / "gallery.png")
    assert_hands_are_followed(lab)
    step = lab.page.locator(f"{FRONT}.course-graph.forward")
    lab.page.locator(FRONT).get_by_role("button", name="Step", exact=True).click()
    assert "x = 1; its tangent is 1" in label_of(step)
    focus(lab, MAP)
    assert_smooth(lab, FRONT + MAP, "hill in JupyterLab")
    save_with_state_and_reopen(lab)
    assert_it_works_without_the_kernel_that_made_it(lab)
