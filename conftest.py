"""For all tests: figures are drawn into memory, never into a window."""

import os

os.environ.setdefault("MPLBACKEND", "agg")
