"""A program that has understood nothing answers every test: a criterion that it earns is given for nothing.

It knows what an attacker inside knows: the probes, what they yield by themselves, the inputs that reach the student's
code, and the form of every answer. It computes nothing with them. Each criterion is attacked by itself: from the answer
that came furthest, the value at which the judge stopped is replaced by whatever comes further.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from autograder.course import Assignment, written_by_hand
from autograder.judging import Criterion, Rubric
from autograder.judging.judge import Judge
from autograder.running import kernel_pool
from autograder.running.probe_calls import ProbeCall, probe_calls
from autograder.running.probe_results import ProbeResult

__all__ = ["Earned", "attack", "complaints", "oracles", "stand_ins", "unanchored"]

Array = np.ndarray
Values = Mapping[str, Array]

FILLINGS = ("zeros", "ones", "random", "echo", "last", "mean", "drawn")
"""What functions that have understood nothing return; `autograder.inside.stand_ins` knows them."""

UNANCHORED = "unanchored.toml"
MOST = 1.0
"""Points of a lesson that may be had for nothing, each criterion with a reason in `UNANCHORED`."""
ROUNDS = 40
"""How many values of one answer are replaced before the attack on a criterion is given up."""


@dataclass(frozen=True)
class Earned:
    """A criterion that the attacker earned, and with what."""

    test: str
    criterion: str
    points: float
    attack: str

    @property
    def name(self) -> str:
        """As `wrong/` and `UNANCHORED` name it."""
        return f"{self.test}/{self.criterion}"


# What is known inside ------------------------------------------------------------------------------------------------


def stand_ins(
    assignment: Assignment, kernels: kernel_pool.KernelPool, tests: Sequence[str] = (), variant: int = 0
) -> dict[str, dict[str, ProbeResult]]:
    """What probes tell of functions that have understood nothing: answers by test and by the functions' filling.

    They are asked with the seeds of this ``variant``, so they belong to its reference.
    """
    names = sorted(_defined(assignment))
    tests = tests or list(assignment.tests)
    asked = {(test, filling): f"{test}__{filling}" for test in tests for filling in FILLINGS}
    probes = "\n".join(
        [
            assignment.probes,
            "from autograder.inside.stand_ins import stood_in as _stood_in",
            *(f"{name} = _stood_in({test}, {names}, {filling!r})" for (test, filling), name in asked.items()),
        ]
    )
    seeds = {call.test: call.seed for call in probe_calls(assignment, variant)}
    put = [ProbeCall(name, seeds[test]) for (test, _), name in asked.items()]
    answers = kernel_pool.run(kernels, assignment.solution, probes, put, patience=kernel_pool.PATIENCE).answers
    return {test: {filling: answers[asked[test, filling]] for filling in FILLINGS} for test in tests}


def _defined(assignment: Assignment) -> set[str]:
    """The functions and classes that blanks define."""
    cells = (cell for cell in assignment.solution.cells if cell.metadata.get("nbgrader", {}).get("solution"))
    return {
        statement.name
        for cell in cells
        if cell.cell_type == "code"
        for statement in ast.parse(cell.source).body
        if isinstance(statement, ast.FunctionDef | ast.ClassDef)
    }


# What it answers -----------------------------------------------------------------------------------------------------


def _fillings() -> dict[str, Callable[[tuple[int, ...]], Array]]:
    """Arrays of any shape that follow from nothing."""
    random = np.random.default_rng(11)
    constants = (0.0, 1.0, -1.0, 0.5, 2.0, 1e-3, 1e-6, 1e3, 1e9, np.nan, np.inf)
    return {
        **{f"{value:g}": partial(np.full, fill_value=value) for value in constants},
        "true": lambda shape: np.ones(shape, bool),
        "uniform": lambda shape: random.uniform(0, 1, shape),
        "uniform on both sides": lambda shape: random.uniform(-1, 1, shape),
        "narrow": lambda shape: random.uniform(-0.1, 0.1, shape),
        "normal": lambda shape: random.normal(size=shape),
        "wide": lambda shape: 3 * random.normal(size=shape),
        "digits": lambda shape: random.integers(0, 10, shape),
        "bits": lambda shape: random.integers(0, 2, shape),
        "places": lambda shape: np.arange(np.prod(shape, dtype=int)).reshape(shape),
        "any order": lambda shape: random.permutation(np.prod(shape, dtype=int)).reshape(shape),
        "shares": lambda shape: _shares(random.uniform(size=shape)),
        "equal rows": lambda shape: np.broadcast_to(random.normal(size=shape[1:]), shape),
        "nothing and much": lambda shape: 1e6 * np.resize([0.0, 1.0], shape),
        "growing": lambda shape: np.sort(random.uniform(size=np.prod(shape, dtype=int))).reshape(shape),
    }


def _shares(values: Array) -> Array:
    return values / values.sum(axis=-1, keepdims=True) if values.ndim else values


def _stem(key: str) -> str:
    """What keys of one kind have in common: all but their numbers."""
    return re.sub(r"\d+", "#", key)


class _Watched(Criterion):
    """A criterion that tells how far it came: which expectations it met, and which answers it read.

    Both belong to all its views together.
    """

    reads: list[str]
    met: list[str]
    attacked = False

    def expect(self, holds: bool | np.bool_, rationale: str, hint: str = "") -> None:
        super().expect(holds and self.attacked, rationale, hint)
        self.met.append(rationale)

    def array(self, key: str, what: str) -> Array:
        super().expect(self.attacked, "Another criterion is attacked.")
        self.reads.append(self._key(key))
        return super().array(key, what)


class _Reached(Exception):
    """The criterion under attack has been judged."""


class _Rubric(Rubric):
    """Judges one criterion, and hurries past the others."""

    def __init__(self, test: str, answer: Values, reference: Values, target: int) -> None:
        super().__init__(test, answer, reference, "No answer.")
        self._criterion = self.watched = _Watched(answer, reference, "No answer.")
        self.watched.reads, self.watched.met = [], []
        self._target = target

    @contextmanager
    def criterion(self, name: str, *, points: float, hint: str, passed: str = "") -> Iterator[Criterion]:
        if len(self._verdicts) > self._target:
            raise _Reached
        self.watched.attacked = len(self._verdicts) == self._target
        with super().criterion(name, points=points, hint=hint, passed=passed) as c:
            yield c


@dataclass
class _Attempt:
    """An answer, what it is made of, and how far it came: whether it passed, expectations met, values read."""

    values: dict[str, Array]
    made_of: dict[str, str]
    reached: tuple[bool, int, int] = (False, -1, -1)
    read: Sequence[str] = ()


class _Test:
    """One test under attack."""

    def __init__(self, judge: Judge, test: str, told: Mapping[str, ProbeResult]) -> None:
        self.judge = judge
        self.test = test
        self.right = dict(judge.references[test].values)
        self.told = {filling: dict(answer.values) for filling, answer in told.items()}
        self.fillings = _fillings()

    @cached_property
    def own(self) -> dict[str, Array]:
        """What the probe yields whatever the student's code does: the same from all stand-ins, and right."""
        return {
            key: value
            for key, value in self.right.items()
            if all(_same(each.get(key), value) for each in self.told.values())
        }

    @cached_property
    def pool(self) -> dict[str, Array]:
        """All that is told inside: what probes yield by themselves, and the inputs of the student's code."""
        heard = {
            key: value
            for filling in ("zeros", "echo")
            for key, value in self.told.get(filling, {}).items()
            if key.startswith("heard")
        }
        told = {**self.own, **heard}
        different = {(value.shape, value.tobytes()): name for name, value in told.items()}
        return {name: told[name] for name in different.values()}

    def starts(self) -> Iterator[_Attempt]:
        """Whole answers: ordinary code, and every value filled alike, with or without what the probe tells."""
        for filling, values in self.told.items():
            yield _Attempt({key: values[key] for key in self.right.keys() & values.keys()}, {"": f"returns {filling}"})
        for name, fill in self.fillings.items():
            filled = {key: fill(value.shape) for key, value in self.right.items()}
            yield _Attempt(filled, {"": name})
            yield _Attempt({**filled, **self.own}, {"": f"{name}, and what the probe tells"})

    def others(self, attempt: _Attempt, key: str) -> Iterator[_Attempt]:
        """``attempt`` with another value for ``key``, or for all keys of its kind."""
        kind = [each for each in self.right if _stem(each) == _stem(key)]
        for keys in ([key], kind) if len(kind) > 1 else ([key],):
            for name, made in self.instead(attempt, key):
                values = {each: made(each) for each in keys}
                what = keys[0] if len(keys) == 1 else _stem(key)
                yield _Attempt({**attempt.values, **values}, {**attempt.made_of, what: name})

    def instead(self, attempt: _Attempt, key: str) -> Iterator[tuple[str, Callable[[str], Array]]]:
        """Whatever could stand for a key: by name, what gives its value."""
        own, shape = self.right[key], self.right[key].shape
        for name, fill in self.fillings.items():
            yield name, self._filled(fill)
        for filling, values in self.told.items():
            if key in values:
                yield f"returns {filling}", self._from(values, values[key])
        for name, value in self.pool.items():
            yield f"{name} as it is", self._from({}, value)
            if value.ndim and value.shape == shape:
                yield f"{name} in another order", self._from({}, np.random.default_rng(3).permutation(value))
            # As many numbers in another form, or the same rows again and again, may be just what was asked for.
            if value.size and value.size != own.size and value.shape[1:] != shape[1:]:
                yield f"{name} repeated or cut off", self._filled(partial(np.resize, value))
            if value.shape == shape and value.dtype.kind in "iuf":
                yield f"twice {name}", self._from({}, 2 * value)
                yield f"1 minus {name}", self._from({}, 1 - value)
        for name, value in attempt.values.items():
            if name != key and value.size == own.size:
                yield f"copy of {name}", self._filled(partial(np.resize, value))
                for other, told in self.own.items():
                    if value.shape == shape and told.ndim and _fits(told, shape):
                        yield f"{name} plus {other}", self._from({}, value + told)
        if key in self.own:
            yield "as told", self._from(self.own, own)

    def _filled(self, fill: Callable[[tuple[int, ...]], Array]) -> Callable[[str], Array]:
        return lambda key: fill(self.right[key].shape)

    def _from(self, values: Values, otherwise: Array) -> Callable[[str], Array]:
        return lambda key: values.get(key, otherwise)

    def judged(self, attempt: _Attempt, target: int) -> _Attempt:
        """``attempt``, with how far it came in the criterion of this number."""
        rubric = _Rubric(self.test, attempt.values, self.right, target)
        try:
            with np.errstate(all="ignore"):
                getattr(self.judge.assignment.judges, self.test)(rubric)
        except _Reached:
            pass
        except Exception:  # what the judge itself could not handle earns nothing
            return attempt
        verdict = rubric.judgement.verdicts[target]
        watched = rubric.watched
        attempt.reached = bool(verdict.points), len(watched.met), len(watched.reads)
        attempt.read = list(dict.fromkeys(reversed(watched.reads)))
        return attempt

    def attack(self, target: int) -> _Attempt:
        """The answer that comes furthest in the criterion of this number."""
        best = max((self.judged(start, target) for start in self.starts()), key=lambda each: each.reached)
        for _ in range(ROUNDS):
            better = self.better(best, target)
            if best.reached[0] or better is None:
                break
            best = better
        return best

    def better(self, best: _Attempt, target: int) -> _Attempt | None:
        """An answer that comes further than ``best``, by another value for one of the two keys that were read last."""
        for key in best.read[:2]:
            if key in self.right:
                for other in self.others(best, key):
                    if self.judged(other, target).reached > best.reached:
                        return other
        return None

    def earned(self) -> Iterator[Earned]:
        """Every criterion that one of the answers earns when it is judged like any other answer."""
        for target, verdict in enumerate(self.judge.full_marks(self.test).verdicts):
            attempt = self.attack(target)
            if attempt.reached[0] and self.judge.judge(self.test, ProbeResult(attempt.values)).verdicts[target].points:
                how = ", ".join(f"{key}: {what}" if key else what for key, what in attempt.made_of.items())
                yield Earned(self.test, verdict.criterion, verdict.max_points, how)


def _fits(value: Array, shape: tuple[int, ...]) -> bool:
    """Whether numbers of this shape take ``value`` into a sum, and keep their shape."""
    try:
        return value.dtype.kind in "iuf" and np.broadcast_shapes(value.shape, shape) == shape
    except ValueError:
        return False


def _same(value: Array | None, other: Array) -> bool:
    return value is not None and value.shape == other.shape and bool(np.array_equal(value, other))


def attack(judge: Judge, told: Mapping[str, Mapping[str, ProbeResult]], tests: Sequence[str] = ()) -> list[Earned]:
    """All that the attacker earns in ``tests`` (by default in all); ``told`` is what `stand_ins` gave."""
    return [each for test in tests or judge.assignment.tests for each in _Test(judge, test, told[test]).earned()]


# What feedback tells -------------------------------------------------------------------------------------------------

FIGURE = re.compile(r"-?\d+\.\d+(?:e[+-]?\d+)?|\d+e[+-]\d+")
"""A number that is neither a size nor a count; counts are looked for by themselves."""


def oracles(judges: Sequence[Judge]) -> list[str]:
    """A sentence on every rationale that reveals secret numbers: with other seeds it says others, or it counts.

    ``judges`` compare with references of different seeds, of which there are two or more.
    """
    said: dict[tuple[str, str, float], set[tuple[str, ...]]] = {}
    for judge in judges:
        for test in judge.assignment.tests:
            for constant in (0.0, 1.0, -1.0, 0.5):
                values = {key: np.full(right.shape, constant) for key, right in judge.references[test].values.items()}
                for verdict in judge.judge(test, ProbeResult(values)).verdicts:
                    figures = tuple(FIGURE.findall(verdict.rationale))
                    said.setdefault((test, verdict.criterion, constant), set()).add(figures)
    telling = {
        (test, criterion): (constant, figures)
        for (test, criterion, constant), figures in said.items()
        if len(figures) > 1
    }
    return [
        f"{test}/{criterion} says of {constant:g} everywhere what depends on secret numbers: "
        f"{' or '.join(sorted(', '.join(each) for each in figures))}."
        for (test, criterion), (constant, figures) in telling.items()
    ] + _counts(judges[0])


COUNT = re.compile(r"\d+")
FEW = (1, 3)
"""How many values of an answer are wrong, to see whether feedback tells one from the other."""


def _counts(judge: Judge) -> list[str]:
    """A sentence on every rationale that tells how many values are wrong: it counts what was guessed rightly.

    The answer stays the same, and differs from references that have a few other values; so what is quoted of the
    answer, how ever many it says there are, is no count.
    """
    found = {}
    for test in judge.assignment.tests:
        right = dict(judge.references[test].values)
        for stem in dict.fromkeys(map(_stem, right)):
            said = [_rationales(judge, test, _with_others(right, stem, count)) for count in FEW]
            for name in said[0].keys() & said[1].keys():
                counts = zip(*(COUNT.findall(each[name]) for each in said), strict=False)
                if any(int(many) - int(few) == FEW[1] - FEW[0] for few, many in counts):
                    found[name] = f"{test}/{name} tells how many values are wrong: {said[1][name]}"
    return list(found.values())


def _with_others(right: Values, stem: str, count: int) -> dict[str, Array]:
    """``right`` with so many other values in each array of this kind that has more."""
    changed = dict(right)
    for key, value in right.items():
        if _stem(key) == stem and value.size > FEW[1]:
            places = np.linspace(0, value.size - 1, count).astype(int)
            other = value.ravel().copy()
            other[places] = ~other[places] if value.dtype.kind == "b" else other[places] + 1 + np.abs(other[places])
            changed[key] = other.reshape(value.shape)
    return changed


def _rationales(judge: Judge, test: str, reference: Values) -> dict[str, str]:
    """What is said of the right answer by criterion, where it is compared with ``reference``."""
    rubric = Rubric(test, judge.references[test].values, reference)
    with suppress(Exception), np.errstate(all="ignore"):  # a judge need not bear a reference that is none
        getattr(judge.assignment.judges, test)(rubric)
    return {verdict.criterion: verdict.rationale for verdict in rubric.judgement.verdicts if not verdict.points}


# What may be earned --------------------------------------------------------------------------------------------------


def unanchored(assignment: Assignment) -> dict[str, str]:
    """The criteria that unavoidably can be earned for nothing, by test/criterion, each with the reason.

    Raises:
        CourseError: if `UNANCHORED` is malformed.
    """
    path = assignment.folder / UNANCHORED
    if not path.exists():
        return {}
    with written_by_hand(path):
        listed = tomllib.loads(path.read_text(encoding="utf-8"))
        return {
            f"{test}/{criterion}": str(reason)
            for test, reasons in listed.items()
            for criterion, reason in reasons.items()
        }


def complaints(assignment: Assignment, earned: Sequence[Earned]) -> list[str]:
    """A sentence on every criterion that is earned for nothing without a reason, or has a reason and is not earned."""
    excused, names = unanchored(assignment), {each.name for each in earned}
    said = [
        f"the machine attacker earned {each.name} ({each.points:g} points), for nothing, with: {each.attack}."
        for each in earned
        if each.name not in excused
    ]
    said += [f"{UNANCHORED} excuses {name}, which nobody earns for nothing." for name in sorted(excused.keys() - names)]
    points = sum(each.points for each in earned if each.name in excused)
    if points > MOST:
        said.append(f"{UNANCHORED} excuses criteria of {points:g} points together; at most {MOST:g} may be.")
    return said
