"""Extensions: who may hand in later, said before or after the handing in, kept in a file and counted by nbgrader."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dateutil import parser
from nbgrader.api import Gradebook, MissingEntry

from autograder.course import Course, CourseError
from autograder.files import write_atomically

__all__ = ["Extension", "extend", "extension", "read_until", "settle_extension"]


@dataclass(frozen=True)
class Extension:
    """So many days more than everybody has, or as long as ``until``, a moment in UTC without a zone; one of the two."""

    days: float | None = None
    until: datetime | None = None

    def beyond(self, due: datetime | None) -> timedelta | None:
        """How much longer than until ``due`` this is; None if that is nothing, or nothing is ever due."""
        if due is None:
            return None
        more = timedelta(days=self.days) if self.days is not None else (self.until or due) - due
        return more if more > timedelta(0) else None


def read_until(text: str) -> datetime:
    """The moment that an instructor means: with a zone or offset, else in this machine's time zone.

    Raises:
        CourseError: if it is none.
    """
    try:
        moment = parser.parse(text)
        return moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise CourseError(f"`{text}` is no date and time: write it like 2026-12-03 18:00, or with +0100.") from error


def _place(course: Course) -> Path:
    return course.output / "extensions.json"


def _load(course: Course) -> dict[str, dict[str, dict[str, Any]]]:
    """What the file holds: assignment, student, and the fields of `Extension`."""
    path = _place(course)
    if not path.exists():
        return {}
    try:
        known: dict[str, dict[str, dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
        for students in known.values():
            for told in students.values():
                _extension(told)
    except (ValueError, TypeError, AttributeError) as error:
        raise CourseError(f"{path} cannot be read ({error}): mend it, or delete it and extend again.") from error
    return known


def _extension(told: dict[str, Any]) -> Extension:
    until = datetime.fromisoformat(told["until"]) if told.get("until") else None
    return Extension(None if told.get("days") is None else float(told["days"]), until)


def extend(course: Course, assignment: str, student: str, granted: Extension) -> None:
    """Keep what was granted; it takes the place of what was granted before, and ``days=0`` takes that back."""
    known = _load(course)
    until = granted.until.isoformat() if granted.until else None
    known.setdefault(assignment, {})[student] = {"days": granted.days, "until": until}
    write_atomically(_place(course), json.dumps(known, indent=1, ensure_ascii=False) + "\n")


def extension(course: Course, assignment: str, student: str) -> Extension | None:
    """What was granted, or None if nothing was ever said."""
    told = _load(course).get(assignment, {}).get(student)
    return None if told is None else _extension(told)


def settle_extension(gradebook: Gradebook, course: Course, assignment: str, student: str) -> None:
    """Tell nbgrader what was granted, if the student has handed in; of whom nothing was said it keeps its own."""
    granted = extension(course, assignment, student)
    if granted is None:
        return
    try:
        submission = gradebook.find_submission(assignment, student)
    except MissingEntry:
        return
    if submission.extension != (more := granted.beyond(submission.assignment.duedate)):
        submission.extension = more
        gradebook.db.commit()
