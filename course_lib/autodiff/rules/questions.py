"""Functions whose derivative is zero wherever it exists: steps, comparisons, and questions.

Only functions stand here for which dropping the derivative is right: what they return does not
change while the argument moves a little.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.autodiff.primitives import composite, constant

STEPS = (
    *(np.signbit, np.floor, np.ceil, np.trunc, np.rint, np.fix, np.round, np.around),
    *(np.floor_divide, np.spacing),
)
COMPARISONS = (
    *(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal),
    *(np.logical_and, np.logical_or, np.logical_not, np.logical_xor, np.all, np.any),
    *(np.isclose, np.allclose, np.array_equal, np.array_equiv, np.isin),
)
KINDS_OF_VALUES = (
    *(np.isnan, np.isinf, np.isfinite, np.isposinf, np.isneginf, np.isreal, np.iscomplex),
    *(np.isrealobj, np.iscomplexobj, np.result_type, np.common_type, np.min_scalar_type),
    *(np.can_cast, np.shape, np.ndim, np.size, np.may_share_memory, np.shares_memory),
    *(np.einsum_path, np.array_str, np.array_repr, np.array2string),
)
POSITIONS = (
    *(np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.argpartition),
    *(np.nonzero, np.flatnonzero, np.argwhere, np.count_nonzero, np.searchsorted, np.digitize),
    *(np.diag_indices_from, np.tril_indices_from, np.triu_indices_from),
)
NEW_ARRAYS = (np.zeros_like, np.ones_like, np.empty_like)
#: Those whose answer depends on shapes and dtypes alone.
KNOWN_FROM_SHAPES = {
    *(np.shape, np.ndim, np.size, np.result_type, np.common_type, np.isrealobj, np.iscomplexobj),
    *(np.can_cast, np.may_share_memory, np.shares_memory, np.einsum_path, np.diag_indices_from),
    *(np.tril_indices_from, np.triu_indices_from, *NEW_ARRAYS),
}

for function in (*STEPS, *COMPARISONS, *KINDS_OF_VALUES, *POSITIONS, *NEW_ARRAYS):
    constant(function)


def _order_by_rows(keys: Any, axis: int) -> Any:
    return np.lexsort(keys, axis)


order_by_rows = constant(_order_by_rows)


@composite(np.lexsort)
def lexsort(keys: Any, axis: int = -1) -> Any:
    return order_by_rows(np.stack(keys) if isinstance(keys, list | tuple) else keys, axis)
