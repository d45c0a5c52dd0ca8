"""Submissions that are no notebooks, or not the expected ones: each is named, none is lost."""

import io
import json
import os
import zipfile

import pytest

from course_lib.grading.archive import MAX_BYTES_OF_ONE, notebooks_in
from course_lib.grading.gradebook import GRADEBOOK, SUMMARY
from course_lib.grading.notebook import MAX_BYTES, UnreadableError, names_found, read_cells
from course_lib.grading.submissions import NoSubmissionsError, choose, find_submissions
from tests.grading.sample import notebook

ANSWER = notebook("def squared(x): return x * x", "check('91.4')")
NAMES, IDS = ["squared"], ["91.4"]

UNREADABLE = {
    "empty": b"",
    "blank": b"  \n",
    "cut off": ANSWER[: len(ANSWER) // 2],
    "not JSON": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "a page": b"<html>Please log in</html>",
    "a list": b"[1, 2]",
    "no cells": b'{"nbformat": 4}',
    "cells are a number": b'{"cells": 3}',
    "too deep": b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "a huge number": b'{"cells": ' + b"1" * 10_000 + b"}",
    "50 MB": b'{"cells": ["' + b"x" * 50 * 2**20 + b'"]}',
    "too many cells": json.dumps({"cells": [{"cell_type": "code", "source": "1"}] * 5000}).encode(),
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_said(data):
    with pytest.raises(UnreadableError, match=r"notebook|file"):
        read_cells(data)


def test_malformed_cells_are_left_out():
    cells = [
        None,
        3,
        {},
        {"cell_type": "code"},
        {"cell_type": "code", "source": 3},
        {"cell_type": "code", "source": ["x = 1\n", None, "y = 2"]},
        {"cell_type": "code", "source": "z = '\ud800'"},
        {"cell_type": "markdown", "source": "text"},
    ]
    data = json.dumps({"cells": cells}).encode()
    assert read_cells(data) == ["x = 1\ny = 2", "z = '?'"]


def test_the_older_format_and_a_byte_order_mark_are_read():
    sheet = {"cells": [{"cell_type": "code", "input": ["x = 1"]}]}
    assert read_cells(json.dumps({"worksheets": [sheet]}).encode()) == ["x = 1"]
    assert read_cells(b"\xef\xbb\xbf" + ANSWER) == read_cells(ANSWER)


def zip_of(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def lay_out(folder, files):
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def chosen_in(place):
    """`{key: (name, number, the notebook that was chosen or the problem)}`."""
    with find_submissions(place) as found:
        picks = [(one, choose(one, NAMES, IDS)) for one in found]
        return {one.key: (one.name, one.number, c.path or c.problem) for one, c in picks}


LAYOUTS = {
    "files": {"ada.ipynb": ANSWER, "bob.ipynb": ANSWER},
    "folders": {"ada/deep/er/91.ipynb": ANSWER, "bob/any name.ipynb": ANSWER, "bob/a.txt": b""},
    "zip files": {
        "ada.zip": zip_of({"x/91.ipynb": ANSWER}),
        "bob.zip": zip_of({"y.ipynb": ANSWER}),
    },
    "in one folder": {"download/ada/91.ipynb": ANSWER, "download/bob/91.ipynb": ANSWER},
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
@pytest.mark.parametrize("zipped", [False, True], ids=["folder", "zip"])
def test_layouts_of_a_class(layout, zipped, tmp_path):
    if zipped:
        place = tmp_path / "class.zip"
        place.write_bytes(zip_of(layout))
    else:
        place = lay_out(tmp_path / "class", layout)
    found = chosen_in(place)
    assert list(found) == ["ada", "bob"]
    assert all(pick.endswith(".ipynb") for _, _, pick in found.values())


def test_moodle_canvas_and_gradescope(tmp_path):
    found = chosen_in(
        lay_out(
            tmp_path,
            {
                "Ada Lovelace_12_assignsubmission_file/91.ipynb": ANSWER,
                "Bob_13_assignsubmission_file_91.ipynb": ANSWER,
                "curryhaskell_LATE_14_999_91-1.ipynb": ANSWER,
                "curryhaskell_LATE_14_998_notes.pdf": b"%PDF",
                "Dan_15_assignsubmission_onlinetext.html": b"<p>here</p>",
                "submission_4711/91.ipynb": ANSWER,
                "submission_metadata.yml": b"a: b",
                "grades.csv": b"a,b",
            },
        )
    )
    assert {name: number for name, number, _ in found.values()} == {
        "Ada Lovelace": "12",
        "Bob": "13",
        "curryhaskell": "14",
        "Dan": "15",
        "submission_4711": "",
    }
    assert found["Dan_15"][2] == "There is no notebook in it."


def test_equal_names_do_not_collide(tmp_path):
    files = {"ada.ipynb": ANSWER, "ada.zip": zip_of({"a.ipynb": ANSWER}), "ada/a.ipynb": ANSWER}
    files |= {"Ada.ipynb": ANSWER, "=ada.ipynb": ANSWER, "..ipynb": ANSWER}
    found = chosen_in(lay_out(tmp_path, files))
    assert len(found) == len({key.casefold() for key in found}) == 5
    assert all(key.strip(".") and "/" not in key for key in found)


def test_a_clone_of_a_repository_is_searched_for_the_learners_notebook(tmp_path):
    author = json.loads(ANSWER)
    author["cells"].append(
        {
            "cell_type": "code",
            "source": "def squared__hidden(rng): pass",
            "metadata": {"tags": ["cases"]},
        }
    )
    files = {
        "ada/exercises/91.ipynb": ANSWER,
        "ada/exercises/91.backup-1.ipynb": ANSWER,
        "ada/exercises/.ipynb_checkpoints/91-checkpoint.ipynb": ANSWER,
        "ada/lessons/91.ipynb": notebook("print('a lesson')"),
        "ada/solutions/91.ipynb": json.dumps(author).encode(),
    }
    assert chosen_in(lay_out(tmp_path, files))["ada"][2] == "exercises/91.ipynb"


HANDED_OUT = ["def squared(x):\n    raise NotImplementedError()", "check('91.4')"]
WORKED = notebook("def squared(x): return x * x", "check('91.4')")


@pytest.mark.parametrize("copy", ["91-Copy1", "91 (1)", "other"])
def test_the_worked_copy_is_graded_and_not_the_untouched_notebook(copy, tmp_path):
    files = {"ada/91.ipynb": notebook(*HANDED_OUT), f"ada/{copy}.ipynb": WORKED}
    files["bob.ipynb"] = ANSWER
    with find_submissions(lay_out(tmp_path, files)) as (one, _):
        chosen = choose(one, NAMES, IDS, HANDED_OUT)
    assert chosen.path == f"{copy}.ipynb"
    assert chosen.notes == (f"Of 2 notebooks, {copy}.ipynb was graded, the most worked in.",)


@pytest.mark.parametrize("zipped", [False, True], ids=["folder", "zip"])
def test_what_is_left_out_is_said(zipped, tmp_path):
    files = {"ada.ipynb": ANSWER, "bob.py": b"x = 1", "cyd.pdf": b"%PDF", "dan/a.rar": b"x"}
    place = lay_out(tmp_path / "class", files)
    if zipped:
        place = tmp_path / "class.zip"
        place.write_bytes(zip_of(files))
    said = []
    with find_submissions(place, said.append) as found:
        assert [one.key for one in found] == ["ada", "dan"]
    assert said == ["Left out, as no notebook, folder or zip file: bob.py, cyd.pdf."]


def test_results_of_an_earlier_run_are_no_learner(tmp_path):
    files = {"ada.ipynb": ANSWER} | {f"ada-graded/{n}": b"x" for n in (GRADEBOOK, SUMMARY)}
    said = []
    with find_submissions(lay_out(tmp_path, files), said.append) as found:
        assert [one.key for one in found] == ["ada"]
    assert said == ["Left out, as the results of an earlier run: ada-graded."]


def tagged(source):
    cell = {"cell_type": "code", "source": source, "metadata": {"tags": ["wrong"]}}
    data = json.loads(ANSWER)
    return json.dumps({**data, "cells": [*data["cells"], cell]}).encode()


def test_a_tag_alone_makes_no_solutions_notebook(tmp_path):
    author = tagged("def squared__cases(): return {}")
    files = {"ada.ipynb": tagged("x = 1"), "bob.ipynb": author}
    found = chosen_in(lay_out(tmp_path, files))
    assert found["ada"][2] == "ada.ipynb"
    assert found["bob"][2] == "bob.ipynb looks like a solutions notebook, and was left out."


def test_what_is_there_in_place_of_a_notebook_is_named(tmp_path):
    files = {"ada/.ipynb_checkpoints/91-checkpoint.ipynb": ANSWER, "bob.ipynb": b"<html></html>"}
    (tmp_path / "cyd").mkdir()
    if os.name == "posix":
        (tmp_path / "cyd" / "91.ipynb").symlink_to(tmp_path / "bob.ipynb")
    found = chosen_in(lay_out(tmp_path, files))
    assert "only an automatic checkpoint" in found["ada"][2]
    assert "Save the notebook itself" in found["bob"][2]
    assert "no notebook" in found["cyd"][2] or "link to another file" in found["cyd"][2]
    assert "symbolic" not in found["cyd"][2]


def test_zip_slip_and_links_and_devices(tmp_path):
    outside = tmp_path / "outside.ipynb"
    outside.write_bytes(ANSWER)
    place = tmp_path / "class"
    lay_out(place, {"ben/a.txt": b""})
    evil = {"../../slip.ipynb": ANSWER, "/etc/slip.ipynb": ANSWER, "..\\slip.ipynb": ANSWER}
    (place / "ada.zip").write_bytes(zip_of(evil))
    if os.name == "posix":
        (place / "ben" / "link.ipynb").symlink_to(outside)
        (place / "cyd").symlink_to(tmp_path)
        (place / "dan.ipynb").symlink_to(outside)
        (place / "eve").mkdir()
        os.mkfifo(place / "eve" / "pipe.ipynb")
    found = chosen_in(place)
    assert found["ada"][2].endswith("slip.ipynb")
    assert not list(tmp_path.glob("**/slip.ipynb"))
    assert all(
        "cannot be read" in pick or "link" in pick for n, _, pick in found.values() if n != "ada"
    )
    whole = tmp_path / "whole.zip"
    whole.write_bytes(zip_of(evil | {"fay/91.ipynb": ANSWER}))
    assert "fay" in chosen_in(whole)
    assert not list(tmp_path.glob("**/slip.ipynb"))


def test_bombs_are_not_unpacked(tmp_path):
    zeros = zip_of({f"{n}.ipynb": bytes(30 * 2**20) for n in range(3)})
    (tmp_path / "ada.zip").write_bytes(zeros)
    (tmp_path / "ben.zip").write_bytes(
        zip_of({"a.zip": zip_of({"b.zip": zeros, "c.ipynb": ANSWER})})
    )
    (tmp_path / "cyd.zip").write_bytes(ANSWER)
    (tmp_path / "dan.zip").write_bytes(zip_of({"d.ipynb": ANSWER})[:-30])
    assert all(len(item.data) <= MAX_BYTES for item in notebooks_in(tmp_path / "ada.zip"))
    found = chosen_in(tmp_path)
    assert "MB" in found["ada"][2]
    assert found["ben"][2].endswith("c.ipynb")
    assert "zip file cannot be read" in found["cyd"][2] + found["dan"][2]


def test_nothing_to_grade(tmp_path):
    for place in (tmp_path, tmp_path / "missing"):
        with pytest.raises(NoSubmissionsError), find_submissions(place):
            pass


def test_no_learner_can_use_up_what_may_be_read_of_the_others(tmp_path):
    big = ANSWER[:-1] + b" " * (19 * 2**20) + b"}"
    files = {f"class/ada/{n}.ipynb": big for n in range(11)} | {"class/bob/91.ipynb": ANSWER}
    place = tmp_path / "class.zip"
    place.write_bytes(zip_of(files))
    assert chosen_in(place)["bob"][2] == "91.ipynb"


def test_zip_files_in_a_zip_file_share_its_limit(tmp_path):
    inner = zip_of({f"{n}.ipynb": bytes(19 * 2**20) for n in range(6)})
    (tmp_path / "ada.zip").write_bytes(zip_of({f"{n}.zip": inner for n in range(4)}))
    found = notebooks_in(tmp_path / "ada.zip")
    assert sum(len(item.data) for item in found) <= MAX_BYTES_OF_ONE


def test_a_learners_choice_of_names_confuses_nothing(tmp_path):
    files = {
        "gradebook.csv.ipynb": ANSWER,
        "summary.html.ipynb": ANSWER,
        "adalovelace_4711_99_x_13_assignsubmission_file_91.ipynb": ANSWER,
    }
    found = chosen_in(lay_out(tmp_path / "class", files))
    assert not {GRADEBOOK, SUMMARY} & set(found)
    assert found["adalovelace_4711"][:2] == ("adalovelace", "4711")


@pytest.mark.parametrize("name", ["91_bob.ipynb", "solutions/91.ipynb"])
def test_one_learners_file_does_not_make_a_class_one_learner(name, tmp_path):
    files = {"all/ada.ipynb": ANSWER, f"all/{name}": ANSWER, "all/cyd/91.ipynb": ANSWER}
    assert len(chosen_in(lay_out(tmp_path, files))) == 3


def test_one_learners_copy_of_the_course_is_one_submission(tmp_path):
    files = {f"ada/{name}/91.ipynb": ANSWER for name in ("exercises", "lessons", "course_lib")}
    assert len(chosen_in(lay_out(tmp_path, files))) == 1


def test_long_names_in_a_zip_file_keep_their_ending(tmp_path):
    place = tmp_path / "class.zip"
    place.write_bytes(zip_of({"字" * 90 + ".ipynb": ANSWER, "b" * 230 + ".ipynb": ANSWER}))
    assert all(pick.endswith(".ipynb") for _, _, pick in chosen_in(place).values())
    assert len(chosen_in(place)) == 2


def test_functions_that_are_assigned_are_recognised():
    assert names_found(["squared = lambda x: x * x"], NAMES, IDS) == 1
