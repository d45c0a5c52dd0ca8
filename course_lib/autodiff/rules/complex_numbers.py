"""Complex numbers inside a function: from real arguments, through an FFT perhaps, to real results.

Arguments and results of a transformation are real; what lies between may be complex. The rules
keep one convention. The adjoint of a complex value z is the number z̄ for which a small change dz
changes the output by

    Re(z̄ · dz) = Re z̄ · Re dz - Im z̄ · Im dz,

that is ∂L/∂Re z - i·∂L/∂Im z. No conjugate stands in it, so the adjoint of an analytic function is
ȳ·f′(z), and of a matrix product ȳ·Bᵀ, as for real numbers: the other tables hold as they are. Only
the functions here, which tell real and imaginary parts apart, need rules of their own. Where a real
value enters complex arithmetic, only the real part of its adjoint counts, since its dz is real.

The gradient for z itself, if you want one to walk down along, is the conjugate of z̄.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff.primitives import Constant, Elementwise, composite, custom, linear
from course_lib.autodiff.shapes import is_complex

linear(np.real, lambda y_bar, z: y_bar)
linear(np.imag, lambda y_bar, z: -1j * y_bar)
linear(np.conjugate, lambda y_bar, z: np.conjugate(y_bar))


def _scale(deg: bool) -> float:
    return 180 / np.pi if deg else 1.0


# The angle is the imaginary part of ln z. At 0 it has no derivative: nan.
custom(
    np.angle,
    jvp=lambda tangents, y, z, deg=False: _scale(deg) * np.imag(tangents[0] / z),
    vjp=lambda y_bar, y, z, deg=False: -1j * _scale(deg) * y_bar / z,
)

# The modulus, and the direction z/|z|, which is 0 at 0. The direction of a real number is its sign.


def _modulus(z: Any) -> Any:
    return np.absolute(z)


def _direction(y: Any, z: Any) -> Any:
    return z / np.where(np.equal(y, 0), 1, y)


modulus = custom(
    _modulus,
    jvp=lambda tangents, y, z: np.real(np.conjugate(_direction(y, z)) * tangents[0]),
    vjp=lambda y_bar, y, z: y_bar * np.conjugate(_direction(y, z)),
)
real_absolute = Elementwise(np.absolute, lambda y, x: np.sign(x))
real_sign = Constant(np.sign)


@composite(np.absolute)
def absolute(x: Any) -> Any:
    return modulus(x) if is_complex(x) else real_absolute(x)


@composite(np.sign)
def sign(x: Any) -> Any:
    return _direction(modulus(x), x) if is_complex(x) else real_sign(x)
