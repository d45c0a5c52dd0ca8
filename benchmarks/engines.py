"""How each engine is asked for a derivative. Peers are imported only when they are measured.

An engine is a function ``(workload, data) -> run``; ``run()`` returns a tuple of results.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from benchmarks.workload import Workload
from benchmarks.workloads import ORDER, nested_coefficients

Run = Callable[[], Any]


class NotOffered(Exception):
    """The engine does not do this workload."""


def by_hand(workload: Workload, data: list[Any]) -> Run:
    return lambda: workload.by_hand(*data)


def _derivative(engine: Any, namespace: Any, workload: Workload) -> Callable[..., Any]:
    """The derivative, for engines with the transformations ``grad``, ``hessian`` … of JAX."""
    f = functools.partial(workload.function, namespace)
    if workload.what == "taylor":
        if not hasattr(engine, "taylor"):
            raise NotOffered
        return functools.partial(engine.taylor, f)
    if workload.what == "nested":
        return functools.partial(nested_coefficients, engine.slope, f)
    argnums = tuple(range(workload.count))
    if workload.what == "value and gradient":
        value_and_grad = engine.value_and_grad(f, argnums)

        def flat(*args: Any) -> Any:
            value, gradients = value_and_grad(*args)
            return value, *gradients

        return flat
    if workload.what == "hvp":
        return lambda x, v: (engine.hvp(f, x, v),)
    transform = {"gradient": "grad", "hessian": "hessian", "jacobian": "jacrev"}[workload.what]
    derivative = getattr(engine, transform)(f)
    return lambda *args: (derivative(*args),)


def _ours() -> SimpleNamespace:
    import course_lib

    names = ("value_and_grad", "grad", "hessian", "jacrev")
    return SimpleNamespace(
        **{name: getattr(course_lib, name) for name in names},
        hvp=lambda f, x, v: course_lib.hvp(f, (x,), (v,)),
        taylor=lambda f, x: course_lib.taylor(f, x, np.ones_like(x), ORDER),
        slope=lambda f: lambda x: course_lib.jvp(f, (x,), (np.ones_like(x),))[1],
    )


def tape(workload: Workload, data: list[Any]) -> Run:
    f = _derivative(_ours(), np, workload)
    return lambda: f(*data)


def compiled(workload: Workload, data: list[Any]) -> Run:
    from course_lib import compile

    f = compile(_derivative(_ours(), np, workload))
    return lambda: f(*data)


def autograd(workload: Workload, data: list[Any]) -> Run:
    import autograd
    import autograd.numpy as anp

    engine = SimpleNamespace(
        value_and_grad=autograd.value_and_grad,
        grad=autograd.grad,
        hessian=autograd.hessian,
        jacrev=autograd.jacobian,
        hvp=lambda f, x, v: autograd.hessian_vector_product(f)(x, v),
        slope=autograd.elementwise_grad,
    )
    f = _derivative(engine, anp, workload)
    return lambda: f(*data)


def jax_jit(workload: Workload, data: list[Any]) -> Run:
    import jax

    jax.config.update("jax_enable_x64", True)
    engine = SimpleNamespace(
        value_and_grad=jax.value_and_grad,
        grad=jax.grad,
        hessian=jax.hessian,
        jacrev=jax.jacrev,
        hvp=lambda f, x, v: jax.jvp(jax.grad(f), (x,), (v,))[1],
        taylor=_jax_taylor,
        slope=lambda f: lambda x: jax.jvp(f, (x,), (jax.numpy.ones_like(x),))[1],
    )
    f = jax.jit(_derivative(engine, jax.numpy, workload))
    on_device = [jax.numpy.asarray(x) for x in data]
    return lambda: jax.block_until_ready(f(*on_device))


def _jax_taylor(f: Callable[..., Any], x: Any) -> Any:
    from jax.experimental.jet import jet
    from jax.numpy import ones_like, zeros_like

    straight = [ones_like(x), *(zeros_like(x) for _ in range(ORDER - 1))]
    value, derivatives = jet(f, (x,), (straight,))
    return value, *(d / math.factorial(k) for k, d in enumerate(derivatives, start=1))


def _torch_derivative(
    workload: Workload, compile: Callable[[Any], Any] = lambda f: f
) -> Callable[..., Any]:
    """The derivative; ``compile`` is for the function of a gradient, which brings its backward."""
    import torch

    names = ("tanh", "exp", "log", "sin", "sum", "mean")
    namespace = SimpleNamespace(**{n: getattr(torch, n) for n in names}, max=torch.amax)
    f = functools.partial(workload.function, namespace)
    if "gradient" in workload.what:
        f = compile(f)
    if workload.what == "value and gradient":

        def value_and_gradients(*args: Any) -> Any:
            wanted = [x.detach().requires_grad_() for x in args[: workload.count]]
            value = f(*wanted, *args[workload.count :])
            return value.detach(), *torch.autograd.grad(value, wanted)

        return value_and_gradients
    if workload.what == "gradient":

        def gradients(x: Any) -> Any:
            x = x.detach().requires_grad_()
            return torch.autograd.grad(f(x), [x])

        return gradients
    if workload.what == "taylor":
        raise NotOffered
    if workload.what == "nested":

        def slope(f: Callable[..., Any]) -> Callable[..., Any]:
            return lambda x: torch.func.jvp(f, (x,), (torch.ones_like(x),))[1]

        return functools.partial(nested_coefficients, slope, f)
    if workload.what == "hvp":
        return lambda x, v: (torch.func.jvp(torch.func.grad(f), (x,), (v,))[1],)
    transform = {"hessian": torch.func.hessian, "jacobian": torch.func.jacrev}[workload.what]
    return lambda *args: (transform(f)(*args),)


def _torch_data(data: list[Any]) -> list[Any]:
    import torch

    return [torch.as_tensor(x, dtype=torch.float64) for x in data]


def torch_eager(workload: Workload, data: list[Any]) -> Run:
    f, tensors = _torch_derivative(workload), _torch_data(data)
    return lambda: f(*tensors)


def torch_compile(workload: Workload, data: list[Any]) -> Run:
    import torch

    f, tensors = _torch_derivative(workload, torch.compile), _torch_data(data)
    if "gradient" not in workload.what:
        f = torch.compile(f)
    return lambda: f(*tensors)


def micrograd(workload: Workload, data: list[Any]) -> Run:
    from micrograd.engine import Value

    if any(np.ndim(x) for x in data) or workload.what != "value and gradient":
        raise NotOffered

    def run() -> Any:
        inputs = [Value(x) for x in data]
        value = workload.function(None, *inputs)
        value.backward()
        return value.data, *(x.grad for x in inputs)

    return run


ENGINES: dict[str, Callable[[Workload, list[Any]], Run]] = {
    "course_lib tape": tape,
    "course_lib compiled": compiled,
    "HIPS autograd": autograd,
    "PyTorch eager": torch_eager,
    "torch.compile": torch_compile,
    "JAX jit": jax_jit,
    "micrograd": micrograd,
}
