"""Functions that traced values cannot be given to, each with the reason and what to write instead.

The page docs/unsupported.md says the same in a table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from course_lib.autodiff.trace import REFUSED, RULES


def refuse(reason: str, instead: str, functions: Iterable[Callable[..., Any]]) -> None:
    """Let ``functions`` raise an error that gives the reason and the way out."""
    REFUSED.update(dict.fromkeys(functions, (reason, instead)))


IN_PLACE = "it changes an array in place, which would keep the numbers and lose their derivative"
WHOLE = "it is for whole numbers, which have no derivative"
DATES = "it is for dates, which have no derivative"
JUMPS = "how many elements it returns jumps when elements become equal"
STORED = "a file cannot hold a derivative"
VALUE = "the value alone: course_lib.stop_gradient(x)"

refuse(IN_PLACE, "np.where(mask, values, x)", (np.place, np.putmask))
refuse(
    IN_PLACE, "np.where(mask, values, x); for np.full(shape, x) x * np.ones(shape)", (np.copyto,)
)
refuse(
    IN_PLACE,
    "x + change, with a change made by np.where, np.pad or np.stack",
    (np.put, np.put_along_axis),
)
refuse(IN_PLACE, "np.where(np.eye(n, dtype=bool), value, x)", (np.fill_diagonal,))

ufuncs = [f for f in map(np.__dict__.get, sorted(np.__all__)) if isinstance(f, np.ufunc)]
refuse(IN_PLACE, "np.bincount(index, weights=x), or a + x", [ufunc.at for ufunc in ufuncs])
refuse(
    "its pieces have no rule yet",
    "np.stack([np.sum(x[i:j]) for i, j in bounds])",
    [ufunc.reduceat for ufunc in ufuncs],
)

refuse(
    WHOLE,
    VALUE,
    (
        *(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.bitwise_invert, np.bitwise_count),
        *(np.bitwise_left_shift, np.bitwise_right_shift, np.gcd, np.lcm, np.packbits),
        *(np.unpackbits, np.ravel_multi_index, np.unravel_index, np.ix_),
    ),
)
refuse(
    DATES,
    VALUE,
    (np.busday_count, np.busday_offset, np.is_busday, np.datetime_as_string, np.isnat),
)
refuse(
    JUMPS,
    "x[index], with the index from np.unique(course_lib.stop_gradient(x), return_index=True)",
    (
        *(np.unique, np.unique_all, np.unique_counts, np.unique_inverse, np.unique_values),
        *(np.union1d, np.intersect1d, np.setdiff1d, np.setxor1d),
    ),
)
refuse(JUMPS, "a slice, x[first:last]", (np.trim_zeros,))
refuse(
    "it returns the counts, which jump, together with edges, which move with x",
    "np.histogram(course_lib.stop_gradient(x)); for weights np.bincount(bins, weights=w)",
    (np.histogram, np.histogram2d, np.histogramdd, np.histogram_bin_edges),
)
refuse(
    "roots merge and turn complex, and there their derivative is infinite",
    "-np.polyval(p_dot, r) / np.polyval(np.polyder(p), r) for a simple root r, by hand",
    (np.roots,),
)
refuse(
    "it drops leading coefficients that are 0, so its result's shape depends on the values",
    "np.convolve(p, q)",
    (np.polymul,),
)
refuse(
    "it drops leading coefficients that are 0, so its result's shape depends on the values",
    "the division by hand, coefficient by coefficient",
    (np.polydiv,),
)
refuse("it has no rule yet", "np.convolve(p, np.stack([1, -r])) for each root r", (np.poly,))
refuse("it has no rule yet", "np.linalg.lstsq(np.vander(x, degree + 1), y)[0]", (np.polyfit,))
refuse(
    "its results are complex, and without a derivative where eigenvalues merge",
    "np.linalg.eigh(x) for a symmetric matrix",
    (np.linalg.eig, np.linalg.eigvals),
)
refuse("complex numbers have no order with a slope", "np.sort(np.real(x))", (np.sort_complex,))
refuse(STORED, VALUE, (np.save, np.savez, np.savez_compressed, np.savetxt))

# Methods and attributes of arrays

refuse("it sorts the array in place", "np.sort(x)", (np.ndarray.sort,))
refuse("it changes the array in place", "np.partition(x, kth)", (np.ndarray.partition,))
refuse("it changes the array in place", "np.reshape(x, shape)", (np.ndarray.resize,))
refuse("it changes the array in place", "value * np.ones_like(x)", (np.ndarray.fill,))
refuse("it changes the array in place", "np.where(mask, values, x)", (np.ndarray.put,))
refuse("it is a view to write to or to count along", "np.ravel(x)", (np.ndarray.flat,))
refuse(
    "it reads the bytes of a number as something else",
    "x.astype(dtype)",
    (np.ndarray.view, np.ndarray.getfield, np.ndarray.setfield, np.ndarray.byteswap),
)
refuse(
    "memory holds the numbers alone",
    "it for course_lib.stop_gradient(x)",
    (
        *(np.ndarray.base, np.ndarray.ctypes, np.ndarray.data, np.ndarray.flags),
        *(np.ndarray.setflags, np.ndarray.dump, np.ndarray.dumps, np.ndarray.tobytes),
        *(np.ndarray.tofile, np.ndarray.to_device),
    ),
)

for function in REFUSED:
    assert function not in RULES, f"{function} is both supported and refused"
