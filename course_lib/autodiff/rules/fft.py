"""Fourier transforms: linear, so the tangent is the transform itself. Here are the transposes.

The matrix of a transform is symmetric, F[j, k] = exp(-2πi·jk/n), so ``fft`` is its own transpose.
How complex adjoints are meant is told in ``complex_numbers.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff.primitives import composite, linear

#: Where the factor 1/n stands in the transform back.
OTHER_NORM: dict[Any, Any] = {
    None: "forward",
    "backward": "forward",
    "forward": "backward",
    "ortho": "ortho",
}


def _fit(x: Any, length: int, axis: int) -> Any:
    """Cut ``x`` off along an axis, or fill it up with zeros: what a transform did to its input."""
    found = np.shape(x)[axis]
    if found >= length:
        return x[(slice(None),) * (axis % np.ndim(x)) + (slice(length),)]
    shape = list(np.shape(x))
    shape[axis] = length - found
    return np.concatenate([x, np.zeros(shape, x.dtype)], axis=axis)


def _itself(transform: Callable[..., Any]) -> Callable[..., Any]:
    def transpose(y_bar: Any, a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
        return _fit(transform(y_bar, axis=axis, norm=norm), np.shape(a)[axis], axis)

    return transpose


def _rfft_transpose(y_bar: Any, a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    n = np.shape(a)[axis] if n is None else n
    return _fit(np.real(np.fft.fft(y_bar, n, axis, norm)), np.shape(a)[axis], axis)


def _irfft_transpose(y_bar: Any, a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    n = np.shape(y_bar)[axis]
    half = np.conjugate(np.fft.rfft(y_bar, n, axis, OTHER_NORM[norm]))
    # irfft uses each frequency twice, with its mirror image; the first and the middle have none.
    times = np.full(n // 2 + 1, 2.0)
    if n % 2 == 0:
        times[-1] = 1
    times[0] = 1
    times = np.reshape(times, [-1 if i == axis % np.ndim(a) else 1 for i in range(np.ndim(a))])
    return _fit(half * times, np.shape(a)[axis], axis)


linear(np.fft.fft, _itself(np.fft.fft))
linear(np.fft.ifft, _itself(np.fft.ifft))
linear(np.fft.rfft, _rfft_transpose)
linear(np.fft.irfft, _irfft_transpose)


@composite(np.fft.hfft)
def hfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    return np.fft.irfft(np.conjugate(a), n, axis, OTHER_NORM[norm])


@composite(np.fft.ihfft)
def ihfft(a: Any, n: Any = None, axis: int = -1, norm: Any = None) -> Any:
    return np.conjugate(np.fft.rfft(a, n, axis, OTHER_NORM[norm]))


# Several axes: one after the other ---------------------------------------------------------------


def _lengths_and_axes(a: Any, s: Any, axes: Any) -> list[tuple[int | None, int]]:
    if axes is None:
        axes = range(-(np.ndim(a) if s is None else len(s)), 0)
    lengths = [None] * len(axes) if s is None else s
    pairs = list(zip(lengths, axes, strict=True))
    return [(None if n == -1 else n, axis) for n, axis in pairs]


def _complex_axes(transform: Any, a: Any, pairs: Sequence[tuple[Any, int]], norm: Any) -> Any:
    for n, axis in reversed(pairs):
        a = transform(a, n, axis, norm)
    return a


@composite(np.fft.fftn)
def fftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    return _complex_axes(np.fft.fft, a, _lengths_and_axes(a, s, axes), norm)


@composite(np.fft.ifftn)
def ifftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    return _complex_axes(np.fft.ifft, a, _lengths_and_axes(a, s, axes), norm)


@composite(np.fft.rfftn)
def rfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    *others, (n, axis) = _lengths_and_axes(a, s, axes)
    return _complex_axes(np.fft.fft, np.fft.rfft(a, n, axis, norm), others, norm)


@composite(np.fft.irfftn)
def irfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None) -> Any:
    *others, (n, axis) = _lengths_and_axes(a, s, axes)
    return np.fft.irfft(_complex_axes(np.fft.ifft, a, others[::-1], norm), n, axis, norm)


@composite(np.fft.fft2)
def fft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    return fftn(a, s, axes, norm)


@composite(np.fft.ifft2)
def ifft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    return ifftn(a, s, axes, norm)


@composite(np.fft.rfft2)
def rfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    return rfftn(a, s, axes, norm)


@composite(np.fft.irfft2)
def irfft2(a: Any, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> Any:
    return irfftn(a, s, axes, norm)


# Shifts: the zero frequency to the middle, and back ----------------------------------------------


def _rotate(x: Any, axes: Any, first: Callable[[int], int]) -> Any:
    """Let each axis begin with what stood at ``first(length)``; what stood before goes behind."""
    for axis in range(np.ndim(x)) if axes is None else np.atleast_1d(axes).tolist():
        before = (slice(None),) * (axis % np.ndim(x))
        start = first(np.shape(x)[axis])
        x = np.concatenate([x[(*before, slice(start, None))], x[(*before, slice(start))]], axis)
    return x


@composite(np.fft.fftshift)
def fftshift(x: Any, axes: Any = None) -> Any:
    return _rotate(x, axes, lambda n: n - n // 2)


@composite(np.fft.ifftshift)
def ifftshift(x: Any, axes: Any = None) -> Any:
    return _rotate(x, axes, lambda n: n // 2)
