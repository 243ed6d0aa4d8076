"""What one grading of a class found out: ``grades/<id>.json`` as frozen dataclasses.

Grading writes this file with `save`; the class report and the feedback pages read it with `load`. The file is plain
JSON whose keys are the field names below. Anything else in it (an unknown key, a text for a number, NaN) is refused
with a sentence that names the place, so that a page never shows half a truth.
"""

from __future__ import annotations

import dataclasses
import json
import math
import typing
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from autograder.files import write_atomically
from autograder.judging import Verdict

__all__ = [
    "VERSION",
    "ClassResults",
    "Item",
    "ItemOutcome",
    "ItemResult",
    "Kind",
    "Move",
    "ResultsError",
    "Status",
    "StudentResult",
    "load",
    "moves",
    "save",
]

VERSION = 1
"""Version of the file's form; a file of another version is refused."""


class ResultsError(ValueError):
    """The file is not what grading writes; the message says where and why."""


class Kind(StrEnum):
    """How an item earns points: a *test* is judged by the grader, a *question* by hand."""

    TEST = "test"
    QUESTION = "question"


class Status(StrEnum):
    """How a student's run ended.

    *Failed* means that it could not be graded to its end, *ungraded* that it came after the last grading, *missing*
    that nothing came, or that it was taken away again.
    """

    GRADED = "graded"
    FAILED = "failed"
    UNGRADED = "ungraded"
    MISSING = "missing"


class ItemOutcome(StrEnum):
    """How an item ended; *by hand* is the outcome of every question, graded or still waiting."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_REACHED = "not reached"
    BY_HAND = "by hand"


@dataclass(frozen=True)
class Item:
    """One graded item of the assignment: a test or a written question."""

    name: str
    kind: Kind
    max_points: float


@dataclass(frozen=True)
class ItemResult:
    """One item of one student. ``points`` is None while the item waits for a manual grade.

    ``review`` says that the text of the answer has changed since it was graded by hand.
    """

    name: str
    kind: Kind
    points: float | None
    max_points: float
    outcome: ItemOutcome
    comment: str = ""
    criteria: tuple[Verdict, ...] = ()
    review: bool = False

    @property
    def share(self) -> float:
        """Points earned as a share of those to be had, between 0 and 1; 0 while the item waits."""
        return min(1.0, (self.points or 0.0) / self.max_points) if self.max_points else 0.0


@dataclass(frozen=True)
class StudentResult:
    """One student. ``points`` counts what is graded so far, before the late penalty.

    ``reason`` is a sentence on why the run failed or nothing came, empty if all is well. ``events`` are sentences on
    what happened on the way and did not end the run, ``attention`` those that nobody may overlook: perhaps the wrong
    file was graded. ``items`` is empty if nothing could be graded.
    """

    student: str
    status: Status
    reason: str
    points: float
    max_points: float
    late_penalty: float = 0.0
    needs_manual_grading: bool = False
    seconds: float = 0.0
    events: tuple[str, ...] = ()
    items: tuple[ItemResult, ...] = ()
    attention: tuple[str, ...] = ()

    @property
    def has_come(self) -> bool:
        """Whether there is a graded submission, be it one that failed."""
        return self.status in (Status.GRADED, Status.FAILED)

    @property
    def score(self) -> float:
        """Points after the late penalty, never below zero (as nbgrader exports it)."""
        return max(0.0, self.points - self.late_penalty)

    @property
    def waiting(self) -> tuple[ItemResult, ...]:
        """Items that wait for a grade by hand."""
        return tuple(item for item in self.items if item.points is None)

    @property
    def to_review(self) -> tuple[ItemResult, ...]:
        """Items whose answer has changed since it was graded by hand."""
        return tuple(item for item in self.items if item.review)


@dataclass(frozen=True)
class Move:
    """Points of one student's item that the last grading changed; None if they wait to be given by hand again.

    ``item`` may also be `PENALTY`, the points taken off for lateness.
    """

    student: str
    item: str
    before: float
    after: float | None


PENALTY = "late penalty"


@dataclass(frozen=True)
class ClassResults:
    """One grading of a class. ``graded_at`` is an ISO 8601 date and time; ``moved`` compares with the one before.

    ``stumbled`` names students whose results the grader itself could not read or write.
    """

    assignment: str
    title: str
    graded_at: str
    max_points: float
    items: tuple[Item, ...] = ()
    students: tuple[StudentResult, ...] = ()
    moved: tuple[Move, ...] = ()
    version: int = VERSION
    stumbled: tuple[str, ...] = ()


def moves(before: ClassResults, after: ClassResults) -> tuple[Move, ...]:
    """What students had in ``before`` and no longer have in ``after``; what had still to be graded is no move."""
    had, has = _points(before), _points(after)
    return tuple(
        Move(*place, points, has[place])
        for place, points in had.items()
        if points is not None and place in has and points != has[place]
    )


def _points(results: ClassResults) -> dict[tuple[str, str], float | None]:
    points: dict[tuple[str, str], float | None] = {}
    for student in results.students:
        points |= {(student.student, item.name): item.points for item in student.items}
        points[student.student, PENALTY] = student.late_penalty
    return points


def load(path: Path) -> ClassResults:
    """Read and check a results file; raises `ResultsError` if it is not one, OSError if it cannot be read."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ResultsError(f"{path.name} is not JSON: {error}") from error
    if isinstance(data, dict) and data.get("version") != VERSION:
        raise ResultsError(f"{path.name} has version {data.get('version')!r}; this program reads version {VERSION}.")
    results = _decode(ClassResults, data, "results")
    assert isinstance(results, ClassResults)
    _check(results)
    return results


def save(results: ClassResults, path: Path) -> None:
    """Check ``results`` and write them to ``path``, which holds the old file or the new one, never a part."""
    data = dataclasses.asdict(results)
    _check(_decode(ClassResults, data, "results"))
    write_atomically(path, json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def _check(results: ClassResults) -> None:
    """What types alone cannot say: names are unique, every student's items are items of the assignment."""
    names = [item.name for item in results.items]
    _unique(names, "items")
    _unique([student.student for student in results.students], "students")
    for student in results.students:
        own = [item.name for item in student.items]
        _unique(own, f"items of {student.student}")
        if unknown := sorted(set(own) - set(names)):
            raise ResultsError(f"items of {student.student}: {unknown[0]!r} is no item of the assignment")


def _unique(names: list[str], where: str) -> None:
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ResultsError(f"{where}: {twice!r} comes twice")


@cache
def _fields(cls: Any) -> dict[str, tuple[Any, bool]]:
    """Type and whether it may be left out, by name, of each field of a dataclass."""
    hints = typing.get_type_hints(cls)
    fields = dataclasses.fields(cls)
    return {field.name: (hints[field.name], field.default is not dataclasses.MISSING) for field in fields}


def _decode(kind: Any, value: Any, where: str) -> Any:
    """``value`` from JSON as ``kind``: a dataclass, an enumeration, a tuple of one kind, a number, a text, a bool."""
    if dataclasses.is_dataclass(kind):
        return _decode_record(kind, value, where)
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, (list, tuple)):
            raise ResultsError(f"{where}: a list was expected, {type(value).__name__} came")
        element = typing.get_args(kind)[0]
        return tuple(_decode(element, each, f"{where}[{index}]") for index, each in enumerate(value))
    if kind == float | None:
        return None if value is None else _decode(float, value, where)
    if kind is float:
        return _decode_number(value, where)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        if value not in list(kind):
            raise ResultsError(f"{where}: {value!r} is none of {', '.join(kind)}")
        return kind(value)
    if type(value) is not kind:
        raise ResultsError(f"{where}: {kind.__name__} was expected, {type(value).__name__} came")
    return value


def _decode_record(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise ResultsError(f"{where}: an object was expected, {type(value).__name__} came")
    fields = _fields(kind)
    if unknown := sorted(set(value) - set(fields)):
        raise ResultsError(f"{where}: the key {unknown[0]!r} is not known")
    if missing := [name for name, (_, optional) in fields.items() if not optional and name not in value]:
        raise ResultsError(f"{where}: the key {missing[0]!r} is missing")
    return kind(**{name: _decode(fields[name][0], each, f"{where}.{name}") for name, each in value.items()})


def _decode_number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ResultsError(f"{where}: a number was expected, {type(value).__name__} came")
    if not math.isfinite(value) or value < 0:
        raise ResultsError(f"{where}: {value} is no number from 0 upwards")
    return float(value)
