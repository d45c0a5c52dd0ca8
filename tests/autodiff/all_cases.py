"""The cases of all files ``cases*.py`` beside this one; importing a file enters its cases."""

from __future__ import annotations

import importlib
from pathlib import Path

from tests.autodiff.cases import AUTOGRAD_FAILS, CASES, CONSTANT_CASES, NOT_ANALYTIC

__all__ = ["AUTOGRAD_FAILS", "CASES", "CONSTANT_CASES", "NOT_ANALYTIC"]

for path in sorted(Path(__file__).parent.glob("cases_*.py")):
    importlib.import_module(f"tests.autodiff.{path.stem}")
