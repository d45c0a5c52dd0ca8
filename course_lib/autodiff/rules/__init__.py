"""The rule tables: one line for each primitive, grouped as a textbook would group them."""

# methods comes last: it looks up the rules of the others.
from course_lib.autodiff.rules import elementwise, products, reductions, structure, methods  # noqa: F401, I001
