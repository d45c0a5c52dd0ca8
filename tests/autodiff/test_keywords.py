"""Keywords whose effect is seen only at unusual values: infinities, nan, complex numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from course_lib import grad, jvp

INF = math.inf


@pytest.mark.parametrize(("keyword", "x"), [("nan", math.nan), ("posinf", INF), ("neginf", -INF)])
def test_what_stands_in_for_a_number_that_is_none(keyword, x):
    replacement = 7.0
    f = lambda x: np.nan_to_num(np.array([1.0, 2.0]) * x, **{keyword: replacement})  # noqa: E731
    value, tangent = jvp(f, (np.array([x, 1.0]),), (np.ones(2),))
    np.testing.assert_array_equal(value, [7.0, 2.0])
    np.testing.assert_array_equal(tangent, [0.0, 2.0])
    assert grad(lambda r: np.nan_to_num(x + 0 * r, **{keyword: r}))(replacement) == 1.0


def test_infinities_become_the_largest_numbers():
    largest = np.finfo(float).max
    value, tangent = jvp(np.nan_to_num, (np.array([INF, -INF, math.nan]),), (np.ones(3),))
    np.testing.assert_array_equal(value, [largest, -largest, 0.0])
    np.testing.assert_array_equal(tangent, np.zeros(3))


def test_nan_to_num_cannot_work_in_place():
    with pytest.raises(TypeError, match="nan_to_num"):
        grad(lambda x: np.nan_to_num(x, copy=False))(1.0)


def test_padding_by_odd_reflection_is_refused():
    with pytest.raises(NotImplementedError, match="reflect_type='odd'"):
        grad(lambda x: np.sum(np.pad(x, 1, mode="reflect", reflect_type="odd")))(np.ones(3))


@pytest.mark.parametrize(("tol", "slope"), [(1e6, 4.0), (2, 4.0)])
def test_real_if_close_looks_at_the_tolerance(tol, slope):
    f = lambda x: np.real_if_close(x * (1 + 1e-12j), tol)  # noqa: E731
    seen = []
    assert grad(lambda x: seen.append(f(x).dtype.kind) or np.real(f(x) ** 2))(2.0) == pytest.approx(
        4
    )
    assert seen == ["f" if tol > 100 else "c"]


def test_heaviside_at_its_step():
    assert jvp(np.heaviside, (0.0, 0.5), (1.0, 1.0)) == (0.5, 1.0)
    assert grad(lambda h: np.sum(np.heaviside(np.zeros((2, 3)), h)))(0.5) == 6.0


@pytest.mark.parametrize(("sign_of", "slope"), [(0.0, 1.0), (-0.0, -1.0)])
def test_copysign_knows_the_sign_of_zero(sign_of, slope):
    assert grad(lambda x: np.copysign(x, sign_of))(2.0) == slope
