"""What a stored notebook must be like, one rule a function; no kernel is needed to check.

A rule takes a notebook and yields a sentence for each thing that breaks it. ``@rule`` says for
which kinds of notebook it holds: a ``lesson``, the ``start`` page, or a ``solution``.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from nbformat import NotebookNode

from tools.notebook_files import ROOT, cells_of, read_md, stored_metadata
from tools.notebook_model import ALL, Notebook, count_words, rule, text_of
from tools.notebook_pictures import pictures_in

# How many cells may keep an output that nbval does not compare: each needs a reason. A cell is
# marked with the tag `nbval-ignore-output`.
IGNORED_OUTPUTS = {
    "lessons/00_start": 1,  # how far this reader has come
    "lessons/06_which_mode": 2,  # seconds on this reader's machine
    "lessons/10_capstone": 1,  # seconds, too
}

MAX_BYTES = 1_000_000
MAX_CODE_LINES, MAX_CLASS_LINES = 15, 20
MAX_MARKDOWN_WORDS = 120
LESSON_CELLS = range(35, 61)
LESSON_WORDS = range(1500, 2501)
MIN_FIGURES = 3
MAX_CODE_CELLS_IN_A_ROW = 2
MIN_ALT_WORDS = 5

# --- What was stored ---------------------------------------------------------------------------


@rule(*ALL)
def was_run_from_top_to_bottom(notebook: Notebook) -> Iterator[str]:
    for expected, (number, cell) in enumerate(notebook.cells("code"), start=1):
        if cell.execution_count != expected:
            yield f"cell {number} has execution count {cell.execution_count}, not {expected}"


@rule(*ALL)
def md_and_ipynb_have_equal_cells(notebook: Notebook) -> Iterator[str]:
    md = notebook.ipynb.with_suffix(".md")
    if not md.exists():
        yield f"{md.name} is missing"
    elif cells_of(read_md(md)) != cells_of(notebook.node):
        yield f"{md.name} and {notebook.ipynb.name} differ"


@rule(*ALL)
def metadata_is_the_tool_s(notebook: Notebook) -> Iterator[str]:
    if notebook.node.metadata != stored_metadata(notebook.node):
        yield "the notebook was edited or saved since `make notebooks`"
    for number, cell in enumerate(notebook.node.cells, start=1):
        if extra := set(cell.metadata) - {"tags"}:
            yield f"cell {number} has metadata {sorted(extra)}"


@rule(*ALL)
def file_is_small(notebook: Notebook) -> Iterator[str]:
    if (size := notebook.ipynb.stat().st_size) > MAX_BYTES:
        yield f"it has {size:,} bytes, more than {MAX_BYTES:,}"


@rule(*ALL)
def no_standard_error(notebook: Notebook) -> Iterator[str]:
    for number, output in notebook.outputs():
        if output.get("name") == "stderr":
            yield f"cell {number} wrote to stderr: {output.text.strip()[:80]}"


@rule(*ALL)
def no_error_outputs(notebook: Notebook) -> Iterator[str]:
    for number, output in notebook.outputs():
        if output.output_type == "error":
            yield f"cell {number} raised {output.ename}: show it with try and except"


@rule(*ALL)
def no_addresses(notebook: Notebook) -> Iterator[str]:
    for number, output in notebook.outputs():
        if found := re.search(r"\b0x[0-9a-fA-F]{6,}", text_of(output)):
            yield f"cell {number} printed an address: {found[0]}"


@rule(*ALL)
def no_paths_of_one_machine(notebook: Notebook) -> Iterator[str]:
    places = r"(?:/home|/Users|/root|/tmp|/work|/var|[A-Z]:\\Users)[/\\]\S*|\S*site-packages\S*"
    texts = [(number, text_of(output)) for number, output in notebook.outputs()]
    texts += [(n, cell.source) for n, cell in enumerate(notebook.node.cells, start=1)]
    for number, text in texts:
        if found := re.search(rf"(?<![\w.])(?:{places})", text):
            yield f"cell {number} names a place on one machine: {found[0]}"


@rule(*ALL)
def outputs_are_compared(notebook: Notebook) -> Iterator[str]:
    allowed, ignored = IGNORED_OUTPUTS.get(notebook.name, 0), 0
    for number, cell in notebook.cells("code"):
        tags = set(cell.metadata.get("tags", []))
        ignored += "nbval-ignore-output" in tags
        for tag in sorted(tags & {"nbval-skip", "nbval-raises-exception", "raises-exception"}):
            yield f"cell {number} has the tag {tag}"
        if "NBVAL_" in cell.source:
            yield f"cell {number} has an nbval comment: use a tag"
    if ignored != allowed:
        yield f"{ignored} cells ignore their output, but IGNORED_OUTPUTS says {allowed}"


# --- What was written --------------------------------------------------------------------------


@rule(*ALL)
def no_semicolons(notebook: Notebook) -> Iterator[str]:
    for number, cell in notebook.cells("code"):
        try:
            tokens = list(tokenize.generate_tokens(io.StringIO(cell.source).readline))
        except (tokenize.TokenError, SyntaxError):  # a magic; other rules judge it
            continue
        if any(token.string == ";" for token in tokens):
            yield f"cell {number} has a semicolon"


@rule(*ALL)
def no_star_imports(notebook: Notebook) -> Iterator[str]:
    for number, cell in notebook.cells("code"):
        if re.search(r"(?m)^\s*from\s+\S+\s+import\s+\*", cell.source):
            yield f"cell {number} imports *"


@rule(*ALL)
def no_shell_and_no_installing(notebook: Notebook) -> Iterator[str]:
    for number, cell in notebook.cells("code"):
        if found := re.search(r"(?m)^\s*(?:!|%%?(?:pip|conda|sh|bash|system)\b).*", cell.source):
            yield f"cell {number} runs a command: {found[0].strip()}"


@rule(*ALL)
def links_lead_somewhere(notebook: Notebook) -> Iterator[str]:
    for number, cell in notebook.cells("markdown"):
        prose = re.sub(r"```.*?```|`[^`]*`", " ", cell.source, flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)|(?:href|src)=[\"']([^\"']+)", prose):
            link = "".join(target)
            if re.match(r"[a-z]+:|#", link):
                continue
            file = notebook.ipynb.parent / unquote(link.partition("#")[0])
            if not file.exists():
                yield f"cell {number} links to {link}, which is not there"


@rule("lesson", "start")
def cells_are_short(notebook: Notebook) -> Iterator[str]:
    for number, cell in notebook.cells("code"):
        lines, limit = len(cell.source.splitlines()), _line_limit(cell.source)
        if lines > limit:
            yield f"cell {number} has {lines} lines of code, more than {limit}"
    for number, cell in notebook.cells("markdown"):
        if (words := count_words(cell.source)) > MAX_MARKDOWN_WORDS:
            yield f"cell {number} has {words} words, more than {MAX_MARKDOWN_WORDS}"


def _line_limit(source: str) -> int:
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return MAX_CODE_LINES
    one_class = len(statements) == 1 and isinstance(statements[0], ast.ClassDef)
    return MAX_CLASS_LINES if one_class else MAX_CODE_LINES


@rule("lesson")
def lesson_has_the_right_length(notebook: Notebook) -> Iterator[str]:
    cells, words = len(notebook.node.cells), notebook.words()
    if cells not in LESSON_CELLS:
        yield f"it has {cells} cells, not {LESSON_CELLS[0]} to {LESSON_CELLS[-1]}"
    if words not in LESSON_WORDS:
        yield f"it has {words} words, not {LESSON_WORDS[0]} to {LESSON_WORDS[-1]}"


@rule("lesson", "start")
def code_and_words_alternate(notebook: Notebook) -> Iterator[str]:
    row = 0
    for number, cell in enumerate(notebook.node.cells, start=1):
        row = row + 1 if cell.cell_type == "code" else 0
        if row == MAX_CODE_CELLS_IN_A_ROW + 1:
            yield f"cell {number} is the third code cell in a row"


# --- What is shown -----------------------------------------------------------------------------


@rule("lesson")
def there_are_enough_figures(notebook: Notebook) -> Iterator[str]:
    if (figures := len(notebook.pictures())) < MIN_FIGURES:
        yield f"it shows {figures} figures, fewer than {MIN_FIGURES}"


@rule(*ALL)
def pictures_have_alternative_text(notebook: Notebook) -> Iterator[str]:
    for number, picture in notebook.pictures():
        if len(picture.alt.split()) < MIN_ALT_WORDS:
            yield (
                f"cell {number} shows a picture with alternative text {picture.alt!r}: "
                f"say what there is to see, in {MIN_ALT_WORDS} words or more: show(fig, alt=...)"
            )


@rule("lesson", "start")
def pictures_stand_beside_numbers(notebook: Notebook) -> Iterator[str]:
    code = notebook.cells("code")
    with_picture = {number for number, _ in notebook.pictures()}
    for place, (number, _) in enumerate(code):
        neighbours = code[max(place - 1, 0) : place + 2]
        if number in with_picture and not any(_has_number(cell) for _, cell in neighbours):
            yield f"cell {number} shows a picture, but no number is printed or asserted beside it"


def _has_number(cell: NotebookNode) -> bool:
    printed = [text_of(output) for output in cell.outputs if not pictures_in(output)]
    return any(re.search(r"\d", text) for text in printed) or bool(
        re.search(r"(?m)^\s*assert\b", cell.source)
    )


def stored_notebooks() -> list[Path]:
    folders = (ROOT / "lessons", ROOT / "solutions")
    return sorted(path for folder in folders for path in folder.glob("*.ipynb"))
