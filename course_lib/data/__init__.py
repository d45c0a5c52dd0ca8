"""Real data that comes with the course: handwritten digits, distances in which cars stop, a book.

Each file and its licence are described beside this module: ``digits.md``, ``stopping.md``,
``alice.md``.

>>> from course_lib.data import load_alice, load_digits, load_stopping_distances
>>> train, held_out = load_digits().split(held_out=360, seed=0)
>>> train, held_out
(<Digits: 1437 pictures of 8x8 pixels>, <Digits: 360 pictures of 8x8 pixels>)
>>> load_stopping_distances()
<StoppingDistances: 50 stops>
>>> load_alice().count("Alice")
75
"""

from course_lib.data.alice import load_alice
from course_lib.data.digits import Digits, load_digits
from course_lib.data.stopping import StoppingDistances, load_stopping_distances

__all__ = ["Digits", "StoppingDistances", "load_alice", "load_digits", "load_stopping_distances"]
