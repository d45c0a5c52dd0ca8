"""``compile``: a function, or one of its derivatives, as a straight line of plain NumPy.

The function is run once with traced values. Every primitive that they meet is written down, those
of derivatives too, since rules are made of primitives. The record is freed of what is computed
twice, or for nothing, and printed as Python source, which then takes the function's place.
"""

from course_lib.autodiff.compiled.compile import Compiled, compile

__all__ = ["Compiled", "compile"]
