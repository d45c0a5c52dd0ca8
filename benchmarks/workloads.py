"""What is measured: functions written once for all engines, their data, and the hand-written way.

``function(np, *args)`` gets the engine's own namespace of functions as ``np``. ``what`` says which
derivative is asked for with respect to the first ``count`` arguments; ``by_hand(*args)`` gives the
same, as somebody would write it who knows the formula.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from benchmarks.networks import with_cross_entropy, with_squared_error
from benchmarks.workload import Workload

# A chain of scalar operations ---------------------------------------------------------------------


def chain(np: Any, x: Any) -> Any:
    """225 steps of four operations each."""
    for _ in range(225):
        x = x * 0.9 + x**2 * 0.05
    return x


def chain_by_hand(x: float) -> Any:
    slope = 1.0
    for _ in range(225):
        slope *= 0.9 + 0.1 * x
        x = x * 0.9 + x * x * 0.05
    return x, slope


# Rosenbrock's function ----------------------------------------------------------------------------


def rosenbrock(np: Any, x: Any) -> Any:
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def rosenbrock_gradient(x: Any) -> Any:
    rest = x[1:] - x[:-1] ** 2
    g = np.zeros_like(x)
    g[:-1] = -400 * x[:-1] * rest - 2 * (1 - x[:-1])
    g[1:] += 200 * rest
    return (g,)


def rosenbrock_hvp(x: Any, v: Any) -> Any:
    rest, moved = x[1:] - x[:-1] ** 2, v[1:] - 2 * x[:-1] * v[:-1]
    out = np.zeros_like(x)
    out[:-1] = -400 * (v[:-1] * rest + x[:-1] * moved) + 2 * v[:-1]
    out[1:] += 200 * moved
    return (out,)


def rosenbrock_hessian(x: Any) -> Any:
    h = np.zeros((x.size, x.size))
    i = np.arange(x.size - 1)
    h[i, i] = 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    h[i + 1, i + 1] += 200
    h[i, i + 1] = h[i + 1, i] = -400 * x[:-1]
    return (h,)


def rosenbrock_of(what: str, n: int) -> Workload:
    def data() -> list[Any]:
        rng = np.random.default_rng(0)
        return [rng.normal(size=n) for _ in range(2 if what == "hvp" else 1)]

    hands = {
        "gradient": rosenbrock_gradient,
        "hvp": rosenbrock_hvp,
        "hessian": rosenbrock_hessian,
    }
    return Workload(rosenbrock, data, what, 1, hands[what])


# Statistics ---------------------------------------------------------------------------------------


def logistic(np: Any, w: Any, x: Any, y: Any) -> Any:
    return np.mean(np.log(1 + np.exp(-y * (x @ w))))


def logistic_hessian(w: Any, x: Any, y: Any) -> Any:
    p = 1 / (1 + np.exp(-y * (x @ w)))
    return (x.T @ ((p * (1 - p) / len(y))[:, None] * x),)


def logistic_data() -> list[Any]:
    rng = np.random.default_rng(0)
    return [0.1 * rng.normal(size=50), rng.normal(size=(200, 50)), rng.choice([-1.0, 1.0], 200)]


def mixture(np: Any, weights: Any, means: Any, scales: Any, x: Any) -> Any:
    """Log-likelihood of a mixture of K Gaussians with diagonal covariances."""
    z = (x[:, None, :] - means) * np.exp(-scales)
    inside = weights - np.sum(scales, axis=1) - 0.5 * np.sum(z * z, axis=2)
    largest = np.max(inside, axis=1, keepdims=True)
    total = np.log(np.sum(np.exp(inside - largest), axis=1)) + largest[:, 0]
    return np.sum(total) - len(x) * np.log(np.sum(np.exp(weights)))


def mixture_by_hand(weights: Any, means: Any, scales: Any, x: Any) -> Any:
    inverse = np.exp(-scales)
    z = (x[:, None, :] - means) * inverse
    inside = weights - scales.sum(axis=1) - 0.5 * np.einsum("nkd,nkd->nk", z, z)
    largest = inside.max(axis=1, keepdims=True)
    e = np.exp(inside - largest)
    total = e.sum(axis=1)
    share = e / total[:, None]
    odds = np.exp(weights)
    value = np.sum(np.log(total) + largest[:, 0]) - len(x) * np.log(odds.sum())
    counts = share.sum(axis=0)
    z_share = z * share[:, :, None]
    return (
        value,
        counts - len(x) * odds / odds.sum(),
        z_share.sum(axis=0) * inverse,
        np.einsum("nkd,nkd->kd", z_share, z) - counts[:, None],
    )


def mixture_data() -> list[Any]:
    rng = np.random.default_rng(0)
    means = rng.normal(size=(25, 10))
    return [
        rng.normal(size=25),
        means,
        0.1 * rng.normal(size=(25, 10)),
        rng.normal(size=(1000, 10)),
    ]


# A Jacobian ---------------------------------------------------------------------------------------


def layer(np: Any, x: Any, A: Any) -> Any:
    return np.tanh(A @ x)


def layer_jacobian(x: Any, A: Any) -> Any:
    return ((1 - np.tanh(A @ x) ** 2)[:, None] * A,)


def layer_data() -> list[Any]:
    rng = np.random.default_rng(0)
    return [rng.normal(size=100), rng.normal(size=(100, 100)) / 10]


# Taylor coefficients ------------------------------------------------------------------------------

ORDER = 10


def bump(np: Any, x: Any) -> Any:
    return np.exp(np.sin(x))


def bump_series(x: Any) -> Any:
    """With s = sin x and y = exp s: y′ = s′ y, coefficient by coefficient."""
    s, c = [np.sin(x)], [np.cos(x)]
    y = [np.exp(s[0])]
    for k in range(1, ORDER + 1):
        s, c = [*s, c[-1] / k], [*c, -s[-1] / k]
        y.append(sum(j * s[j] * y[k - j] for j in range(1, k + 1)) / k)
    return tuple(y)


def nested_coefficients(slope: Any, f: Any, x: Any) -> Any:
    """Taylor coefficients of an elementwise function from derivatives of derivatives."""
    coefficients = [f(x)]
    for k in range(1, ORDER + 1):
        f = slope(f)
        coefficients.append(f(x) / math.factorial(k))
    return tuple(coefficients)


def bump_data() -> list[Any]:
    return [np.linspace(-2, 2, 100)]


WORKLOADS: dict[str, Workload] = {
    "net 2-16-16-2, batch 100": with_squared_error((2, 16, 16, 2), 100),
    "net 64-32-10, batch 128": with_squared_error((64, 32, 10), 128),
    "net 784-256-128-10, batch 128": with_squared_error((784, 256, 128, 10), 128),
    "softmax net 2-16-16-2, batch 100": with_cross_entropy((2, 16, 16, 2), 100),
    "softmax net 64-32-10, batch 128": with_cross_entropy((64, 32, 10), 128),
    "softmax net 784-256-128-10, batch 128": with_cross_entropy((784, 256, 128, 10), 128),
    "chain of 900 scalar operations": Workload(
        chain, lambda: [0.7], "value and gradient", 1, chain_by_hand
    ),
    "Rosenbrock gradient, n = 2": rosenbrock_of("gradient", 2),
    "Rosenbrock gradient, n = 100": rosenbrock_of("gradient", 100),
    "Rosenbrock gradient, n = 1000": rosenbrock_of("gradient", 1000),
    "Rosenbrock Hessian · v, n = 2": rosenbrock_of("hvp", 2),
    "Rosenbrock Hessian · v, n = 100": rosenbrock_of("hvp", 100),
    "Rosenbrock Hessian · v, n = 1000": rosenbrock_of("hvp", 1000),
    "Rosenbrock Hessian, n = 2": rosenbrock_of("hessian", 2),
    "Rosenbrock Hessian, n = 100": rosenbrock_of("hessian", 100),
    "Rosenbrock Hessian, n = 1000": rosenbrock_of("hessian", 1000),
    "logistic regression Hessian, n = 50": Workload(
        logistic, logistic_data, "hessian", 1, logistic_hessian
    ),
    "Gaussian mixture gradient, d = 10, K = 25": Workload(
        mixture, mixture_data, "value and gradient", 3, mixture_by_hand
    ),
    "Jacobian 100 → 100": Workload(layer, layer_data, "jacobian", 1, layer_jacobian),
    "Taylor to order 10, one sweep": Workload(bump, bump_data, "taylor", 1, bump_series),
    "Taylor to order 10, nested": Workload(bump, bump_data, "nested", 1, bump_series),
}
