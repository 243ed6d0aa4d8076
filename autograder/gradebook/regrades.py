"""Regrade requests: a submission is run again, compared item by item with before, and all of it is kept in a log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from autograder.course import Assignment, CourseError
from autograder.gradebook.collect import collect
from autograder.gradebook.grade import grade
from autograder.gradebook.record import Recorder
from autograder.gradebook.results import ClassResults, StudentResult
from autograder.running.kernel_pool import KernelPool
from autograder.running.workers import Workers

__all__ = ["Change", "Regrade", "keep", "log_of", "regrade"]


@dataclass(frozen=True)
class Change:
    """One item's points before and after; None while it waits for a grade by hand."""

    item: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Regrade:
    """One request and what came of it. ``item`` is what was asked for, or empty; ``at`` a moment in ISO 8601."""

    at: str
    assignment: str
    student: str
    item: str
    why: str
    changes: tuple[Change, ...]

    @property
    def moved(self) -> tuple[Change, ...]:
        """The items that have other points now."""
        return tuple(change for change in self.changes if change.before != change.after)


def log_of(assignment: Assignment) -> Path:
    """The log of all requests, a line of JSON each; grading never touches it."""
    return assignment.course.output / "regrades.jsonl"


def regrade(
    assignment: Assignment, student: str, *, item: str = "", why: str, kernels: KernelPool | None = None
) -> tuple[Regrade, ClassResults]:
    """Run and judge a submission anew, whatever has been kept of it, and log what that changed.

    Returns:
        The entry of the log, and the class's results as they are now.

    Raises:
        CourseError: if the student has not been graded, or there is no such item.
    """
    before = _points(collect(Recorder(assignment), [student]), student)  # with what was given by hand since
    if item and item not in before:
        raise CourseError(f"{assignment.name} has no item `{item}` for {student} (there are: {', '.join(before)}).")
    results = grade(assignment, workers=Workers(jobs=1), only=student, force=True, kernels=kernels)
    return keep(assignment, student, item, why, before, _points(results, student)), results


def keep(
    assignment: Assignment,
    student: str,
    item: str,
    why: str,
    before: Mapping[str, float | None],
    after: Mapping[str, float | None],
) -> Regrade:
    """Add a line to the log: a request, and the points by item before and after it."""
    changes = tuple(Change(name, points, after.get(name)) for name, points in before.items())
    at = datetime.now(UTC).isoformat(timespec="seconds")
    entry = Regrade(at, assignment.name, student, item, why, changes)
    with log_of(assignment).open("ab") as log:
        log.write(msgspec.json.encode(entry) + b"\n")
    return entry


def _points(results: ClassResults, student: str) -> dict[str, float | None]:
    """The student's points by item."""
    found: StudentResult | None = next((each for each in results.students if each.student == student), None)
    if found is None or not found.items:
        raise CourseError(
            f"{student} has not been graded: run `atelier grade {results.assignment} --student {student}`."
        )
    return {item.name: item.points for item in found.items}
