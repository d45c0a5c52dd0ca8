"""Complex numbers between real arguments and real results, and Fourier transforms."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib import check_grads, grad, hessian, hvp, jacrev, jet, jvp, vjp

X = np.array([0.5, -1.2, 0.7, 2.0])
Y = np.array([1.1, 0.3, -0.4, 0.9])

THROUGH = {
    "|exp(ix)|": lambda x, y: np.sum(np.abs(np.exp(1j * x) + y)),
    "product": lambda x, y: np.sum(np.real((x + 1j * y) * (y - 2j * x) ** 3)),
    "quotient": lambda x, y: np.sum(np.imag((x + 1j * y) / (y - 2j * x))),
    "conjugate": lambda x, y: np.sum(np.real(np.conj(x + 1j * y) * (x - 1j * y) ** 2)),
    "angle": lambda x, y: np.sum(np.angle(x + 1j * y) ** 2),
    "attributes": lambda x, y: np.sum((x + 1j * y).real * (x * y * 1j).imag),
    "matrix product": lambda x, y: np.abs((x + 1j * y) @ (x - 2j * y)),
    "index": lambda x, y: np.abs((x + 1j * y)[1:] * (x * 1j)[::-1][1:]).sum(),
    "stack": lambda x, y: np.sum(np.abs(np.stack([x + 1j * y, x * y * (1 + 0j)]) ** 2)),
    "where": lambda x, y: np.sum(np.abs(np.where(x > 0, x + 1j * y, 1j * x * y))),
    "norm": lambda x, y: np.linalg.norm(x + 1j * y) ** 3,
    "einsum": lambda x, y: np.abs(np.einsum("i,i,j->", x + 1j * y, x * 1j, y + x)),
    "filter": lambda x, y: np.sum(np.fft.irfft(np.fft.rfft(x) * np.fft.rfft(y)) ** 2),
    "spectrum": lambda x, y: np.sum(np.abs(np.fft.fft(x * y)) ** 2),
    "phase": lambda x, y: np.sum(np.fft.ifft(np.exp(1j * np.fft.fft(x + 1j * y))).real),
    "float32": lambda x, y: np.sum(np.abs(np.fft.fft(x + 1j * y))),
}


@pytest.mark.parametrize("name", THROUGH)
def test_derivatives_through_complex_numbers(name):
    f = THROUGH[name]
    check_grads(f, (X, Y), order=2)
    third = jet(lambda t: f(X + t * Y, Y - t * X), 0.0, 1.0, 3)[3]
    line = lambda t: f(X + t * Y, Y - t * X)  # noqa: E731
    np.testing.assert_allclose(third, grad(grad(grad(line)))(0.0), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("name", THROUGH)
def test_precision_is_kept(name):
    f = THROUGH[name]
    x, y = X.astype(np.float32), Y.astype(np.float32)
    gradients = grad(f, (0, 1))(x, y)
    assert [g.dtype for g in gradients] == [np.float32, np.float32]
    for found, exact in zip(gradients, grad(f, (0, 1))(X, Y), strict=True):
        np.testing.assert_allclose(found, exact, rtol=1e-3, atol=1e-3)


def test_an_analytic_function_has_the_derivative_of_complex_analysis():
    """For f(z), with z = x + iy: the adjoints of x and y are Re and -Im of f′(z), by Re f."""
    x_bar, y_bar = grad(lambda x, y: np.real(np.exp((x + 1j * y) ** 2)), (0, 1))(0.3, 0.4)
    slope = 2 * (0.3 + 0.4j) * np.exp((0.3 + 0.4j) ** 2)
    np.testing.assert_allclose([x_bar, y_bar], [slope.real, -slope.imag])


def test_parseval():
    np.testing.assert_allclose(grad(lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2))(X), 8 * X)
    np.testing.assert_allclose(
        hessian(lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2))(X), 8 * np.eye(4), atol=1e-13
    )


def test_modulus_and_direction_at_zero():
    assert grad(lambda x: np.abs(x * (1 + 1j)))(0.0) == 0.0
    assert jvp(lambda x: np.abs(x * (1 + 1j)), (0.0,), (1.0,)) == (0.0, 0.0)


def test_a_change_of_precision_keeps_the_derivative():
    f = lambda x: np.sum(np.abs(x.astype(complex) * (1 + x * 1j)) ** 2)  # noqa: E731
    check_grads(f, (X,))
    direct = lambda x: np.sum(np.abs(x * (1 + x * 1j)) ** 2)  # noqa: E731
    np.testing.assert_allclose(hvp(f, (X,), (Y,)), hvp(direct, (X,), (Y,)))


def test_complex_results_of_forward_mode():
    y, y_dot = jvp(np.fft.fft, (X,), (Y,))
    np.testing.assert_allclose(y, np.fft.fft(X))
    np.testing.assert_allclose(y_dot, np.fft.fft(Y))


@pytest.mark.parametrize("f", [np.fft.fft, lambda x: {"real": x, "not": 1j * x}])
@pytest.mark.parametrize("transform", [jacrev, hessian, lambda f: lambda x: vjp(f, x)])
def test_complex_results_of_reverse_mode_are_refused(f, transform):
    with pytest.raises(TypeError, match=r"found complex numbers, .*np.real\(z\).*jacfwd\.$"):
        transform(f)(X)


def test_pullback_of_a_power_spectrum():
    weights = np.array([1.0, 2.0, 3.0])
    _, pullback = vjp(lambda x: np.abs(np.fft.rfft(x)) ** 2, X)
    expected = grad(lambda x: np.sum(weights * np.abs(np.fft.rfft(x)) ** 2))(X)
    np.testing.assert_allclose(pullback(weights)[0], expected)


@pytest.mark.parametrize("function", [np.fft.fft, np.fft.rfft, np.fft.fftn, np.fft.fft2])
def test_what_numpy_refuses(function):
    with pytest.raises((ValueError, IndexError, TypeError)):
        grad(lambda x: np.sum(np.abs(function(x, norm="none"))))(np.ones((2, 2)))
