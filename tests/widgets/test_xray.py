"""What the x-ray shows is what theory expects of such networks."""

import numpy as np
import pytest

from course_lib.autodiff import check_grads
from course_lib.widgets import NetworkXray
from course_lib.widgets.training import ACTIVATIONS, MOMENTS, film, run, start, two_moons


@pytest.mark.parametrize("name", ["tanh", "relu"])
def test_training_works_with_usual_settings(name):
    found = film(name, 0.5, 1.0)
    assert found.losses[0] == pytest.approx(np.log(2), abs=0.1)
    assert found.losses[-1] < 0.05


def test_gradients_vanish_through_sigmoids():
    gradients = film("sigmoid", 0.5, 1.0).gradients[0]
    assert (np.diff(gradients) > 0).all()
    assert gradients[0] < gradients[-1] / 50


def test_large_weights_saturate_tanh():
    assert film("tanh", 0.5, 1.0).saturated[0].max() == 0
    assert film("tanh", 0.5, 5.0).saturated[0][:3].min() > 0.3


def test_a_learning_rate_can_be_too_large():
    found = film("tanh", 20.0, 1.0)
    assert not found.losses[-1] < found.losses[0]
    assert found.updates[0].min() > 1  # a step larger than the weights themselves


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize(("rate", "gain"), [(0.01, 0.1), (31.0, 1.0), (31.0, 10.0), (1e6, 10.0)])
def test_all_settings_make_a_film_and_a_picture(name, rate, gain):
    found = film(name, rate, gain)
    assert all(len(column) == MOMENTS for column in found)
    parts = found.activations.sum(axis=2)
    assert ((np.abs(parts - 1) < 1e-9) | (parts == 0)).all()
    widget = NetworkXray(name, rate=rate, gain=gain, moment=30)
    assert len(widget.table) < 10_000
    assert widget._repr_mimebundle_()[0]["text/html"]


def test_the_gradient_is_right():
    inputs, _ = two_moons()

    def total(parameters):
        return np.sum(run(parameters, inputs[:5], np.tanh)[-1])

    check_grads(total, (start(1.0),))


@pytest.mark.parametrize(
    "given", [{"activation": "step"}, {"rate": 0}, {"gain": -1}, {"moment": 31}]
)
def test_wrong_arguments(given):
    with pytest.raises(ValueError, match=r"step|must be positive"):
        NetworkXray(**given)
