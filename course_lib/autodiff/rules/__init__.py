"""The rule tables: one line for each primitive, grouped as a textbook would group them."""

from course_lib.autodiff.rules import elementwise, products, reductions, structure, methods  # noqa: F401, I001
