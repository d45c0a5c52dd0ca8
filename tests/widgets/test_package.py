"""The widgets stay out of the way of those who only want derivatives; their parts fit together."""

import re
import subprocess
import sys

import pytest

from course_lib.widgets import modules
from course_lib.widgets.css import style_sheet


def test_importing_the_library_imports_no_widgets():
    code = (
        "import sys, course_lib\n"
        "print([m for m in ('anywidget', 'matplotlib', 'IPython') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr


FILES = sorted(path.name for path in modules.JS.glob("*.js"))


@pytest.mark.parametrize("name", FILES)
def test_modules_are_small_and_understood(name):
    text = (modules.JS / name).read_text(encoding="utf-8")
    assert text.startswith("// "), "say first what the module is for"
    assert len(text.splitlines()) <= 280
    assert max(map(len, text.splitlines())) <= 104
    # What assemble() does not understand must not be there.
    assert len(re.findall(r"(?m)^import ", text)) == len(modules.IMPORT.findall(text))
    exports = re.findall(r"(?m)^export (?!default)", text)
    assert len(exports) == len(modules.EXPORT.findall(text))
    for names, source in modules.IMPORT.findall(text):
        offered = modules.EXPORT.findall((modules.JS / source).read_text(encoding="utf-8"))
        wanted = [n.strip() for n in names.split(",") if n.strip()]
        assert set(wanted) <= set(offered), f"{name} wants from {source} what is not there"
        for word in wanted:
            assert len(re.findall(rf"\b{word}\b", text)) > 1, f"{name} does not use {word}"


def test_assembled_module_imports_nothing():
    text = modules.assemble("hill.js")
    assert not re.findall(r"(?m)^import ", text)
    assert text.rstrip().endswith("export default { render };")
    assert text.count("const theme_js =") == 1


def test_style_sheet_balances():
    assert style_sheet().count("{") == style_sheet().count("}")
