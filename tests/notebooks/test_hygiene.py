"""Every stored notebook keeps every rule of ``tools/notebook_rules.py``."""

import pytest

from tools.notebook_model import RULES, Notebook
from tools.notebook_rules import IGNORED_OUTPUTS, stored_notebooks

NOTEBOOKS = {notebook.name: notebook for notebook in map(Notebook.read, stored_notebooks())}
CASES = [
    pytest.param(notebook, function, id=f"{name}-{rule}")
    for name, notebook in NOTEBOOKS.items()
    for rule, (function, kinds) in RULES.items()
    if notebook.kind in kinds
]


def test_there_are_lessons_and_solutions():
    folders = {name.partition("/")[0] for name in NOTEBOOKS}
    assert folders == {"lessons", "solutions"}, "run `make notebooks`"


@pytest.mark.parametrize(("notebook", "function"), CASES)
def test_rule(notebook, function):
    problems = list(function(notebook))
    assert not problems, "\n".join([f"{notebook.name}:", *problems])


def test_ignored_outputs_are_of_notebooks_that_exist():
    assert set(IGNORED_OUTPUTS) <= set(NOTEBOOKS)
