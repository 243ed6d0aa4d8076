"""What one grading of a class found out: ``grades/<id>.json`` as frozen records.

Grading writes this file with `save`; the class report and the feedback pages read it with `load`. The file is plain
JSON whose keys are the field names below. Anything else in it (an unknown key, a text for a number, NaN) is refused
with a sentence that names the place, so that a page never shows half a truth.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

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


Amount = Annotated[float, Meta(ge=0)]
"""Points or seconds: a finite number from 0 upwards."""


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


class Item(Struct, frozen=True, forbid_unknown_fields=True):
    """One graded item of the assignment: a test or a written question."""

    name: str
    kind: Kind
    max_points: Amount


class ItemResult(Struct, frozen=True, forbid_unknown_fields=True):
    """One item of one student. ``points`` is None while the item waits for a manual grade.

    ``review`` says that the text of the answer has changed since it was graded by hand.
    """

    name: str
    kind: Kind
    points: Amount | None
    max_points: Amount
    outcome: ItemOutcome
    comment: str = ""
    criteria: tuple[Verdict, ...] = ()
    review: bool = False

    @property
    def share(self) -> float:
        """Points earned as a share of those to be had, between 0 and 1; 0 while the item waits."""
        return min(1.0, (self.points or 0.0) / self.max_points) if self.max_points else 0.0


class StudentResult(Struct, frozen=True, forbid_unknown_fields=True):
    """One student. ``points`` counts what is graded so far, before the late penalty.

    ``reason`` is a sentence on why the run failed or nothing came, empty if all is well. ``events`` are sentences on
    what happened on the way and did not end the run, ``attention`` those that nobody may overlook: perhaps the wrong
    file was graded. ``items`` is empty if nothing could be graded.
    """

    student: str
    status: Status
    reason: str
    points: Amount
    max_points: Amount
    late_penalty: Amount = 0.0
    needs_manual_grading: bool = False
    seconds: Amount = 0.0
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


class Move(Struct, frozen=True, forbid_unknown_fields=True):
    """Points of one student's item that the last grading changed; None if they wait to be given by hand again.

    ``item`` may also be `PENALTY`, the points taken off for lateness.
    """

    student: str
    item: str
    before: Amount
    after: Amount | None


PENALTY = "late penalty"


class ClassResults(Struct, frozen=True, forbid_unknown_fields=True):
    """One grading of a class. ``graded_at`` is an ISO 8601 date and time; ``moved`` compares with the one before.

    ``stumbled`` names students whose results the grader itself could not read or write.
    """

    assignment: str
    title: str
    graded_at: str
    max_points: Amount
    items: tuple[Item, ...] = ()
    students: tuple[StudentResult, ...] = ()
    moved: tuple[Move, ...] = ()
    version: int = VERSION
    stumbled: tuple[str, ...] = ()


def moves(before: ClassResults, after: ClassResults) -> tuple[Move, ...]:
    """Points that differ between ``before`` and ``after``; what had still to be graded in ``before`` is no move."""
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
    return _decode(path.read_bytes(), path.name)


def save(results: ClassResults, path: Path) -> None:
    """Check ``results`` and write them to ``path``, which holds the old file or the new one, never a part."""
    content = msgspec.json.encode(results)
    if _decode(content, path.name) != results:  # what is no number becomes null
        raise ResultsError(f"{path.name}: the results hold a number that is not finite.")
    write_atomically(path, msgspec.json.format(content, indent=1).decode() + "\n")


def _decode(content: bytes, name: str) -> ClassResults:
    try:
        if (version := msgspec.json.decode(content, type=_Version).version) != VERSION:
            raise ResultsError(f"{name} has version {version!r}; this program reads version {VERSION}.")
        results = msgspec.json.decode(content, type=ClassResults)
    except msgspec.ValidationError as error:
        raise ResultsError(f"{name} holds no results: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ResultsError(f"{name} is not JSON: {error}") from error
    _check(results)
    return results


class _Version(Struct):
    """What is read first of a file of whichever version."""

    version: object


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
