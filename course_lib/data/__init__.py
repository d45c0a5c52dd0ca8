"""Real data that comes with the course: load the handwritten digits and hold some back.

The file and its licence are described in ``digits.md`` beside this module.

>>> from course_lib.data import load_digits
>>> train, held_out = load_digits().split(held_out=360, seed=0)
>>> train, held_out
(<Digits: 1437 pictures of 8x8 pixels>, <Digits: 360 pictures of 8x8 pixels>)
"""

from course_lib.data.digits import Digits, load_digits

__all__ = ["Digits", "load_digits"]
