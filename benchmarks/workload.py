"""What a workload is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Workload(NamedTuple):
    """A function, its data, which derivative is asked for, and that derivative by hand."""

    function: Callable[..., Any]
    data: Callable[[], list[Any]]
    what: str  # "value and gradient", "gradient", "hvp", "hessian", "jacobian", or one of
    # "taylor" and "nested": the coefficients to order 10, in one sweep or by nesting derivatives
    count: int
    by_hand: Callable[..., Any]
