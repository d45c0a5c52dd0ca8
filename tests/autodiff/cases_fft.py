"""Calls with complex numbers on the way: Fourier transforms, real and imaginary parts, moduli.

Arguments and results are real, so a wrapper splits a complex result into its two parts, or joins
two real arguments (the halves of axis 0) to a complex one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib.autodiff.rules.complex_numbers import modulus
from tests.autodiff.cases import NOT_ANALYTIC, case, values


class ThroughComplex:
    """A function with complex argument or result, as one with real ones; a case of the function."""

    def __init__(self, function: Callable[..., Any], argument: bool = False) -> None:
        self.call, self.function = function, getattr(function, "function", function)
        self.argument = argument
        self.__name__ = f"{function.__name__} of {'complex' if argument else 'real'}"

    def __call__(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        y = self.call(x[0] + 1j * x[1] if self.argument else x, *args, **kwargs)
        return (np.real(y), np.imag(y)) if np.iscomplexobj(y) else y


def complex_case(function, shape, *args, **kwargs):
    _enter(ThroughComplex(function, argument=True), values((2, *shape)), *args, **kwargs)


def real_case(function, shape, *args, **kwargs):
    _enter(ThroughComplex(function), values(shape), *args, **kwargs)


def _enter(function, *args, **kwargs):
    NOT_ANALYTIC.add(function)  # it takes a complex step for a part of its argument
    case(function, *args, **kwargs)


FORWARD = [np.fft.fft, np.fft.ifft]
for cases, functions in [
    (real_case, [*FORWARD, np.fft.rfft, np.fft.irfft, np.fft.hfft, np.fft.ihfft]),
    (complex_case, [*FORWARD, np.fft.irfft, np.fft.hfft]),
]:
    for function in functions:
        for n in (4, 5, 3, 7):
            cases(function, (5,), n)
        cases(function, (4,))
        cases(function, (3, 2), axis=0)
        cases(function, (2, 3), 4, 1, "ortho")
        cases(function, (4,), norm="forward")
        cases(function, (5,), norm="backward")

for cases, functions in [
    (real_case, [np.fft.fftn, np.fft.ifftn, np.fft.rfftn, np.fft.irfftn]),
    (complex_case, [np.fft.fftn, np.fft.ifftn, np.fft.irfftn]),
]:
    for function in functions:
        cases(function, (2, 3, 4))
        cases(function, (2, 3), norm="ortho")
        cases(function, (2, 3, 4), axes=(2, 0))
        cases(function, (3, 4), (4, 3), (0, 1))
for cases, functions in [
    (real_case, [np.fft.fft2, np.fft.ifft2, np.fft.rfft2, np.fft.irfft2]),
    (complex_case, [np.fft.fft2, np.fft.ifft2, np.fft.irfft2]),
]:
    for function in functions:
        cases(function, (2, 3, 4))
        cases(function, (3, 4), s=(2, 5))
        cases(function, (3, 4), axes=(1, 0), norm="forward")
        cases(function, (3, 4, 2), axes=(0, 1))

for function in (np.fft.fftshift, np.fft.ifftshift):
    for shape in [(5,), (4,), (2, 3), (0,)]:
        case(function, values(shape))
    case(function, values((2, 3)), axes=1)
    case(function, values((3, 4, 5)), axes=(0, -1))

# Where real and imaginary parts go separate ways

for function in (np.real, np.imag, np.conjugate, np.absolute, np.sign, np.angle):
    for shape in [(), (3,), (2, 3)]:
        complex_case(function, shape)
complex_case(np.angle, (3,), deg=True)
for function in (np.imag, np.conjugate, np.angle):
    case(function, values((2, 3)))
complex_case(modulus, (3,))

# Rules that are the same for real and complex numbers

for function in (np.exp, np.sin, np.tanh, np.square, np.reciprocal, np.sqrt, np.log, np.negative):
    complex_case(function, (2, 3))
for function in (np.sum, np.mean, np.linalg.norm):
    complex_case(function, (2, 3))
    complex_case(function, (2, 3), axis=1)
for exponent in (-1, 0, 2, 3, 0.5):
    complex_case(np.power, (3,), exponent)
for function in (np.multiply, np.add, np.divide, np.power):
    complex_case(function, (2, 3), values((3,), 0.5, 2.0))
    _enter(ThroughComplex(function), values((2, 3), 0.5, 2.0), 0.6 + 0.4j)
for function in (np.matmul, np.dot, np.inner):
    complex_case(function, (3, 3), values((3, 3)))
    _enter(ThroughComplex(function), values((2, 3)), np.full((3, 3), 0.6 + 0.4j))
for function in (np.vdot, np.vecdot):
    complex_case(function, (3,), values((3,)))
    _enter(ThroughComplex(function), values((3,)), np.full(3, 0.6 + 0.4j))
complex_case(np.vecmat, (3,), values((3, 2)))
complex_case(np.correlate, (4,), np.array([0.6 + 0.4j, 2.0]), "full")
complex_case(np.linalg.inv, (2, 2))
complex_case(np.linalg.det, (2, 2))
complex_case(np.linalg.solve, (2, 2), values((2,)))
complex_case(np.linalg.vector_norm, (4,), ord=3)
complex_case(np.reshape, (2, 3), (3, 2))
complex_case(np.transpose, (2, 3))

NOT_ANALYTIC |= {np.imag, np.conjugate, np.angle}
