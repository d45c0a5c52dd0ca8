"""Derivatives of plain NumPy functions, by forward and reverse mode.

>>> import numpy as np
>>> from course_lib.autodiff import grad
>>> grad(lambda x: np.sum(np.sin(x) ** 2))(np.array([0.0, np.pi / 4]))
array([0., 1.])
"""

from course_lib.autodiff import numeric
from course_lib.autodiff import rules as _rules  # noqa: F401 - fills the rule table
from course_lib.autodiff.check import check_grads
from course_lib.autodiff.compiled import compile
from course_lib.autodiff.derivatives import (
    grad,
    hessian,
    hvp,
    jacfwd,
    jacrev,
    stop_gradient,
    value_and_grad,
)
from course_lib.autodiff.forward import jvp
from course_lib.autodiff.graph import make_graph
from course_lib.autodiff.own_rules import checkpoint, primitive
from course_lib.autodiff.primitives import supported_functions
from course_lib.autodiff.reverse import vjp
from course_lib.autodiff.taylor import jet, taylor

__all__ = [
    "check_grads",
    "checkpoint",
    "compile",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacrev",
    "jet",
    "jvp",
    "make_graph",
    "numeric",
    "primitive",
    "stop_gradient",
    "supported_functions",
    "taylor",
    "value_and_grad",
    "vjp",
]
