"""The widgets' JavaScript agrees with the Python that says the same, and with itself."""

import numpy as np
import pytest

from course_lib.widgets import modules
from course_lib.widgets.critical import Scale, classify, principal
from course_lib.widgets.landscape import sample

pytestmark = pytest.mark.browser


@pytest.fixture
def call(browser):
    """Call a function of a module in the browser: ``call("numbers.js", "format", 0.5)``."""
    context = browser.new_context()
    page = context.new_page()
    page.goto("about:blank")

    def run(module, function, *args):
        names = modules.EXPORT.findall((modules.JS / module).read_text(encoding="utf-8"))
        text = modules.assemble(module)
        assert function in names
        return page.evaluate(
            """async ([text, name, args]) => {
                const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
                const module = await import(url);
                return args.map((given) => module[name](...given));
            }""",
            [text, function, list(args)],
        )

    yield run
    context.close()


def test_verdicts_agree(call):
    rng = np.random.default_rng(0)
    cases = [
        [[0.0, *gradient, a, b, c], {"slope": 1.0, "bend": 1.0}]
        for gradient in ([0.0, 0.0], [1e-4, 0.0], [0.5, 0.1])
        for a, b, c in [*rng.normal(size=(30, 3)), (0, 0, 0), (1, 0, 0), (1, 1, 1), (2, 0, -1e-7)]
    ]
    cases.append([[0.0, None, 0.0, 1.0, 0.0, 1.0], {"slope": 1.0, "bend": 1.0}])
    found = call("critical.js", "classify", *[list(case) for case in cases])
    for (numbers, _), verdict in zip(cases, found, strict=True):
        _, fx, fy, a, b, c = (np.nan if number is None else number for number in numbers)
        expected = classify([fx, fy], [[a, b], [b, c]], Scale())
        assert (verdict["kind"], verdict["reason"]) == (expected.kind, expected.reason)


def test_principal_bends_agree(call):
    rng = np.random.default_rng(1)
    hessians = [*rng.normal(size=(30, 3)).tolist(), [2.0, 0.0, -2.0], [0.0, 1.0, 0.0]]
    for (a, b, c), found in zip(
        hessians, call("critical.js", "principal", *[[h] for h in hessians]), strict=True
    ):
        bends, directions = principal([[a, b], [b, c]])
        np.testing.assert_allclose(found["bends"], bends, atol=1e-12)
        np.testing.assert_allclose(found["directions"], directions, atol=1e-9)


def test_blended_patches_are_exact_for_cubics(call):
    def f(x, y):
        return x**3 - 2 * x * y**2 + y**2 - 0.5 * x + 1

    grid = sample(f, (-1.0, 1.0, -1.0, 2.0), nodes=5)
    data = {"data": grid.ravel().tolist(), "n": 5}
    data |= {"left": -1, "right": 1, "bottom": -1, "top": 2}
    places = np.random.default_rng(2).uniform((-1, -1), (1, 2), size=(40, 2))
    found = call("grid.js", "patchesAt", *[[data, x, y] for x, y in places.tolist()])
    for (x, y), numbers in zip(places, found, strict=True):
        value, fx, fy = (numbers[k] for k in range(3))
        np.testing.assert_allclose(
            [value, fx, fy], [f(x, y), 3 * x**2 - 2 * y**2 - 0.5, -4 * x * y + 2 * y], atol=1e-12
        )


def test_contours_of_a_circle_lie_on_it(call):
    m = 41
    x = np.linspace(-1, 1, m)
    z = (x[None, :] ** 2 + x[:, None] ** 2).ravel()
    (lines,) = call("contours.js", "contour", [{"z": z.tolist(), "m": m}, 0.5])
    (circle,) = [np.array(line) * 2 / (m - 1) - 1 for line in lines]
    assert len(circle) > 100
    np.testing.assert_allclose(np.hypot(*circle.T), np.sqrt(0.5), atol=2e-3)
    np.testing.assert_array_equal(circle[0], circle[-1])
    assert np.hypot(*np.diff(circle, axis=0).T).max() < 2 * np.sqrt(2) / (m - 1)


def test_contours_end_at_the_border_and_where_numbers_end(call):
    """x y = 1/4 is two lines from border to border; a corner that is no number cuts one of them."""
    m = 31
    x = np.linspace(-1, 1, m)
    z = np.outer(x, x)
    whole = {"z": z.ravel().tolist(), "m": m}
    on_the_way = np.ravel_multi_index((22, 22), z.shape)
    holed = {"z": [np.nan if k == on_the_way else v for k, v in enumerate(whole["z"])], "m": m}
    lines, cut = call("contours.js", "contour", [whole, 0.25], [holed, 0.25])
    assert len(lines) == 2
    for line in lines:
        px, py = np.array(line).T * 2 / (m - 1) - 1
        np.testing.assert_allclose(px * py, 0.25, atol=2e-3)
        assert max(abs(px[0]), abs(py[0])) == max(abs(px[-1]), abs(py[-1])) == 1
    assert len(cut) == 3


def test_parts_below_a_level_have_its_area(call):
    m = 41
    x = np.linspace(-1, 1, m)
    mesh = {"z": (x[None, :] ** 2 + x[:, None] ** 2).ravel().tolist(), "m": m}
    cells = [(column, row) for row in range(m - 1) for column in range(m - 1)]
    parts = call("contours.js", "partBelow", *[[mesh, *cell, 0.5] for cell in cells])
    area = 0.0
    for corners in filter(None, parts):
        px, py = np.transpose(corners) * 2 / (m - 1)
        area += 0.5 * np.sum(px * np.roll(py, -1) - py * np.roll(px, -1))
    assert area == pytest.approx(np.pi / 2, rel=2e-3)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.5, "0.5"),
        (-12.3, "−12.3"),
        (1.23456e-7, "1.235e−7"),
        (123456, "1.235e5"),
        (0, "0"),
        (100, "100"),
        (None, "not a number"),
    ],
)
def test_numbers_as_text(call, number, text):
    assert call("numbers.js", "format", [number]) == [text]


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (3, 3, []), (-2, 2, 5)]
)
def test_ticks_are_round(call, low, high, expected):
    (found,) = call("numbers.js", "ticks", [low, high, 5])
    if isinstance(expected, int):
        assert len(found) == expected
    else:
        np.testing.assert_allclose(found, expected, atol=1e-12)
