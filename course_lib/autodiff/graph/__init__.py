"""Graph mode: the evaluation trace of a function at a point, as a table, a drawing, and counts.

A trace has one line for each elementary operation, such as ``v3 = v1 + v2``: it is the tape of
reverse mode with names added. Swept from the top down it gives each line a tangent, from the bottom
up an adjoint, as in tables 2 and 3 of Baydin, Pearlmutter, Radul and Siskind, "Automatic
differentiation in machine learning: a survey" (JMLR 2018).

Loops and branches leave no mark in it but the operations that were carried out at this point. What
has no derivative but zero (a comparison, ``np.floor``) is a constant of the point.
"""

from course_lib.autodiff.graph.counts import Counts
from course_lib.autodiff.graph.drawing import Drawing
from course_lib.autodiff.graph.graph import Graph
from course_lib.autodiff.graph.line import Line
from course_lib.autodiff.graph.make import make_graph
from course_lib.autodiff.graph.table import Table

__all__ = ["Counts", "Drawing", "Graph", "Line", "Table", "make_graph"]
