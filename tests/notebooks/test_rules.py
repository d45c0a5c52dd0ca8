"""Each rule is broken by a notebook made to break it, and by nothing else."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

import tools.notebook_rules  # noqa: F401  (registers the rules)
from tools.notebook_files import Pair, ipynb_text, md_text
from tools.notebook_model import RULES, Notebook, broken_rules, count_words

SENTENCE = "Each sentence of this paragraph has ten words in it. "
FIGURE = (
    '<figure><img alt="A line falls from four to zero." src="data:image/png;base64,AAAA"></figure>'
)


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def shown(**data):
    kinds = {"html": "text/html", "plain": "text/plain", "png": "image/png"}
    return new_output("display_data", data={kinds[key]: value for key, value in data.items()})


def good_cells():
    """A lesson that keeps all rules: 30 paragraphs, 4 figures, 5 numbers."""
    figure = [
        new_markdown_cell("Look."),
        new_code_cell("print(6 * 7)", outputs=[printed("42\n")]),
        new_code_cell("show(fig)", outputs=[shown(html=FIGURE, plain="<Figure: A line>")]),
    ]
    words = [new_markdown_cell((6 * SENTENCE).strip()) for _ in range(28)]
    cells = [*words[:7], *figure, *words[7:14], *figure, *words[14:], *figure]
    return [nbformat.from_dict(cell) for cell in cells]


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "lessons"
    folder.mkdir()
    return folder


def stored(folder, cells, name="01_sample"):
    """Write both files of a notebook that was run; read it as the rules do."""
    copies = [nbformat.from_dict({**cell, "id": str(k)}) for k, cell in enumerate(cells)]
    notebook = nbformat.v4.new_notebook(cells=copies)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        cell.execution_count = number
    pair = Pair(folder / f"{name}.md", folder / f"{name}.ipynb")
    pair.md.write_text(md_text(notebook), encoding="utf-8")
    pair.ipynb.write_text(ipynb_text(notebook), encoding="utf-8")
    return Notebook.read(pair.ipynb)


def code(source, *outputs, **metadata):
    return new_code_cell(source, outputs=list(outputs), metadata=metadata)


def words(source):
    return new_markdown_cell(source)


ADDED_CELLS = [
    ("no_standard_error", code("f()", printed("careful", name="stderr"))),
    (
        "no_error_outputs",
        code("f()", new_output("error", ename="ValueError", evalue="no", traceback=[])),
    ),
    ("no_addresses", code("f", shown(plain="<function f at 0x7f3a2b4c5d60>"))),
    ("no_paths_of_one_machine", code("f()", printed("/home/ada/course"))),
    ("no_paths_of_one_machine", code("open('/tmp/data')")),
    ("no_paths_of_one_machine", code("f()", printed("C:\\Users\\ada"))),
    ("no_paths_of_one_machine", code("f()", printed("lib/site-packages/numpy"))),
    ("no_paths_of_one_machine", words("Open `/home/ada/course`.")),
    ("outputs_are_compared", code("f()", tags=["nbval-ignore-output"])),
    ("outputs_are_compared", code("f()", tags=["nbval-skip"])),
    ("outputs_are_compared", code("# NBVAL_IGNORE_OUTPUT\nf()")),
    ("no_semicolons", code("plot();")),
    ("no_semicolons", code("a = 1; b = 2  # two")),
    ("no_star_imports", code("from numpy import *")),
    ("no_shell_and_no_installing", code("!pip install numpy")),
    ("no_shell_and_no_installing", code("%pip install numpy")),
    ("no_shell_and_no_installing", code("%%bash\nls")),
    ("links_lead_somewhere", words("See [the next](02_none.ipynb).")),
    ("links_lead_somewhere", words('See <a href="../none.md">this</a>.')),
    ("cells_are_short", code("\n".join(f"a{k} = {k}" for k in range(16)))),
    ("cells_are_short", code("class A:\n" + "\n".join(f"    a{k} = {k}" for k in range(20)))),
    ("cells_are_short", words((13 * SENTENCE).strip())),
    ("pictures_have_alternative_text", code("f()", shown(html='<img src="a.png">', plain="1"))),
    ("pictures_have_alternative_text", code("f()", shown(html='<img alt="Plot" src="a.png">'))),
    ("pictures_have_alternative_text", code("f()", shown(png="AAAA", plain="<Figure>"))),
]


def names(cases):
    return [f"{rule}-{number}" for number, (rule, *_) in enumerate(cases)]


def test_a_good_lesson_breaks_no_rule(folder):
    assert broken_rules(stored(folder, good_cells())) == {}


@pytest.mark.parametrize(("rule", "cell"), ADDED_CELLS, ids=names(ADDED_CELLS))
def test_a_bad_cell_breaks_its_rule_alone(folder, rule, cell):
    cells = good_cells()
    cells[3:3] = [cell]
    # A number stands beside each picture, so that only the picture's own fault is found.
    cells.insert(4, code("print(1)", printed("1\n")))
    broken = broken_rules(stored(folder, cells))
    assert list(broken) == [rule]
    assert "cell 4" in broken[rule][0] or "cells" in broken[rule][0]


ALLOWED_CELLS = [
    code("'a; b'  # c; d"),
    code("class A:\n" + "\n".join(f"    a{k} = {k}" for k in range(19))),
    code("f()", printed("0x1F, 0.5, file /etc/hosts, ../tmp/x")),
    words(
        "See [the page](https://example.org/x.ipynb), [above](#a-title), [me](01_sample.ipynb#a)"
    ),
    words("In code, `[a](b)` is no link:\n\n```python\nx = [a](b)\n```"),
    words("| a | b |\n|---|---|" + 150 * "\n| word | word |"),
    words("$$\n" + 150 * "x + " + "y\n$$"),
]


@pytest.mark.parametrize("cell", ALLOWED_CELLS)
def test_a_good_cell_breaks_no_rule(folder, cell):
    cells = good_cells()
    cells[3:3] = [cell]
    assert broken_rules(stored(folder, cells)) == {}


def skip_a_count(notebook):
    code_cells = [cell for cell in notebook.node.cells if cell.cell_type == "code"]
    code_cells[2].execution_count = 7


def never_run(notebook):
    for _, cell in notebook.cells("code"):
        cell.execution_count = None


def edit_the_md(notebook):
    md = notebook.ipynb.with_suffix(".md")
    md.write_text(md.read_text(encoding="utf-8").replace("6 * 7", "7 * 6"), encoding="utf-8")


def remove_the_md(notebook):
    notebook.ipynb.with_suffix(".md").unlink()


def save_with_a_version(notebook):
    notebook.node.metadata.language_info["version"] = "3.13.1"


def store_times(notebook):
    notebook.node.cells[8].metadata["execution"] = {"iopub.execute_input": "2026-01-01"}


def grow(notebook):
    notebook.ipynb.write_bytes(notebook.ipynb.read_bytes() + 1_000_000 * b" ")


def three_code_cells(notebook):
    del notebook.node.cells[-3]
    notebook.node.cells.append(notebook.node.cells[-1])


def hide_the_numbers(notebook):
    for _, cell in notebook.cells("code"):
        if cell.source.startswith("print"):
            cell.outputs = []


def drop_two_figures(notebook):
    for number in [n for n, _ in notebook.pictures()][1:]:
        notebook.node.cells[number - 1].outputs = []


def drop_cells(notebook):
    del notebook.node.cells[:3]


def add_cells(notebook):
    notebook.node.cells[:0] = 30 * [words("More.")]


def edit_the_ipynb(notebook):
    notebook.node.cells[0].source += " More."


CHANGES = [
    ("metadata_is_the_tool_s", edit_the_ipynb),
    ("was_run_from_top_to_bottom", skip_a_count),
    ("was_run_from_top_to_bottom", never_run),
    ("md_and_ipynb_have_equal_cells", edit_the_md),
    ("md_and_ipynb_have_equal_cells", remove_the_md),
    ("metadata_is_the_tool_s", save_with_a_version),
    ("metadata_is_the_tool_s", store_times),
    ("file_is_small", grow),
    ("code_and_words_alternate", three_code_cells),
    ("pictures_stand_beside_numbers", hide_the_numbers),
    ("there_are_enough_figures", drop_two_figures),
    ("lesson_has_the_right_length", drop_cells),
    ("lesson_has_the_right_length", add_cells),
]


@pytest.mark.parametrize(("rule", "change"), CHANGES, ids=names(CHANGES))
def test_a_bad_notebook_breaks_its_rule(folder, rule, change):
    notebook = stored(folder, good_cells())
    change(notebook)
    assert rule in broken_rules(notebook)


def test_every_rule_has_a_notebook_that_breaks_it():
    assert {rule for rule, _ in ADDED_CELLS + CHANGES} == set(RULES)


def test_start_page_may_be_short(folder):
    cells = [words("Welcome. Begin [here](00_page.ipynb).")]
    assert broken_rules(stored(folder, cells, "00_page")) == {}


def test_solutions_may_be_long(tmp_path):
    folder = tmp_path / "solutions"
    folder.mkdir()
    cells = [words((20 * SENTENCE).strip()), code("\n".join(f"a{k} = {k}" for k in range(40)))]
    assert broken_rules(stored(folder, cells)) == {}


def test_words_are_those_of_sentences():
    assert count_words("Two **words** [and three](to/a/place.md) $x + y$ – more.") == 7
    assert count_words("| a | table |\n|---|---|\n| 1 | 2 |\n\nand a\nsentence") == 3
