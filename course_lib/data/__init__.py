"""Real data that comes with the course: handwritten digits, and the stopping distances of cars.

Each file and its licence are described beside this module, in ``digits.md`` and ``stopping.md``.

>>> from course_lib.data import load_digits, load_stopping_distances
>>> train, held_out = load_digits().split(held_out=360, seed=0)
>>> train, held_out
(<Digits: 1437 pictures of 8x8 pixels>, <Digits: 360 pictures of 8x8 pixels>)
>>> load_stopping_distances()
<StoppingDistances: 50 stops>
"""

from course_lib.data.digits import Digits, load_digits
from course_lib.data.stopping import StoppingDistances, load_stopping_distances

__all__ = ["Digits", "StoppingDistances", "load_digits", "load_stopping_distances"]
