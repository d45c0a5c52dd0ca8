"""Alter the derivative rules one at a time, and see whether the tests notice.

A mutant is one mistake, made while the program runs; no file is changed. It is caught if one of the
tests in tests/autodiff fails with it, and passes again without it. A mutant that no test catches
stands for a mistake that somebody could make tomorrow: add a case that catches it.

Exit code: 0 if every mutant was caught, or is listed below as equivalent, with the reason;
1 if one survived, if the list is out of date, or if a test fails without any mutation.
"""

from __future__ import annotations

import argparse
import fnmatch
import itertools
import multiprocessing
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # for `python tools/mutate_rules.py`, which puts only tools/ there

from tools.mutants_of_driver import OutOfDate, mutants_of_driver  # noqa: E402
from tools.mutants_of_rules import Mutant, mutants_of, rule_table  # noqa: E402
from tools.mutation_tests import Observations, Test, collect, fails, first_failure, observe  # noqa: E402

PIECEWISE_LINEAR = ("absolute", "maximum", "minimum", "fmax", "fmin", "remainder", "fmod")

#: Mutants that compute the same numbers as the right rule: the reason, and patterns of their names.
#: In a pattern, * stands for any text, and brackets are brackets.
EQUIVALENT = {
    "the partial derivative is piecewise constant, so its own derivative is 0": [
        f"elementwise numpy.{name} rules[*]: constant for outer derivatives"
        for name in PIECEWISE_LINEAR
    ],
    "the partial derivative is 0, ½ or a whole number, which float32 holds exactly": [
        f"elementwise numpy.{name} rules[*]: rounded to float32" for name in PIECEWISE_LINEAR
    ],
    "the partial derivative is 1": [
        f"elementwise numpy.{name} rules[0]: {mistake}"
        for name in ("remainder", "fmod")
        for mistake in ("factor missing", "value taken for argument")
    ],
    "the partial derivative contains x·y, in which x and y can be exchanged": [
        "elementwise scipy.special.dawsn rules[0]: value taken for argument",
        "elementwise scipy.special.erfcx rules[0]: value taken for argument",
    ],
    "an adjoint with the axes kept has the shape that it is brought to already": [
        "custom numpy.a* vjp_rules[0]: keyword ignored: keepdims",
        "custom numpy.m* vjp_rules[0]: keyword ignored: keepdims",
        "linear numpy.sum rules[0]: keyword ignored: keepdims",
    ],
    "the rule takes the length from the adjoint": [
        "linear numpy.fft.irfft rules[0]: keyword ignored: n"
    ],
    "the keyword chooses among algorithms for the same result": [
        "composite numpy.partition: keyword ignored: kind",
        "* keyword ignored: optimize",
    ],
    "the result is a set of positions, which has no derivative": [
        "composite numpy.lexsort: no derivative"
    ],
}


class Verdict(NamedTuple):
    """What became of a mutant."""

    caught_by: str | None = None
    restored: bool = True


class Trial:
    """The mutants, and for each the tests that may notice it, the most likely first."""

    def __init__(self, mutants: Sequence[Mutant], observations: Observations) -> None:
        self.mutants, self.observations = mutants, observations

    def judge(self, number: int) -> Verdict:
        """Run tests with one mutant until one fails; that one must pass again without it."""
        mutant = self.mutants[number]
        with mutant.apply():
            failure = first_failure(self._tests_for(mutant))
        if failure is None:
            return Verdict()
        return Verdict(failure.name.removeprefix("tests.autodiff."), not fails(failure))

    def _tests_for(self, mutant: Mutant) -> list[Test]:
        if mutant.entry is None:
            return self.observations.tests
        readers = self.observations.readers[id(mutant.entry)]
        return sorted(readers, key=lambda test: test.subject is not mutant.entry.function)

    def verdicts(self, jobs: int) -> Iterator[Verdict]:
        """The verdicts in order, from several processes where the system can fork."""
        numbers = range(len(self.mutants))
        if jobs == 1 or "fork" not in multiprocessing.get_all_start_methods():
            yield from map(self.judge, numbers)
            return
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(jobs, context, _inherit, (self,)) as pool:
            yield from pool.map(_judge_inherited, numbers, chunksize=4)


_trial: Trial


def _inherit(trial: Trial) -> None:
    global _trial
    _trial = trial


def _judge_inherited(number: int) -> Verdict:
    return _trial.judge(number)


def reason(mutant: Mutant) -> str | None:
    """Why the mutant is as good as the right rule, None if it is not listed as such."""
    reasons = (why for why, patterns in EQUIVALENT.items() if _any_matches(patterns, mutant))
    return next(reasons, None)


def _any_matches(patterns: Iterable[str], mutant: Mutant) -> bool:
    without_brackets = str.maketrans("[]", "()")
    name = str(mutant).translate(without_brackets)
    return any(fnmatch.fnmatchcase(name, p.translate(without_brackets)) for p in patterns)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    start = time.monotonic()
    try:
        driver = mutants_of_driver()
    except OutOfDate as problem:
        print(problem, file=sys.stderr)
        return 1
    print("Running the tests as they are …", flush=True)
    tests = [test for test in collect() if options.tests in test.name]
    observations = observe(tests, rule_table())
    rules = [m for entry in rule_table() for m in mutants_of(entry, observations.uses)]
    mutants = [m for m in [*rules, *driver] if options.only in str(m)]
    verdicts = Trial(mutants, observations).verdicts(options.jobs)
    if sys.stderr.isatty():
        verdicts = tqdm(verdicts, total=len(mutants), unit=" mutants", leave=False)
    results = dict(zip(mutants, verdicts, strict=True))
    _print_table(results, options.verbose)
    complete = not options.only and not options.tests
    problems = [
        *(_patterns_without_mutant(mutants) if complete else ()),
        *(f"FAILS WITHOUT ANY MUTATION  {test.name}" for test in observations.failed),
        *_problems(results),
    ]
    print(*problems, sep="\n")
    print(
        f"{len(mutants)} mutants, {len(observations.tests)} tests, {time.monotonic() - start:.0f} s"
    )
    return 1 if problems else 0


def _print_table(results: dict[Mutant, Verdict], verbose: bool) -> None:
    if verbose:
        for mutant, verdict in results.items():
            print(f"{mutant}  ←  {verdict.caught_by or reason(mutant) or 'NOTHING'}")
    print(f"\n{'mistake':32} mutants  caught  equivalent  survived")
    for kind, mutants in _by_kind(results).items():
        caught = sum(results[m].caught_by is not None for m in mutants)
        equal = sum(results[m].caught_by is None and reason(m) is not None for m in mutants)
        print(f"{kind:32} {len(mutants):7} {caught:7} {equal:11} {len(mutants) - caught - equal:9}")


def _by_kind(mutants: Iterable[Mutant]) -> dict[str, list[Mutant]]:
    kinds: dict[str, list[Mutant]] = {}
    for mutant in mutants:
        kind = "in shared functions" if mutant.entry is None else mutant.kind.rstrip(":")
        kinds.setdefault(kind, []).append(mutant)
    return dict(sorted(kinds.items(), key=lambda item: -len(item[1])))


def _problems(results: dict[Mutant, Verdict]) -> Iterator[str]:
    for mutant, verdict in results.items():
        if not verdict.restored:
            yield f"NOT RESTORED  {mutant}: {verdict.caught_by} fails without it now"
        elif verdict.caught_by is None and reason(mutant) is None:
            yield f"SURVIVED  {mutant}"
        elif verdict.caught_by is not None and reason(mutant) is not None:
            yield f"NOT EQUIVALENT, as listed  {mutant}: caught by {verdict.caught_by}"


def _patterns_without_mutant(mutants: Sequence[Mutant]) -> Iterator[str]:
    for pattern in itertools.chain(*EQUIVALENT.values()):
        if not any(_any_matches([pattern], mutant) for mutant in mutants):
            yield f"NO SUCH MUTANT, listed as equivalent  {pattern}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "only",
        nargs="?",
        default="",
        help="only mutants with this in their name, such as numpy.sin",
    )
    parser.add_argument(
        "--tests", default="", metavar="TEXT", help="judge by the tests with this in their name"
    )
    parser.add_argument(
        "-j", "--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: all cores)"
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="list each mutant with the test that caught it"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
