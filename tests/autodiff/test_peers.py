"""Against JAX and PyTorch, where they are installed: functions that people differentiate.

Neither is among the packages that the tests need; ``pip install -e ".[peers]"`` brings both.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from course_lib import grad, hessian, jacfwd, jacrev, jvp

# What the peers say of their own insides is not ours to mend.
pytestmark = pytest.mark.filterwarnings(r"ignore::DeprecationWarning:(jax|torch)\..*")

_rng = np.random.default_rng(5)
SQUARE, SYMMETRIC = _rng.normal(size=(4, 4)), 3 * np.eye(4)
VECTOR, MATRIX, BATCH = (_rng.normal(size=shape) for shape in (4, (3, 4), (5, 3)))
LABELS = np.array([2, 0, 3])


class Peer(NamedTuple):
    """Another engine: its namespace, its arrays, and its transformations, named as ours."""

    numpy: Any
    array: Callable[..., Any]
    grad: Callable[..., Any]
    hessian: Callable[..., Any]
    jacobian: Callable[..., Any]
    jvp: Callable[..., Any]


def jax() -> Peer:
    jax = pytest.importorskip("jax", reason='JAX is not installed; pip install -e ".[peers]"')
    jax.config.update("jax_enable_x64", True)
    return Peer(jax.numpy, jax.numpy.asarray, jax.grad, jax.hessian, jax.jacrev, jax.jvp)


def torch() -> Peer:
    torch = pytest.importorskip(
        "torch", reason='PyTorch is not installed; pip install -e ".[peers]"'
    )
    f = torch.func
    return Peer(torch, torch.as_tensor, f.grad, f.hessian, f.jacrev, f.jvp)


@pytest.fixture(params=[jax, torch], ids=["jax", "torch"], scope="module")
def peer(request: pytest.FixtureRequest) -> Peer:
    with warnings.catch_warnings():  # of the peer's import, which are not ours to mend
        warnings.simplefilter("ignore")
        return request.param()


# Functions of one array x. `np` is NumPy or the peer's namespace; c makes a constant of its kind.


def network(np: Any, c: Callable[..., Any], x: Any) -> Any:
    """Cross-entropy of a layer with weights x, and a second one with their transpose."""
    scores = np.tanh(c(BATCH) @ x) @ x.T
    rows = scores - np.log(np.sum(np.exp(scores), axis=1, keepdims=True))
    return -np.mean(rows[c([0, 1, 2, 3, 4]), c([0, 2, 1, 1, 0])])


def rosenbrock(np: Any, c: Callable[..., Any], x: Any) -> Any:
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def determinant(np: Any, c: Callable[..., Any], x: Any) -> Any:
    return np.linalg.slogdet(x @ x.T + c(SYMMETRIC))[1] + np.linalg.det(x)


def least_squares(np: Any, c: Callable[..., Any], x: Any) -> Any:
    return np.sum(np.linalg.solve(x.T @ x + c(np_eye), x.T @ c(np_ones)) ** 2)


np_eye, np_ones = np.eye(4), np.ones(3)

SCALAR: dict[str, tuple[Callable[..., Any], Any]] = {
    "loss of a network": (network, MATRIX),
    "Rosenbrock": (rosenbrock, VECTOR),
    "log-sum-exp": (lambda np, c, x: np.log(np.sum(np.exp(x))), VECTOR),
    "norm": (lambda np, c, x: np.linalg.norm(x), VECTOR),
    "Frobenius norm": (lambda np, c, x: np.linalg.norm(x), MATRIX),
    "determinants": (determinant, SQUARE),
    "least squares": (least_squares, MATRIX),
    "trace of an inverse": (
        lambda np, c, x: np.trace(np.linalg.inv(x @ x.T + c(SYMMETRIC))),
        SQUARE,
    ),
    "Cholesky": (
        lambda np, c, x: np.sum(np.sin(np.linalg.cholesky(x @ x.T + c(SYMMETRIC)))),
        SQUARE,
    ),
    "eigenvalues": (lambda np, c, x: np.sum(np.linalg.eigvalsh(x @ x.T) ** 1.5), SQUARE),
    "einsum of three": (
        lambda np, c, x: np.einsum("ij,kj,ki->", x, np.sin(x), c(SQUARE[:3, :3])),
        MATRIX,
    ),
    "repeated indices": (lambda np, c, x: np.sum(x[c([0, 0, 3])] ** 3), VECTOR),
    "relu at its kink": (lambda np, c, x: np.sum(np.maximum(x * c([0.0, 1, 1, 1]), 0 * x)), VECTOR),
    "product with a zero": (lambda np, c, x: np.prod(x * c([0.0, 1, 1, 1])), VECTOR),
    "distances": (
        lambda np, c, x: np.sum(np.hypot(x[:, None] - x[None, :], 1 + x[:, None] ** 2)),
        VECTOR,
    ),
}  # fmt: skip

ARRAYS: dict[str, tuple[Callable[..., Any], Any]] = {
    "softmax": (lambda np, c, x: np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True), MATRIX),
    "rows of length 1": (
        lambda np, c, x: x / np.sqrt(np.sum(x**2, axis=1, keepdims=True)),
        MATRIX,
    ),
    "solve": (lambda np, c, x: np.linalg.solve(c(SQUARE), x), SQUARE),
    "cumulative products": (lambda np, c, x: np.cumprod(np.cumsum(x, 0), 0), VECTOR),
    "special points": (lambda np, c, x: np.arctan2(x, x[0]) + np.sinc(x - x[1]), VECTOR),
    "kron": (lambda np, c, x: np.kron(x, np.cos(x)), MATRIX),
    "spectrum": (lambda np, c, x: np.abs(np.fft.fft(x)) ** 2, VECTOR),
    "choice": (lambda np, c, x: np.where(x > 0, np.log1p(x**2), np.expm1(x)), MATRIX),
    "singular values": (lambda np, c, x: np.linalg.svdvals(x), MATRIX),
}  # fmt: skip


def both(peer: Peer, f: Callable[..., Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The function on NumPy, and on the peer's arrays."""
    return (lambda x: f(np, np.asarray, x)), (lambda x: f(peer.numpy, peer.array, x))


def agree(found: Any, expected: Any) -> None:
    expected = np.asarray(expected)
    assert np.shape(found) == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("name", SCALAR)
def test_gradient_and_hessian(peer, name):
    f, x = SCALAR[name]
    ours, theirs = both(peer, f)
    agree(grad(ours)(x), peer.grad(theirs)(peer.array(x)))
    agree(hessian(ours)(x), peer.hessian(theirs)(peer.array(x)))


@pytest.mark.parametrize("name", [*SCALAR, *ARRAYS])
def test_jacobian_and_tangent(peer, name):
    f, x = (SCALAR | ARRAYS)[name]
    ours, theirs = both(peer, f)
    jacobian = peer.jacobian(theirs)(peer.array(x))
    agree(jacfwd(ours)(x), jacobian)
    agree(jacrev(ours)(x), jacobian)
    direction = np.cos(np.arange(x.size)).reshape(x.shape)
    value, tangent = peer.jvp(theirs, (peer.array(x),), (peer.array(direction),))
    found = jvp(ours, (x,), (direction,))
    agree(found[0], value)
    agree(found[1], tangent)
