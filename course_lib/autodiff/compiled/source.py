"""From a record to Python source: names, constants, and where each result is kept."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_lib.autodiff.compiled.recording import Line, Ref, references
from course_lib.autodiff.compiled.rewriting import added_at, is_basic
from course_lib.autodiff.compiled.scalars import is_square, keeps_its_meaning, python_floats
from course_lib.autodiff.compiled.simplify import is_elementwise, needed
from course_lib.autodiff.compiled.words import (
    IN_PLACE,
    INFIX,
    METHODS,
    change,
    expression,
    function_name,
    start,
)
from course_lib.autodiff.rules.structure import put_back
from course_lib.autodiff.trace import RULES

#: Names that the source uses itself.
RESERVED = {"np", "float"}
AT_THE_END = 10**9
MULTIPLY = RULES[np.multiply]


class Writer:
    """Writes one operation a line, and lets results take the place of those no longer needed.

    A result may share its memory with others: ``x.T`` looks at ``x``. Such results form a family,
    and its memory is free when the last of them has been used for the last time.
    """

    def __init__(
        self,
        lines: Sequence[Line],
        names: dict[int, str],
        taken: set[str],
        known: dict[int, str],
    ) -> None:
        self.lines, self.names = lines, dict(names)
        self.namespace: dict[str, Any] = {"np": np}
        self.text: list[str] = []
        self._known = known  # names of arrays that the function uses, by id
        self._bound: dict[int, str] = {}
        self._taken = {*taken, *names.values()}
        self._count = 0
        self._family = {line: line for line in names}
        self._of_caller = set(names)  # lines whose memory is the caller's
        self._is_view: set[int] = set()
        self._last: dict[int, int] = {}
        self._free: dict[Any, list[str]] = {}
        self.floats: set[int] = set()  # lines whose results are Python floats

    def write(self, outputs: Sequence[int]) -> None:
        """Write all operations that the outputs need."""
        order = needed(self.lines, outputs)
        self.floats = python_floats(self.lines, order)
        for index in order:
            self._family[index] = self._root(index)
        for index in order:
            for used in references(self.lines[index]):
                self._last[self._family[used]] = index
        for index in outputs:
            self._last[self._family[index]] = AT_THE_END
        for index in order:
            self._write(index)
            self._release(index)

    def _root(self, index: int) -> int:
        """The eldest of the family, whose memory the result may share; itself if that is new."""
        line = self.lines[index]
        used = [i for i in references(line) if isinstance(self.lines[i].value, np.ndarray)]
        if self._is_new(index) or not used:
            return index
        root = self._family[used[0]]
        for other in used[1:]:  # families that marry become one
            for member, family in list(self._family.items()):
                if family == self._family[other]:
                    self._family[member] = root
        return root

    def _is_new(self, index: int) -> bool:
        """Whether the operation always makes a new array."""
        line = self.lines[index]
        return isinstance(line.function, np.ufunc) or line.function in METHODS or _adds_at(line)

    def _write(self, index: int) -> None:
        line = self.lines[index]
        words = self._words(index)
        if index in self.floats and is_square(line):
            line, words = Line(line.value, MULTIPLY), words[:1] * 2
        target = self._place(index)
        if target is not None:
            name, text = target, self._over(target, line, words)
        elif _adds_at(line):
            name = self._new_name()
            text = f"{name} = {start(line, words)}\n{change(line, name, words)}"
        else:
            text = expression(line, words, self.bind)
            if line.function is np.transpose and text.endswith(".T"):  # costs nothing:
                self.names[index] = text  # written where it is used
                return
            name = self._new_name()
            text = f"{name} = {text}"
        self.names[index] = name
        self._append(text.split("\n"), line.quiet and index not in self.floats)

    def _append(self, text: list[str], quiet: bool) -> None:
        if quiet:
            if not (self.text and self.text[-1].startswith(" ")):
                self.text.append('with np.errstate(all="ignore"):')
            text = [f"    {part}" for part in text]
        self.text += text

    def _place(self, index: int) -> str | None:
        """The name of an array that nobody needs any more, for the result to be written over."""
        line = self.lines[index]
        if index in self.floats:
            return self._place_of_number(index)
        if line.primitive is added_at:
            x = line.args[0]
            alone = isinstance(x, Ref) and self._is_only_use(x.line, index)
            return self.names[x.line] if alone else None
        if not line.shape or line.kwargs or not isinstance(line.function, np.ufunc):
            return None
        if is_elementwise(line):
            for used in references(line):
                if self._is_only_use(used, index):
                    return self.names[used]
        free = self._free.get((line.shape, line.dtype), [])
        return free.pop() if free else None

    def _place_of_number(self, index: int) -> str | None:
        """The name of a Python float that nobody needs any more."""
        for used in references(self.lines[index]):
            if self._last[used] == index and self.lines[used].primitive is not None:
                return self.names[used]
        free = self._free.get(float, [])
        return free.pop() if free else None

    def _is_only_use(self, used: int, index: int) -> bool:
        """Whether an argument is needed no more, and no other argument shares its memory."""
        family = [i for i in references(self.lines[index]) if self._family[i] == self._family[used]]
        return self._ends_here(used, index) and set(family) == {used}

    def _ends_here(self, used: int, index: int) -> bool:
        a, b = self.lines[used], self.lines[index]
        return (
            self._owns(used)
            and self._last[self._family[used]] == index
            and (a.shape, a.dtype) == (b.shape, b.dtype)
        )

    def _owns(self, index: int) -> bool:
        """Whether the result is a new array with a name of its own, made by this function."""
        new = self.lines[index].primitive is not None and self._is_new(index)
        return new and self._family[index] == index and bool(self.lines[index].shape)

    def _over(self, target: str, line: Line, words: Sequence[str]) -> str:
        function = line.function
        if line.primitive is added_at:
            return change(line, target, words)
        if function in IN_PLACE and words[0] == target:
            return f"{target} {INFIX[function]}= {words[1]}"
        if function in (np.add, np.multiply) and words[1] == target:
            return f"{target} {INFIX[function]}= {words[0]}"
        if not line.shape:
            return f"{target} = {expression(line, words, self.bind)}"
        return f"{function_name(function, self.bind)}({', '.join(words)}, out={target})"

    def _release(self, index: int) -> None:
        """After a line, give back the memory of families that were used for the last time."""
        for root in {self._family[i] for i in references(self.lines[index])}:
            if self._last.get(root) != index or self.names[root] == self.names[index]:
                continue
            line = self.lines[root]
            if self._owns(root):
                self._free.setdefault((line.shape, line.dtype), []).append(self.names[root])
            elif root in self.floats and line.primitive is not None:
                self._free.setdefault(float, []).append(self.names[root])

    # Names ---------------------------------------------------------------------------------------

    def result(self, index: int) -> str:
        """The value of a line as NumPy has it."""
        name = self.names[index]
        return f"np.float64({name})" if index in self.floats else name

    def hand_out(self, index: int) -> bool:
        """Give an array to the caller; false if the caller has its memory already."""
        families = {self._family[line] for line in self._of_caller}
        self._of_caller.add(index)
        return self._family[index] not in families

    def _words(self, index: int) -> list[str]:
        line = self.lines[index]
        if index in self.floats or keeps_its_meaning(line, self.lines, self.floats):
            return [self.word(a, line, self.names.__getitem__) for a in line.args]
        return [self.word(a, line, self.result) for a in line.args]

    def word(self, x: Any, line: Line, named: Callable[[int], str]) -> str:
        """An argument as it stands in the source."""
        if isinstance(x, Ref):
            return named(x.line)
        if isinstance(x, np.floating) and self._may_be_literal(x, line):
            return repr(float(x))
        if type(x) is complex and not line.shape:  # Python's would not ask NumPy
            dtypes = [self.lines[i].dtype for i in references(line)]
            return self.bind(np.result_type(x, *dtypes).type(x))
        return self.bind(x)

    def _may_be_literal(self, x: np.floating, line: Line) -> bool:
        """Whether a Python number in place of a NumPy number gives the same dtype."""
        others = [self.lines[i].dtype for i in references(line)]
        return bool(np.isfinite(x)) and all(x.dtype == d for d in others)

    def bind(self, x: Any) -> str:
        """A value: that of a line by its name, a constant written out or, if long, named."""
        if isinstance(x, Ref):
            return self.result(x.line)
        if x is None or type(x) in (bool, int, str, slice) or x is Ellipsis:
            return _slice(x) if type(x) is slice else repr(x)
        if type(x) is float and np.isfinite(x):
            return repr(x)
        if type(x) in (tuple, list):
            inside = ", ".join(map(self.bind, x))
            if type(x) is list:
                return f"[{inside}]"
            return f"({inside},)" if len(x) == 1 else f"({inside})"
        if isinstance(x, type | np.dtype) and np.dtype(x).kind in "fiubc":
            return f"np.{np.dtype(x).name}"
        return self._named(x)

    def key(self, x: Any) -> str:
        """A key of a dict, which has to be the very same object if it cannot be written out."""
        if type(x) is tuple:
            return f"({', '.join(map(self.key, x))}{',' * (len(x) == 1)})"
        return repr(x) if type(x) in (str, int, bool) else self._named(x)

    def _named(self, x: Any) -> str:
        if id(x) not in self._bound:
            name = self._known.get(id(x)) or getattr(x, "__name__", "").lstrip("_")
            name = free_name(identifier(name) if name else "c1", self._taken)
            self._bound[id(x)] = name
            self.namespace[name] = x
        return self._bound[id(x)]

    def _new_name(self) -> str:
        while True:
            self._count += 1
            if f"v{self._count}" not in self._taken:
                return f"v{self._count}"


def _adds_at(line: Line) -> bool:
    """Whether the operation starts from a new array and adds values to a part of it."""
    return line.primitive is added_at or (line.primitive is put_back and is_basic(line.args[1]))


def _slice(x: slice) -> str:
    ends = ["" if end is None else str(end) for end in (x.start, x.stop)]
    return ":".join(ends if x.step is None else [*ends, str(x.step)])


def _next(name: str) -> str:
    stem = name.rstrip("0123456789")
    return f"{stem}{int(name[len(stem) :] or 1) + 1}"


def identifier(text: str) -> str:
    """A Python name made of any text.

    >>> identifier("params[0]['w']"), identifier("lambda")
    ('params_0_w', 'lambda_')
    """
    text = unicodedata.normalize("NFKC", text)  # as Python does with names
    text = "".join(c if f"x{c}".isidentifier() else " " for c in text)
    name = re.sub(r"\W+", "_", text).strip("_") or "x"
    name = name if name.isidentifier() else f"x{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


def free_name(name: str, taken: set[str]) -> str:
    """The name, with a number behind it if it is taken; the result is taken from now on."""
    while name in taken:
        name = _next(name)
    taken.add(name)
    return name
