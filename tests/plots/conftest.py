"""Draw without a window."""

import matplotlib as mpl
import pytest


@pytest.fixture(autouse=True)
def no_window_and_no_figure_left_open():
    with mpl.rc_context():
        mpl.use("agg")
        yield
        import matplotlib.pyplot as plt

        plt.close("all")
