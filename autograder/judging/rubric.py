"""What a judge writes with: criteria, points, rationale and hint. ``judges.py`` imports `autograder.judging` alone.

A judge is a function in ``exercises/<id>/judges.py`` named after its test. It gets a `Rubric` and opens one criterion
after the other; each earns its points or says what was seen instead::

    def generator(rubric: Rubric) -> None:
        with rubric.criterion("forward", points=2, hint="The hidden layer is ReLU, the output a sigmoid.") as c:
            c.close("images", "the images of a known network")

Nothing here trusts an answer: arrays arrive with plain numeric dtypes only, and whatever goes wrong while one
criterion is judged ends that criterion and no other.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

import numpy as np

__all__ = ["CUT", "Criterion", "Judgement", "Outcome", "Rubric", "Verdict", "alike", "how_many"]

Array = np.ndarray
"""An answer's value: bool, integer or float dtype, any shape; a number is an array of shape ``()``."""


class Outcome(StrEnum):
    """How a criterion ended: *not reached* means that it could not be asked, and the rationale says why."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_REACHED = "not reached"


@dataclass(frozen=True)
class Verdict:
    """The end of one criterion. ``points`` is 0 or ``max_points``; ``hint`` is empty for a passed criterion."""

    criterion: str
    outcome: Outcome
    points: float
    max_points: float
    rationale: str
    hint: str = ""


@dataclass(frozen=True)
class Judgement:
    """All verdicts on one test. Points are their sum."""

    test: str
    verdicts: tuple[Verdict, ...] = field(default_factory=tuple)

    @property
    def points(self) -> float:
        """Points earned, between 0 and `max_points`."""
        return sum(verdict.points for verdict in self.verdicts)

    @property
    def max_points(self) -> float:
        """Points that could be earned."""
        return sum(verdict.max_points for verdict in self.verdicts)

    @property
    def outcome(self) -> Outcome:
        """*Passed* with every criterion passed, *not reached* with none reached, else *failed*."""
        outcomes = {verdict.outcome for verdict in self.verdicts}
        return outcomes.pop() if len(outcomes) == 1 else Outcome.FAILED


STUMBLES = (ValueError, TypeError, IndexError, OverflowError, FloatingPointError)
"""What an answer of a form that the judge did not think of may raise: it earns nothing and spoils nothing."""


STUBBED = re.compile(r"stubbed [^:]*: ")
"""What `autograder.inside.asking.Record` puts before the name of what is asked with stubs."""


def _near(value: Array, expected: Array, rtol: float, atol: float) -> Array:
    """Where finite values are close to those expected: `numpy.isclose`, at a fifth of its price for small arrays."""
    expected = expected.astype(np.float64)
    return (np.abs(value.astype(np.float64) - expected) <= atol + rtol * np.abs(expected)) & np.isfinite(expected)


def alike(value: Array, expected: Array, rtol: float = 1e-3, atol: float = 1e-4) -> bool:
    """Same shape and close everywhere; NaN and infinity are like nothing."""
    return (
        value.shape == expected.shape
        and bool(np.isfinite(value).all())
        and bool(_near(value, expected, rtol, atol).all())
    )


def how_many(wrong: Array) -> str:
    """How many values are wrong, as roughly as feedback may say it.

    A count would tell, attempt by attempt, which of the guessed values are right; the size of an error tells the value.
    """
    if wrong.size == 1:
        return "it is another value"
    share = wrong.mean()
    return f"{'all' if share == 1 else 'most' if share > 0.5 else 'some'} of the values differ"


FACTORS = {-1.0: "have the opposite sign", 2.0: "are twice as large as they should be", 0.5: "are half as large"}


def _all_by_one_factor(value: Array, expected: Array, rtol: float, atol: float) -> str:
    """The end of a sentence on values that differ from all those expected, three or more, in one simple way."""
    if len(np.unique(np.abs(expected))) > 2:
        for factor, words in FACTORS.items():
            if _near(value, factor * expected.astype(np.float64), rtol, atol).all():
                return f": they {words}"
    return ""


class _Failed(Exception):
    """The criterion is not met; the message is the rationale. A ``hint`` takes the place of the criterion's own."""

    def __init__(self, rationale: str, hint: str = "") -> None:
        super().__init__(rationale)
        self.hint = hint


CUT = (
    "Look for what cuts the gradient on its way: a NumPy function, `float(...)` or `.numpy()`, `ops.stop_gradient`, a "
    "comparison or a rounding. Compute with `keras.ops` all the way."
)
"""The hint where a gradient does not pass: it is no matter of the formula."""


class _NotReached(Exception):
    """The criterion could not be asked; the message is the reason."""


def _stumbled(error: Exception) -> _Failed:
    return _Failed(f"The answer could not be compared ({type(error).__name__}).")


@functools.lru_cache(maxsize=4096)
def _question(key: str) -> str:
    """The question to which an answer belongs, or one of its parts or cases."""
    return re.split(r"[.\[]", key, maxsplit=1)[0]


class Criterion:
    """What the body of one ``with rubric.criterion(...)`` block sees."""

    def __init__(
        self,
        answer: Mapping[str, Array],
        reference: Mapping[str, Array],
        stopped: str,
        reasons: Mapping[str, str] | None = None,
    ) -> None:
        """``stopped`` says why the probe did not answer to its end, ``reasons`` why each of its questions did not."""
        self._answer = answer
        self._reference = reference
        self._stopped = stopped
        self._reasons = reasons or {}
        self._questions = set(map(_question, reference))
        self._way = self._within = ""

    # What is looked at

    @property
    def ways(self) -> list[Criterion]:
        """This, and itself once for each way in which questions were asked with stubs: there it sees those answers.

        What was not asked so, such as inputs, it sees as it is.
        """
        found = (match[0] for match in map(STUBBED.match, self._reference) if match)
        return [self, *(self._view(way=way) for way in dict.fromkeys(found))]

    @property
    def stubbed(self) -> Criterion:
        """Itself, looking at what was asked with stubs, where that was in one way."""
        _, stubbed = self.ways
        return stubbed

    def of(self, question: str) -> Criterion:
        """Itself, looking at the parts of the answer to ``question``."""
        return self._view(within=f"{self._within}{question}.")

    def each(self, question: str) -> list[Criterion]:
        """Itself once for each case of ``question``, looking at the parts of its answer."""
        start = self._key(f"{question}[")
        cases = {key.removeprefix(start).partition("]")[0] for key in self._reference if key.startswith(start)}
        return [self.of(f"{question}[{k}]") for k in range(len(cases))]

    def cases(self, question: str) -> list[str]:
        """The names of the answers to all cases of ``question``; or its own, if it has one answer."""
        if self._key(question) in self._reference:
            return [question]
        names = (f"{question}[{k}]" for k in range(len(self._reference)))
        return list(itertools.takewhile(lambda name: self._key(name) in self._reference, names)) or [question]

    def _view(self, way: str | None = None, within: str | None = None) -> Criterion:
        view = object.__new__(Criterion)  # as `copy.copy` would, and judges look at hundreds
        view.__dict__.update(self.__dict__)
        view._way = self._way if way is None else way
        view._within = self._within if within is None else within
        return view

    def _key(self, name: str) -> str:
        """The full name of an answer: of its question as it was asked this way, or, if it was not, as it was asked."""
        key = self._within + name
        return self._way + key if _question(self._way + key) in self._questions else key

    # What is expected

    def expect(self, holds: bool | np.bool_, rationale: str, hint: str = "") -> None:
        """Fail the criterion with ``rationale`` (what was seen) unless ``holds``.

        Where the criterion's own hint would point elsewhere, give a ``hint`` that takes its place.
        """
        if not bool(holds):
            raise _Failed(rationale, hint)

    def either(self, *checks: Callable[[], None]) -> None:
        """Pass if one of ``checks`` ends without a failure; else fail as the first does that could be asked."""
        failures: list[_Failed | _NotReached] = []
        for check in checks:
            try:
                check()
            except (_Failed, _NotReached) as failure:
                failures.append(failure)
            except STUMBLES as error:
                failures.append(_stumbled(error))
            else:
                return
        raise next((failure for failure in failures if isinstance(failure, _Failed)), failures[0])

    def either_way(self, check: Callable[..., None], *args: Any) -> None:
        """``check(c, *args)`` holds for the answers as the notebook is, or for those with something known elsewhere.

        A part that uses another of the student's parts is asked twice, the second time with something known in that
        other part's place; ``c`` is this criterion, looking at the one or at the other.
        """
        self.either(*(partial(check, way, *args) for way in self.ways))

    def array(self, key: str, what: str) -> Array:
        """The answer ``key`` as it came, for a judge that compares it by itself.

        ``what`` names it in sentences ("the images"). Not reached if the probe stopped before it gave this answer.
        """
        full = self._key(key)
        if full not in self._answer:
            raise _NotReached(self._reason(full) or f"{what} could not be read")
        return self._answer[full]

    def arrays(self, question: str, what: str, count: int | None = None) -> list[Array]:
        """The answers to all cases of ``question``; or to the first ``count``, if their number is the answer's own."""
        names = self.cases(question) if count is None else (f"{question}[{k}]" for k in range(count))
        return [self.array(name, what) for name in names]

    def _reason(self, key: str) -> str:
        """Why the question that should have given ``key`` did not."""
        for question, reason in self._reasons.items():
            if key == question or key.startswith((f"{question}.", f"{question}[")):
                return reason
        return self._stopped

    def number(self, key: str, what: str) -> float:
        """The answer ``key`` as one finite number; fails on an array with more than one element, NaN or infinity."""
        value = self.array(key, what)
        self.expect(value.size == 1, f"{what}: one number was expected, an array of shape {value.shape} came")
        self.expect(np.isfinite(value).all(), f"{what}: the number is not finite ({value.item()})")
        return float(value.item())

    def reference(self, key: str) -> Array:
        """What the solution answered to the same question."""
        return self._reference[self._key(key)]

    def references(self, question: str) -> list[Array]:
        """What the solution answered to all cases of ``question``."""
        return [self.reference(name) for name in self.cases(question)]

    def finite(self, key: str, what: str) -> Array:
        """The answer ``key``, of the reference's exact shape, numeric and finite everywhere."""
        value, expected = self.array(key, what), self.reference(key)
        self.expect(
            value.shape == expected.shape, f"{what}: an array of shape {value.shape} came, which is not the right shape"
        )
        self.expect(value.dtype.kind in "iuf", f"{what}: numbers were expected, {value.dtype} came")
        bad = int(value.size - np.isfinite(value).sum())
        self.expect(bad == 0, f"{what}: {bad} of {value.size} values are NaN or infinite")
        return value

    def close(self, key: str, what: str, *, rtol: float = 1e-4, atol: float = 1e-5) -> None:
        """Fail unless answer and reference agree in shape and, within ``rtol`` and ``atol``, in every value.

        Of a question with several cases, in all of them.
        """
        for name in self.cases(key):
            value, expected = self.finite(name, what), self.reference(name)
            right = _near(value, expected, rtol, atol)
            if not right.all():
                raise _Failed(f"{what}: {how_many(~right)}{_all_by_one_factor(value, expected, rtol, atol)}")

    def differentiable(self, key: str, what: str, *, alike: bool = True) -> None:
        """Fail unless the answer ``key``, what `gradient_sizes` gave, says that gradients pass.

        And that they have the reference's sizes, in any order, so that a mere claim earns nothing. Only where a
        criterion is also met by other values than the reference's, and so by other gradients, give ``alike=False``.
        """
        sizes = np.sort(self.finite(key, f"the gradients through {what}"), axis=None)
        passes = sizes.size > 0 and bool((sizes > 0).all())
        self.expect(passes, f"No gradient passes through {what}, so nothing could be trained.", CUT)
        right = np.sort(self.reference(key), axis=None)
        self.expect(
            not alike or np.allclose(sizes, right, rtol=1e-2),
            f"The gradients through {what} are not of the size that those of the right function have.",
            CUT,
        )


class Rubric:
    """Collects the verdicts of one test while its judge runs."""

    def __init__(
        self,
        test: str,
        answer: Mapping[str, Array],
        reference: Mapping[str, Array],
        stopped: str = "",
        reasons: Mapping[str, str] | None = None,
    ) -> None:
        """``answer`` and ``reference`` are what the probe returned; for the others see `Criterion`."""
        self.test = test
        self._criterion = Criterion(answer, reference, stopped, reasons)
        self._verdicts: list[Verdict] = []

    @contextmanager
    def criterion(self, name: str, *, points: float, hint: str, passed: str = "As asked.") -> Iterator[Criterion]:
        """Open a criterion worth ``points``: all of them if the block ends, none if an expectation in it fails.

        ``passed`` is the rationale when it is met; ``hint`` is shown when it is not, and says where to look without
        giving the answer away.
        """
        outcome, rationale = Outcome.PASSED, passed
        own_hint = ""
        try:
            yield self._criterion
        except _Failed as failure:
            outcome, rationale, own_hint = Outcome.FAILED, str(failure), failure.hint
        except _NotReached as reason:
            outcome, rationale = Outcome.NOT_REACHED, str(reason)
        except STUMBLES as error:
            outcome, rationale = Outcome.FAILED, str(_stumbled(error))
        passed_it = outcome is Outcome.PASSED
        self._verdicts.append(
            Verdict(
                name, outcome, points if passed_it else 0.0, points, rationale, "" if passed_it else own_hint or hint
            )
        )

    @property
    def judgement(self) -> Judgement:
        """The verdicts so far."""
        return Judgement(self.test, tuple(self._verdicts))
