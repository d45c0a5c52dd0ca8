"""Widgets that make derivatives something to feel, for any function in plain NumPy.

They draw themselves in the reader's browser; derivatives come from ``course_lib.autodiff``.
``import course_lib`` does not import them.
"""

from course_lib.widgets.dials import ChainOfDials
from course_lib.widgets.hill import HillExplorer
from course_lib.widgets.race import DescentRace
from course_lib.widgets.secant import SecantZoom
from course_lib.widgets.sweeps import GraphSweeps
from course_lib.widgets.taylor_line import TaylorExplorer
from course_lib.widgets.taylor_patch import TaylorPatch
from course_lib.widgets.xray import NetworkXray

__all__ = [
    "ChainOfDials",
    "DescentRace",
    "GraphSweeps",
    "HillExplorer",
    "NetworkXray",
    "SecantZoom",
    "TaylorExplorer",
    "TaylorPatch",
]
