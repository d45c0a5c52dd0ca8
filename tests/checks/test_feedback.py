"""What a learner sees: every state, every diagnosis, and nothing raised whatever they wrote."""

import subprocess
import sys
import types

import numpy as np
import pytest

from course_lib.checks import Status, check
from course_lib.checks.clues import clue
from course_lib.checks.compare import compare
from course_lib.checks.feedback import Diagnosis, Feedback
from course_lib.checks.html import feedback_html
from course_lib.checks.show import show


def text_of(feedback):
    """Both forms can be shown, and the text fits a terminal."""
    shown = feedback._repr_mimebundle_()
    assert max(map(len, shown["text/plain"].splitlines())) <= 100
    assert feedback.status.value in shown["text/html"]
    assert "0x" not in shown["text/plain"] + shown["text/html"]
    return shown["text/plain"]


# --- states ---------------------------------------------------------------------------------


def test_right(feedback):
    result = feedback("90.1", lambda x, x_dot: 2 * x * x_dot)
    assert result.right
    assert (result.points, result.passed, result.total) == (2, 3, 3)
    assert "public checks passed" in text_of(result)
    assert result.shown is None


def test_not_defined(exercises):
    result = check("90.1", namespace={})
    assert result.status is Status.NOT_STARTED
    assert "`square_jvp` is not defined" in text_of(result)


def test_names_are_looked_up_where_check_is_called(exercises):
    scope = {"check": check}
    exec("square_jvp = lambda x, x_dot: 2 * x * x_dot\nresult = check('90.1')", scope)
    assert scope["result"].right


def test_handed_out_code_is_not_started(feedback):
    def untouched(x, x_dot):
        raise NotImplementedError()

    assert feedback("90.1", untouched).status is Status.NOT_STARTED
    result = feedback("90.3", lambda y_bar: y_bar)
    assert result.status is Status.NOT_STARTED
    assert "code as handed out" in text_of(result)


def test_a_huge_answer_is_called_too_large(feedback):
    result = feedback("90.1", lambda x, x_dot: [0.5] * 900_000)
    assert "yours is a value with more than 20,000 parts" in text_of(result).lower()


def test_half_written_code_is_not_right_yet(feedback):
    def half(x, x_dot):
        if x < 0:
            raise NotImplementedError
        return 2 * x * x_dot

    result = feedback("90.1", half)
    assert result.status is Status.WRONG
    assert "A part of `half` is still to be written" in text_of(result)


def test_an_error_with_a_message_is_no_hole(feedback):
    def refuses(x, x_dot):
        raise NotImplementedError("no rule for this")

    result = feedback("90.1", refuses)
    assert result.status is Status.WRONG
    assert "stopped with NotImplementedError" in text_of(result)
    assert "no rule for this" in text_of(result)


def test_interrupted(feedback):
    def endless(x, x_dot):
        raise KeyboardInterrupt

    result = feedback("90.1", endless)
    assert result.status is Status.INTERRUPTED
    assert "on the case “at three”" in text_of(result)


def test_printing_and_warning_are_left_out(feedback, capsys):
    def chatty(x, x_dot):
        print("one\ntwo")
        print("three", file=sys.stderr)
        np.log(-1.0)
        return 2 * x * x_dot

    result = feedback("90.1", chatty)
    assert result.right
    assert "6 printed lines" in text_of(result)
    assert capsys.readouterr() == ("", "")


# --- where it went wrong -----------------------------------------------------------------------


def test_a_crash_names_the_line_the_error_and_the_inputs(exercises):
    scope = {"check": check, "np": np}
    code = "def square_jvp(x, x_dot):\n    y = 2 * x\n    return y[0] * x_dot\n"
    exec(compile(code, "cell", "exec"), scope)
    text = text_of(check("90.1", namespace=scope))
    assert "stopped with TypeError on the case “at three”" in text
    assert "In line 3 of square_jvp." in text
    assert "x = 3.0" in text


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda x, x_dot: None, "is the `return` missing?"),
        (lambda x, x_dot: (2 * x * x_dot,), "makes a tuple of one"),
        (lambda x, x_dot: np.array([2 * x * x_dot]), "is a sum missing, or was an axis kept"),
        (lambda x, x_dot: np.array([x * x_dot, x * x_dot]), "the sum is missing"),
        (lambda x, x_dot: np.array([4 * x * x_dot, 0.0]), "the mean is missing"),
        (lambda x, x_dot: "6.0", "Yours is a string, expected a number"),
        (lambda x, x_dot: lambda: 6.0, "returned a function itself"),
        (lambda x, x_dot: (i for i in [6.0]), "`yield` makes a generator"),
        (lambda x, x_dot: -2 * x * x_dot, "Only the sign is wrong"),
        (lambda x, x_dot: 4 * x * x_dot, "yours is 2 times the expected one"),
        (lambda x, x_dot: 0.0, "Zero: is the result computed and then lost"),
        (lambda x, x_dot: 2 * x * x_dot + 1e-6, "difference quotient"),
        (lambda x, x_dot: np.float64("nan"), "nan comes from 0/0"),
        (lambda x, x_dot: np.inf, "inf comes from a division by zero"),
        (lambda x, x_dot: x > 0, "true/false values"),
    ],
)
def test_clues_for_a_number(feedback, answer, says):
    result = feedback("90.1", answer)
    assert result.status is Status.WRONG
    assert says in " ".join(text_of(result).split())


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda y: y.sum(0, keepdims=True), "The entries are right: only the shape differs."),
        (lambda y: y.sum(0).astype(int), "Whole numbers cut off"),
        (lambda y: y.sum(0)[:-1], "One entry too few"),
        (lambda y: np.append(y.sum(0), 0.0), "One entry too many"),
        (lambda y: np.roll(y.sum(0), 1), "shifted by one place"),
        (lambda y: y.sum(), "summed, or averaged, too early"),
        (lambda y: 0.0, "`np.zeros((3,))` has the expected shape"),
        (lambda y: np.zeros((2, 2, 2)), "Write the shape of each step"),
        (lambda y: -y.sum(0), "each entry is minus the expected one"),
        (lambda y: 0 * y.sum(0), "All zeros: is the result computed and then lost"),
        (lambda y: y.sum(0) * 1.0 + np.arange(y.shape[1]), "2 of 3 entries differ"),
    ],
)
def test_clues_for_an_array(feedback, answer, says):
    assert says in " ".join(text_of(feedback("90.3", answer)).split())


def test_a_zero_in_a_list_is_not_taken_for_all_of_it():
    difference = compare([1.0, 2.0, 3.0], [0.0, 2.5, 3.0])
    assert (difference.path, clue(difference).partition(":")[0]) == ("[0]", "Zero")


def test_an_array_that_should_be_symmetric():
    expected = np.array([[1.0, 2.0, 0.0], [2.0, 5.0, 3.0], [0.0, 3.0, 4.0]])
    got = expected.copy()
    got[2, 1] = 0.0
    says = clue(compare(expected, got))
    assert says.startswith("The expected array is symmetric, and yours is not")
    assert "[1, 2] and [2, 1]" in says
    got[1, 2] = 0.0
    assert "symmetric" not in clue(compare(expected, got))


def layer(x, w, z_bar):
    return z_bar @ w.T, x.T @ z_bar


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda x, w, z: layer(x, w, z)[::-1], "in another order"),
        (lambda x, w, z: (layer(x, w, z)[0].T, layer(x, w, z)[1]), "transpose of the expected"),
        (lambda x, w, z: (layer(x, w, z)[0] * x, layer(x, w, z)[1]), "one of the inputs"),
        (lambda x, w, z: (layer(x, w, z)[0], 0 * w), "All zeros"),
        (lambda x, w, z: layer(x, w, z)[0], "Yours is an array of shape (2, 3), expected a tuple"),
        (lambda x, w, z: (1.0, *layer(x, w, z)), "Yours is a tuple of 3, expected a tuple of 2"),
        (lambda x, w, z: (z @ w.T, (x.T @ z)[None] * np.ones((5, 1, 1)) / 5), "Summed over axis 0"),
    ],
)
def test_clues_for_several_arrays(feedback, answer, says):
    assert says in " ".join(text_of(feedback("90.5", answer)).split())


def test_entries_are_located(feedback):
    def one_entry_off(x, w, z_bar):
        x_bar, w_bar = layer(x, w, z_bar)
        w_bar[1, 2] = 0.25
        return x_bar, w_bar

    text = " ".join(text_of(feedback("90.5", one_entry_off)).split())
    assert "In part [1], at [1, 2]: yours 0.25, expected 0.259259; 1 of 12 entries differs." in text


def test_changed_inputs_are_noticed(feedback):
    def in_place(y_bar):
        total = y_bar.sum(axis=0)
        y_bar *= 0
        return total + 1 - 1

    result = feedback("90.3", lambda y_bar: in_place(y_bar))
    assert result.status is Status.WRONG
    assert "changed its input `y_bar`" in text_of(result)


def test_a_wrong_number_of_parameters(feedback):
    text = text_of(feedback("90.1", lambda x: 2 * x))
    assert "is called with 2 arguments: (x, x_dot). Yours takes (x)." in text


# --- beliefs -------------------------------------------------------------------------------------


def test_a_belief_is_named_with_its_hint(feedback):
    result = feedback("90.1", lambda x, x_dot: x + x)
    assert (result.diagnosis.belief, result.diagnosis.exact, result.hint) == (16, True, 2)
    text = text_of(result)
    assert "This is what comes of believing: “the tangent is the derivative”." in text
    assert "Next: open hint 2." in text


@pytest.mark.parametrize("form", [np.asarray, np.ndarray.tolist], ids=["array", "list"])
def test_a_belief_is_recognised_in_an_array_and_in_a_list(feedback, form):
    result = feedback("90.3", lambda y_bar: form(y_bar.mean(axis=0)))
    assert (result.diagnosis.belief, result.diagnosis.exact) == (28, True)


def test_a_belief_that_fits_only_the_failing_case_looks_like_it(feedback):
    def sometimes(x, x_dot):
        return x * x_dot if x > 0 else 0.0

    result = feedback("90.1", sometimes)
    assert (result.diagnosis.belief, result.diagnosis.exact) == (4, False)
    assert "It looks as if you believe: “" in text_of(result)


def test_a_belief_that_gets_a_right_case_wrong_is_not_named(feedback):
    result = feedback("90.1", lambda x, x_dot: x * x_dot if x > 0 else 2 * x * x_dot)
    assert not result.right
    assert result.diagnosis is None


def test_a_belief_that_raises_is_only_looked_like(feedback):
    result = feedback("90.1", lambda x, x_dot: x.lower())
    assert result.diagnosis.title == "a formula is a derivative."
    assert not result.diagnosis.exact


def test_a_belief_may_raise_on_some_cases(feedback):
    result = feedback("90.5", lambda x, w, z: (w.T @ z, z @ x.T))
    assert result.diagnosis.belief == 6


def test_a_belief_about_changed_inputs(feedback):
    def in_place(y_bar):
        np.add(y_bar[0], y_bar[1], out=y_bar[0])
        return y_bar[0]

    assert feedback("90.3", in_place).diagnosis.title == "a gradient array is yours to change."


def test_predictions_are_judged_without_telling_the_answer(feedback):
    result = feedback("90.2", lambda: {"derivative": 28, "rule": "add"})
    assert result.diagnosis.belief == 25
    result = feedback("90.2", lambda: {"derivative": 99, "rule": "add"})
    shown = text_of(result) + feedback_html(result)
    assert "The first part that is not right: ['derivative']." in shown
    assert "16" not in shown.split("</style>")[-1]
    assert feedback("90.2", lambda: {"derivative": 16.0, "rule": " Add"}).right


def test_a_long_dictionary_is_shown_with_a_line_for_each_entry():
    entries = {f"a name for entry {n}": float(n) for n in range(4)}
    assert show(entries).splitlines()[1] == " 'a name for entry 1': 1.0,"
    assert show({"one": 1.0, "two": 2.0}) == "{'one': 1.0, 'two': 2.0}"


def test_two_beliefs_in_one_prediction_do_not_hide_each_other(feedback):
    result = feedback("90.2", lambda: {"derivative": 99, "rule": "multiply"})
    assert not result.diagnosis.exact
    assert "It looks as if you believe: “contributions" in text_of(result)
    assert "One of the parts that are not right: ['rule']." in text_of(result)
    assert feedback("90.2", lambda: {"derivative": 99, "rule": "divide"}).diagnosis is None


def test_a_belief_that_calls_an_entry_right_needs_it_to_be(feedback):
    result = feedback("90.2", lambda: {"derivative": 28, "rule": "multiply"})
    assert result.diagnosis.title == "contributions of branches multiply."
    assert feedback("90.2", lambda: {"derivative": 28, "rule": "divide"}).diagnosis is None


def test_a_class_is_checked_through_its_probe(feedback, sample):
    class Dual:
        def __init__(self, x, x_dot):
            self.x, self.x_dot = x, x_dot

        def __mul__(self, other):
            return Dual(self.x * other.x, self.x_dot * other.x_dot)

    assert feedback("90.4", Dual).diagnosis.belief == 2
    del Dual.__mul__
    assert "unsupported operand" in text_of(feedback("90.4", Dual))
    assert feedback("90.4", lambda *args: None).status is Status.WRONG


# --- hostile and broken answers ------------------------------------------------------------------


class AlwaysEqual:
    __hash__ = None

    def __eq__(self, other):
        return True

    def __array__(self, *args, **kwargs):
        raise RuntimeError("no")

    def __repr__(self):
        raise RuntimeError("no")

    def __getattr__(self, name):
        raise RuntimeError("no")

    def __float__(self):
        return 6.0


class EqualFloat(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


class EqualArray(np.ndarray):
    def __eq__(self, other):
        return True

    __hash__ = None


def raising(error):
    def function(x, x_dot):
        raise error

    return function


class BadError(Exception):
    def __str__(self):
        raise RuntimeError("not even this")


def recursing(x, x_dot):
    return recursing(x, x_dot)


class BadSignature:
    @property
    def __signature__(self):
        raise SystemExit

    def __call__(self, x, x_dot):
        return AlwaysEqual()


class HostileModule(types.ModuleType):
    def __call__(self, *args):
        return {AlwaysEqual: 1}


@pytest.mark.parametrize(
    "answer",
    [
        lambda x, x_dot: AlwaysEqual(),
        lambda x, x_dot: [AlwaysEqual()] * 3,
        lambda x, x_dot: EqualFloat(0),
        lambda x, x_dot: np.zeros(1).view(EqualArray),
        lambda x, x_dot: np.array(AlwaysEqual(), dtype=object),
        lambda x, x_dot: np.ma.masked_all(1),
        lambda x, x_dot: 10**5000,
        lambda x, x_dot: 10**300,
        lambda x, x_dot: "<script>alert(1)</script>" * 1000,
        lambda x, x_dot: "\x1b[31m\u202e\0",
        lambda x, x_dot: np.zeros(2_000_000),
        lambda x, x_dot: {"a": {"b": [np.zeros((3, 3, 3))] * 50}},
        lambda x, x_dot: x_dot.__class__,
        lambda x, x_dot: sys.exit(0),
        lambda x, x_dot: print("x\n" * 1_000_000),
        raising(SystemExit("bye")),
        raising(GeneratorExit()),
        raising(MemoryError()),
        raising(BadError()),
        raising(ValueError("<b>\n" * 1000)),
        recursing,
    ],
)
def test_hostile_answers_are_wrong_and_harmless(feedback, answer):
    is_wrong_and_harmless(feedback, answer)


def test_hostile_objects_in_place_of_a_function(feedback):
    for answer in (BadSignature(), HostileModule("m"), AlwaysEqual(), 3.5, None, []):
        is_wrong_and_harmless(feedback, answer)


def is_wrong_and_harmless(feedback, answer):
    result = feedback("90.1", answer)
    assert result.status is Status.WRONG
    assert result.points == 0
    text_of(result)
    html = feedback_html(result)
    assert "<script>" not in html
    assert "<b>" not in html
    assert len(html) < 10_000


def test_a_flood_of_recursion_says_so(feedback):
    assert "calls itself without end" in text_of(feedback("90.1", recursing))


def test_settings_that_an_answer_leaves_behind_are_undone(feedback):
    def careless(x, x_dot):
        np.seterr(all="raise")
        sys.stdout = None
        return 2 * x * x_dot

    before = np.geterr()
    stdout = sys.stdout
    assert feedback("90.1", careless).right
    assert np.geterr() == before
    assert sys.stdout is stdout


def test_the_same_answer_gives_the_same_feedback(feedback):
    def answer(x, x_dot):
        return object()

    assert repr(feedback("90.1", answer)) == repr(feedback("90.1", answer))


def test_html_is_readable_without_colour(feedback):
    html = feedback_html(feedback("90.1", lambda x, x_dot: x + x))
    assert 'aria-label="Feedback on exercise 90.1: Not right yet"' in html
    assert "<h4>" in html
    assert html.count('scope="col"') == 2
    assert "<code>x_dot</code>" in html


def test_html_stresses_what_stands_between_asterisks(feedback):
    html = feedback_html(feedback("90.2", lambda: {"derivative": 28, "rule": "add"}))
    assert "collected so far, <em>twice</em>." in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("the *value*, not *z*.", "the <em>value</em>, not <em>z</em>."),
        ("In `a * b * c` and `*args`", "In <code>a * b * c</code> and <code>*args</code>"),
        ("f(*args, **kwargs), 2*x*y, 3 * x * y", "f(*args, **kwargs), 2*x*y, 3 * x * y"),
        ("*<b>bold</b>*", "<em>&lt;b&gt;bold&lt;/b&gt;</em>"),
        ("`*<i>*` and *`code`*", "<code>*&lt;i&gt;*</code> and *<code>code</code>*"),
    ],
)
def test_only_words_between_asterisks_are_stressed(text, html):
    told = Diagnosis(None, "b", text, exact=True)
    shown = Feedback("90.1", "", Status.WRONG, "", diagnosis=told)
    assert html in feedback_html(shown)


def test_a_learners_text_is_not_stressed(feedback):
    def stops(x, x_dot):
        raise ValueError("not *this* <b>")

    html = feedback_html(feedback("90.1", stops))
    assert "not *this* &lt;b&gt;" in html


def test_checking_needs_only_numpy():
    """A learner's import is quick: what only authors need is not imported."""
    code = "import sys, course_lib.checks; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"nbformat", "jupytext", "IPython", "matplotlib"} & set(loaded)
