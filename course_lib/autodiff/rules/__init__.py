"""The rule tables: one line for each primitive, grouped as a textbook would group them."""

# ufunc_methods, refused and methods come last: they look up the rules of the others.
from course_lib.autodiff.rules import (  # noqa: F401, I001
    casting,
    choosing,
    creation,
    differences,
    elementwise,
    joining,
    kinks,
    moving,
    nan_reductions,
    padding,
    polynomials,
    powers,
    products,
    questions,
    reductions,
    slices,
    special,
    statistics,
    structure,
    ufunc_methods,
    refused,
    methods,
)
