"""Widgets under a reader's hands: on a bare page each, and all together in JupyterLab."""

import functools
import re
import time

import numpy as np
import pytest

from course_lib.widgets import (
    ChainOfDials,
    DescentRace,
    GraphSweeps,
    HillExplorer,
    NetworkXray,
    SecantZoom,
    TaylorExplorer,
    TaylorPatch,
)
from tests.browser.stage import Stage

pytestmark = pytest.mark.browser

SECONDS_OF_DRAGGING = 0.7
SLOWEST = 12  # pictures a second on a very busy machine; on an idle one it is 60


@pytest.fixture
def stage(browser, pictures_folder, request):
    """Show a widget: ``stage(widget)``. A picture of it is kept when the test ends."""
    context = browser.new_context(viewport={"width": 920, "height": 760}, has_touch=True)
    context.set_default_timeout(10_000)
    shown = []

    def show(widget):
        shown.append(Stage(context.new_page(), widget))
        shown[-1].settle()
        return shown[-1]

    yield show
    for one in shown:
        one.page.locator("#widget").screenshot(path=pictures_folder / f"{request.node.name}.png")
        assert one.errors == []
    context.close()


def patient(check):
    """Give a check some seconds to come true: pictures move, and the kernel answers later."""

    @functools.wraps(check)
    def repeated(stage):
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            try:
                return check(stage)
            except (AssertionError, ValueError):  # a label may still be on its way
                stage.page.wait_for_timeout(50)
        return check(stage)

    return repeated


def numbers_in(text):
    """All numbers in a text, whatever minus it is written with."""
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", text.replace("−", "-"))]


def label_of(locator):
    return locator.get_attribute("aria-label")


def frames_while_dragging(stage, selector):
    """Pictures drawn, and screen pictures that passed, while a pointer goes round and round."""
    return stage.page.evaluate(
        """async ([selector, seconds]) => {
            const canvas = document.querySelector(selector);
            const box = canvas.getBoundingClientRect();
            const send = (type, t) => canvas.dispatchEvent(new PointerEvent(type, {
                bubbles: true, button: 0, pointerId: 1, isPrimary: true,
                clientX: box.left + box.width * (0.5 + 0.3 * Math.cos(5 * t)),
                clientY: box.top + box.height * (0.5 + 0.3 * Math.sin(7 * t)),
            }));
            canvas.setPointerCapture = () => {};
            const drawn = () => Number(canvas.dataset.frames);
            send("pointerdown", 0);
            const [start, before] = [performance.now(), drawn()];
            let t = 0;
            while (t < seconds) {
                send("pointermove", t);
                await new Promise(requestAnimationFrame);
                t = (performance.now() - start) / 1000;
            }
            send("pointerup", t);
            return (drawn() - before) / t;
        }""",
        [selector, SECONDS_OF_DRAGGING],
    )


def assert_smooth(stage, selector, name):
    """Pictures come fast enough, in the best of three tries: other programs may be running."""
    rates = []
    while len(rates) < 3 and max(rates, default=0) <= SLOWEST:
        rates.append(frames_while_dragging(stage, selector))
    print(f"{name}: {max(rates):.0f} pictures a second")
    assert max(rates) > SLOWEST


# Hill explorer ----------------------------------------------------------------------------------

MAP = '[aria-roledescription="hiker on a map"]'


def expected_label(widget):
    value, gradient, hessian = widget.derivatives()
    bends, directions = np.linalg.eigh(hessian)
    return [*widget.point, value, *gradient, bends[0], bends[1]], directions


@patient
def assert_hill_label(stage):
    stage.page.wait_for_selector(f'{MAP}[data-exact="true"]')
    found = numbers_in(label_of(stage.page.locator(MAP)))
    expected, _ = expected_label(stage.widget)
    shown = [*found[:6], found[8]]
    np.testing.assert_allclose(shown, expected, rtol=2e-5, atol=1e-9)


def test_hill_by_mouse(stage):
    shown = stage(HillExplorer("bumpy"))
    box = shown.page.locator(MAP).bounding_box()
    shown.page.mouse.move(box["x"] + 100, box["y"] + 100)
    shown.page.mouse.down()
    shown.page.mouse.move(box["x"] + 150, box["y"] + 260, steps=4)
    shown.page.mouse.up()
    shown.settle()
    assert shown.widget.point != [1.6, -0.8]
    assert_hill_label(shown)
    before = shown.page.evaluate("document.querySelector('canvas.turns').toDataURL()")
    shown.page.mouse.move(150, 250)
    shown.page.mouse.down()
    shown.page.mouse.move(250, 260, steps=3)
    shown.page.mouse.up()
    shown.settle()
    assert shown.page.evaluate("document.querySelector('canvas.turns').toDataURL()") != before


def test_hill_by_keyboard(stage):
    shown = stage(HillExplorer("saddle", at=(0.2, 0.1)))
    shown.page.locator(MAP).focus()
    for key in ["ArrowLeft", "ArrowLeft", "ArrowDown"]:
        shown.page.keyboard.press(key)
    shown.settle()
    assert shown.widget.point == [0, 0]
    assert_hill_label(shown)
    assert label_of(shown.page.locator(MAP)).endswith("saddle.")
    shown.page.keyboard.press("Shift+ArrowUp")
    shown.settle()
    assert shown.widget.point == [0, 0.01]


def test_hill_buttons(stage):
    shown = stage(HillExplorer("rosenbrock"))
    shown.page.emulate_media(reduced_motion="reduce")
    shown.page.get_by_text("Walk to a critical point").click()
    shown.page.get_by_text("Arrived after").wait_for()
    shown.page.wait_for_function("model.get('point')[0] === 1")
    assert shown.widget.point == [1, 1]
    assert_hill_label(shown)
    assert shown.page.locator(".course-verdict b").inner_text() == "minimum"
    shown.page.get_by_text("Step uphill").click()
    shown.page.get_by_text("No slope here").wait_for()
    shown.page.locator("select").select_option("x⁴ − y⁴")
    shown.settle()
    assert shown.widget.hill == "x⁴ − y⁴"
    assert_hill_label(shown)
    shown.page.get_by_text("Step uphill").click()
    shown.page.wait_for_function("model.get('point')[0] > 1")
    assert_hill_label(shown)


def test_hill_is_flat_from_near(stage):
    shown = stage(HillExplorer("bumpy"))
    shown.page.emulate_media(reduced_motion="reduce")
    for _ in range(6):
        shown.page.get_by_text("Zoom in").click()
        shown.settle()
    part = numbers_in(shown.page.locator(".course-readout .tangents").inner_text())[0]
    assert part < 10


def test_hill_without_a_kernel_uses_its_grid(stage):
    shown = stage(HillExplorer("bumpy"))
    shown.page.evaluate("window.kernelIsGone = true")
    shown.page.locator(MAP).focus()
    shown.page.keyboard.press("ArrowLeft")
    shown.settle()
    found = numbers_in(label_of(shown.page.locator(MAP)))
    assert found[:2] == [1.45, -0.8]
    shown.widget.point = [1.45, -0.8]
    expected, _ = expected_label(shown.widget)
    np.testing.assert_allclose([*found[:6], found[8]], expected, atol=0.15)


def test_hill_of_a_wrong_function_says_so_and_recovers(stage):
    shown = stage(HillExplorer(lambda x, y: [x, y]))
    assert "must return one number" in shown.page.get_by_role("alert").inner_text()
    shown.page.locator("select").select_option("bowl")
    shown.settle()
    assert shown.page.get_by_role("alert").count() == 0
    assert_hill_label(shown)


def test_hill_is_fast(stage):
    assert_smooth(stage(HillExplorer("bumpy")), MAP, "hill")


# Secant and zoom --------------------------------------------------------------------------------

CURVE = '[aria-roledescription="point on a curve"]'
ERRORS = '[aria-roledescription="errors by step size"]'


@patient
def assert_secant_label(stage):
    found = numbers_in(label_of(stage.page.locator(ERRORS)))
    slopes, k = stage.widget.slopes(), stage.widget.step
    pairs = zip(slopes[1:], slopes.errors(), strict=True)
    expected = [stage.widget.x, 10 ** (-k / 3), slopes.exact]
    expected += [number[k] for entry in pairs for number in entry]
    np.testing.assert_allclose(found, expected, rtol=1e-2, atol=1e-300)


def test_secant_by_slider_keyboard_and_mouse(stage):
    shown = stage(SecantZoom(np.exp, 1.0, h=0.1))
    assert_secant_label(shown)
    shown.page.get_by_role("slider").focus()
    for _ in range(3):
        shown.page.keyboard.press("ArrowRight")
    shown.settle()
    assert shown.widget.step == 6
    shown.page.locator(ERRORS).focus()
    shown.page.keyboard.press("ArrowLeft")
    shown.settle()
    assert shown.widget.step == 5
    assert_secant_label(shown)
    box = shown.page.locator(CURVE).bounding_box()
    shown.page.mouse.move(box["x"] + 200, box["y"] + 100)
    shown.page.mouse.down()
    shown.page.mouse.move(box["x"] + 150, box["y"] + 100, steps=3)
    shown.page.mouse.up()
    shown.settle()
    assert shown.widget.x < 1
    assert_secant_label(shown)


def test_secant_under_the_glass_and_in_the_dark(stage):
    shown = stage(SecantZoom(h=3e-15))
    shown.page.get_by_label("magnify").check()
    shown.page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    shown.settle()


def test_secant_without_a_kernel(stage):
    shown = stage(SecantZoom())
    shown.page.evaluate("window.kernelIsGone = true")
    shown.page.get_by_role("slider").focus()
    shown.page.keyboard.press("End")
    shown.settle()
    assert "h = 1e−16" in label_of(shown.page.locator(ERRORS))


def test_secant_is_fast(stage):
    shown = stage(SecantZoom())
    assert_smooth(shown, ERRORS, "secant")


# Taylor explorer and patches --------------------------------------------------------------------

CENTRE = '[aria-roledescription="centre on a curve"]'
PATCH = '[aria-roledescription="patch on a map"]'


def drag(stage, selector, start, end):
    box = stage.page.locator(selector).bounding_box()
    stage.page.mouse.move(box["x"] + start[0], box["y"] + start[1])
    stage.page.mouse.down()
    stage.page.mouse.move(box["x"] + end[0], box["y"] + end[1], steps=4)
    stage.page.mouse.up()
    stage.settle()


@patient
def assert_taylor_label(stage):
    found = numbers_in(label_of(stage.page.locator(CENTRE)))
    widget = stage.widget
    expected = [widget.centre, widget.order, *widget.polynomial()[:5]]
    expected += [widget.radius()] if np.isfinite(widget.radius()) else []
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-9)


def test_taylor_by_mouse_keyboard_and_slider(stage):
    shown = stage(TaylorExplorer(order=3))
    assert_taylor_label(shown)
    drag(shown, CENTRE, (150, 100), (260, 100))
    assert shown.widget.centre > 0.5
    assert_taylor_label(shown)
    shown.page.locator(CENTRE).focus()
    before = shown.widget.centre
    for key in ["ArrowLeft", "ArrowUp", "ArrowUp"]:
        shown.page.keyboard.press(key)
    shown.settle()
    assert shown.widget.centre == pytest.approx(before - 0.1)
    assert shown.widget.order == 5
    shown.page.get_by_role("slider").fill("12")
    shown.settle()
    assert_taylor_label(shown)
    assert_smooth(shown, CENTRE, "taylor")


def test_taylor_without_a_kernel(stage):
    shown = stage(TaylorExplorer(np.sin, 0.0, 1))
    shown.page.evaluate("window.kernelIsGone = true")
    shown.page.get_by_role("slider").fill("3")
    shown.settle()
    found = numbers_in(label_of(shown.page.locator(CENTRE)))
    np.testing.assert_allclose(found, [0, 3, 0, 1, 0, -1 / 6], rtol=1e-4)


@patient
def assert_patch_label(stage):
    found = numbers_in(label_of(stage.page.locator(PATCH)))
    widget = stage.widget
    expected = [*widget.point, *widget.patch()[:3]]
    np.testing.assert_allclose(found[:5], expected, rtol=1e-4, atol=1e-9)
    assert found[5] == pytest.approx(100 * widget.trusted_part(), abs=0.6)


def test_patch_by_mouse_keyboard_and_slider(stage):
    shown = stage(TaylorPatch())
    assert_patch_label(shown)
    drag(shown, PATCH, (250, 150), (170, 200))
    assert_patch_label(shown)
    shown.page.locator(PATCH).focus()
    before = shown.widget.point[0]
    shown.page.keyboard.press("ArrowRight")
    shown.settle()
    assert shown.widget.point[0] == pytest.approx(before + 0.1)
    shown.page.get_by_role("slider").fill("3")
    shown.settle()
    assert shown.widget.order == 3
    assert_patch_label(shown)
    assert_smooth(shown, PATCH, "patch")


# Descent race -----------------------------------------------------------------------------------

START = '[aria-roledescription="start of a race on a map"]'


@patient
def assert_race_label(stage):
    text = label_of(stage.page.locator(START))
    found = numbers_in(text)
    widget = stage.widget
    lanes = widget.lanes()
    expected = [*widget.start, widget.rate]
    for lane in lanes.values():
        expected += [len(lane.path) - 1, lane.heights[-1]]
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-6)
    for name, lane in lanes.items():
        assert f"{name} {lane.ending}" in text


def test_race_by_mouse_keyboard_and_sliders(stage):
    shown = stage(DescentRace(rate=1.8))
    assert_race_label(shown)
    drag(shown, START, (80, 120), (120, 100))
    assert_race_label(shown)
    shown.page.locator(START).focus()
    before = shown.widget.start[0]
    shown.page.keyboard.press("ArrowRight")
    shown.settle()
    assert shown.widget.start[0] == pytest.approx(before + 0.1)
    shown.page.get_by_role("slider", name="step size").fill("8")
    shown.settle()
    assert_race_label(shown)
    assert "gradient descent flew away" in label_of(shown.page.locator(START))
    shown.page.get_by_role("slider", name="condition number").fill("20")
    shown.settle()
    assert shown.widget.condition == pytest.approx(100)
    shown.page.get_by_role("slider", name="step size").fill("5")
    shown.settle()
    assert_race_label(shown)
    assert_smooth(shown, START, "race")


def test_newton_marches_to_the_pass_without_a_kernel_to_be_asked(stage):
    shown = stage(DescentRace("two valleys", start=(-1.0, 0.1)))
    shown.page.evaluate("window.kernelIsGone = true")
    shown.page.get_by_role("slider", name="steps").fill("1")
    shown.settle()
    text = label_of(shown.page.locator(START))
    assert "Newton at a saddle" in text
    assert "damped Newton at a minimum" in text


# Graph sweeps -----------------------------------------------------------------------------------


def mode_label(stage, kind):
    return label_of(stage.page.locator(f".course-graph.{kind}"))


def test_sweeps_by_buttons_and_keyboard(stage):
    shown = stage(GraphSweeps(lambda x, y: x * y + np.sin(x), 1.0, 2.0))
    lines = shown.widget.graph.lines
    shown.page.get_by_role("button", name="Step", exact=True).click()
    assert "x = 1; its tangent is 1, as the seed x says" in mode_label(shown, "forward")
    shown.page.get_by_role("slider").focus()
    for _ in range(2):
        shown.page.keyboard.press("ArrowRight")
    shown.settle()
    assert shown.widget.step == 3
    # Line v1 = x * y: its value, its tangent along x, and how that came about.
    expected = [3, 1, lines[2].value, lines[2].tangent, 2, 1, 1, 0]
    np.testing.assert_allclose(numbers_in(mode_label(shown, "forward")), expected)
    shown.page.get_by_role("slider").fill("10")
    shown.settle()
    # Line x, on the way back: two shares, over x * y and over sin(x).
    expected = [10, lines[0].adjoint, 2, 1, np.cos(1.0), 1]
    np.testing.assert_allclose(numbers_in(mode_label(shown, "reverse")), expected, atol=1e-4)
    counts = shown.page.locator(".course-counts").all_inner_texts()
    assert "2 of 2 derivatives known" in counts[0]
    assert "5 products · 5 values held on the tape · 2 of 2 derivatives known" in counts[1]
    shown.page.get_by_role("button", name="Back", exact=True).click()
    assert shown.page.get_by_role("slider").input_value() == "9"


def test_sweeps_play_and_choose_a_seed(stage):
    shown = stage(GraphSweeps())
    shown.page.locator("select").select_option("2")
    shown.page.get_by_role("button", name="Play").click()
    shown.page.wait_for_function("Number(document.querySelector('input').value) >= 2")
    shown.page.get_by_role("button", name="Pause").click()
    assert "its tangent is 0, as the seed z says" in mode_label(shown, "forward")
    assert shown.widget.seed == 2


def test_sweeps_need_no_kernel(stage):
    shown = stage(GraphSweeps())
    shown.page.evaluate("window.kernelIsGone = true")
    shown.page.get_by_role("slider").fill("24")
    shown.settle()
    assert "step 24" in mode_label(shown, "forward")


# Chain of dials ---------------------------------------------------------------------------------

DIAL = '[aria-roledescription="dial"]'


def two_paths(**given):
    return ChainOfDials(lambda x: x**2, lambda u, v: u * v, v=np.sin, **given)


@patient
def assert_dials_label(stage):
    found = numbers_in(label_of(stage.page.locator(DIAL)))
    r = stage.widget.rates()
    expected = [r.x, r.u, r.v, r.y, r.y_by_u, r.u_by_x, r.y_by_v, r.v_by_x, r.y_by_x]
    np.testing.assert_allclose(found, expected, rtol=1e-3)


def test_dials_by_mouse_and_keyboard(stage):
    shown = stage(two_paths(x=1.2))
    assert_dials_label(shown)
    drag(shown, DIAL, (150, 150), (180, 190))
    assert shown.widget.x > 1.5
    assert_dials_label(shown)
    before = shown.widget.x
    shown.page.locator(DIAL).focus()
    shown.page.keyboard.press("ArrowRight")
    shown.page.keyboard.press("Shift+ArrowLeft")
    shown.settle()
    assert shown.widget.x == pytest.approx(before + 0.09, abs=1e-5)
    assert_dials_label(shown)
    assert_smooth(shown, DIAL, "dials")


def test_dials_without_a_kernel_use_their_table(stage):
    shown = stage(two_paths(x=1.0, window=(0, 2)))
    shown.page.evaluate("window.kernelIsGone = true")
    shown.page.locator(DIAL).focus()
    shown.page.keyboard.press("ArrowRight")
    shown.settle()
    found = numbers_in(label_of(shown.page.locator(DIAL)))
    assert found[0] == 1.1
    assert found[3] == pytest.approx(1.1**2 * np.sin(1.1), abs=1e-3)


# Network x-ray ----------------------------------------------------------------------------------

MOMENT = '[aria-roledescription="moment of a training"]'


@patient
def assert_xray_label(stage):
    found = numbers_in(label_of(stage.page.locator(MOMENT)))
    film, k = stage.widget.film(), stage.widget.moment
    expected = [6 * k, film.losses[k], *film.gradients[k], *film.updates[k]]
    expected += list(100 * film.saturated[k][:3])
    np.testing.assert_allclose(found, expected, rtol=0.05, atol=1e-6)


def test_xray_by_mouse_keyboard_and_sliders(stage):
    shown = stage(NetworkXray(moment=2))
    assert_xray_label(shown)
    drag(shown, MOMENT, (150, 150), (220, 150))
    assert shown.widget.moment > 5
    assert_xray_label(shown)
    before = shown.widget.moment
    shown.page.locator(MOMENT).focus()
    shown.page.keyboard.press("ArrowRight")
    shown.settle()
    assert shown.widget.moment == before + 1
    shown.page.get_by_role("slider", name="first weights").fill("7")
    shown.settle()
    shown.page.locator("select").select_option("sigmoid")
    shown.settle()
    assert shown.widget.gain == pytest.approx(10**0.7)
    assert_xray_label(shown)
    assert_smooth(shown, MOMENT, "x-ray")


def test_xray_of_a_training_that_explodes_without_a_kernel(stage):
    shown = stage(NetworkXray("relu", rate=30.0))
    shown.page.evaluate("window.kernelIsGone = true")
    shown.page.get_by_role("slider", name="moment").fill("30")
    shown.settle()
    assert "Step 180" in label_of(shown.page.locator(MOMENT))


# Every widget under a finger, on a narrow page in the dark ----------------------------------------


def drag_by_finger(stage, selector, start, end):
    element = stage.page.locator(selector)
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    session = stage.page.context.new_cdp_session(stage.page)
    for kind, at in [
        ("Start", start),
        ("Move", start),
        ("Move", end),
        ("Move", end),
        ("End", None),
    ]:
        points = [{"x": box["x"] + at[0], "y": box["y"] + at[1]}] if at else []
        session.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    stage.settle()


FINGERS = {
    "hill": (HillExplorer, MAP, assert_hill_label),
    "secant": (SecantZoom, ERRORS, assert_secant_label),
    "taylor": (TaylorExplorer, CENTRE, assert_taylor_label),
    "patch": (TaylorPatch, PATCH, assert_patch_label),
    "race": (lambda: DescentRace(rate=1.8), START, assert_race_label),
    "dials": (lambda: two_paths(x=1.2), DIAL, assert_dials_label),
    "xray": (NetworkXray, MOMENT, assert_xray_label),
}


def make_narrow_and_dark(stage):
    stage.page.set_viewport_size({"width": 360, "height": 700})
    stage.page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    stage.settle()
    assert stage.page.evaluate("document.body.scrollWidth <= innerWidth"), "it is too wide"


@pytest.mark.parametrize("name", FINGERS)
def test_by_finger_on_a_narrow_dark_page(stage, name):
    make, selector, agrees = FINGERS[name]
    shown = stage(make())
    make_narrow_and_dark(shown)
    before = label_of(shown.page.locator(selector))
    drag_by_finger(shown, selector, (60, 160), (180, 120))
    assert label_of(shown.page.locator(selector)) != before
    agrees(shown)


SLOW_KERNEL = """() => {
    const quick = window.toKernel;
    window.toKernel = async (text) => {
        await new Promise((resolve) => setTimeout(resolve, 60));
        return quick(text);
    };
}"""
STEERED = {
    "hill": (MAP, "point"),
    "secant": (CURVE, "x"),
    "taylor": (CENTRE, "centre"),
    "patch": (PATCH, "point"),
    "race": (START, "start"),
    "dials": (DIAL, "x"),
}


@pytest.mark.parametrize("name", STEERED)
def test_a_late_answer_takes_no_step_back(stage, name):
    """Four key presses, each before the answer to the one before, are four steps."""
    (make, _, agrees), (selector, trait) = FINGERS[name], STEERED[name]
    shown = stage(make())
    start = np.ravel(getattr(shown.widget, trait))[0]
    shown.page.locator(selector).focus()
    shown.page.keyboard.press("ArrowRight")
    agrees(shown)
    step = np.ravel(getattr(shown.widget, trait))[0] - start
    assert step > 0
    shown.page.evaluate(SLOW_KERNEL)
    for _ in range(4):
        shown.page.keyboard.press("ArrowRight")
        shown.page.wait_for_timeout(30)
    shown.page.wait_for_timeout(250)
    agrees(shown)
    assert np.ravel(getattr(shown.widget, trait))[0] - start == pytest.approx(5 * step, rel=1e-4)


def test_sweeps_by_finger_on_a_narrow_dark_page(stage):
    shown = stage(GraphSweeps())
    make_narrow_and_dark(shown)
    shown.page.get_by_role("button", name="Step", exact=True).tap()
    assert "step 1: x = 1" in mode_label(shown, "forward")
