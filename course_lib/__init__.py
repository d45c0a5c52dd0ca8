"""Derivatives by machine: the library that the course teaches and uses.

The names below are the whole public surface for derivatives; ``course_lib.autodiff`` holds the
engine, ``course_lib.checks`` the exercises' checks, ``course_lib.plots`` the figures,
``course_lib.data`` the data.
"""

from course_lib.autodiff import *  # noqa: F403
from course_lib.autodiff import __all__ as __all__

__version__ = "0.1.0"
