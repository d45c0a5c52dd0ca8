"""A progress bar whose last state can be read, and compared, without a kernel."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")

# No seconds: they differ from run to run, and the course's stored outputs do not.
# The fixed width makes every line overwrite the one before it completely.
FORMAT = "{desc}: {percentage:3.0f}% {bar} {n_fmt}/{total_fmt}{postfix}"
WIDTH = 72


def progress_bar(items: Iterable[Item], label: str) -> tqdm[Item]:
    """Loop over items with a progress bar, printed as one line of text.

    The bar is tqdm's: ``bar.set_postfix_str("loss 0.12", refresh=False)`` adds words at its end.
    It prints to the standard output, where the last line stays in the notebook.

    Parameters
    ----------
    items
        What to loop over; its length must be known, as that of a list or ``range`` is.
    label
        What is going on, in a word or two.

    Examples
    --------
    >>> for step in progress_bar(range(3), "training"):  # doctest: +ELLIPSIS, +NORMALIZE_WHITESPACE
    ...     pass
    training: 0% ... training: 100% ... 3/3
    """
    return tqdm(
        items,
        desc=label,
        file=sys.stdout,
        ncols=WIDTH,
        ascii="░█",
        bar_format=FORMAT,
    )
