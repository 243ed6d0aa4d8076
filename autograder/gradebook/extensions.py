"""Extensions: who may hand in later, said before or after the handing in, kept in a file and counted by nbgrader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from dateutil import parser
from nbgrader.api import Gradebook, MissingEntry

from autograder.course import Course, CourseError
from autograder.files import write_atomically

__all__ = ["Extension", "extend", "extension", "read_until", "settle_extension"]


@dataclass(frozen=True)
class Extension:
    """Either so many ``days`` more than everybody else, or time ``until`` a moment, in UTC and without a zone."""

    days: float | None = None
    until: datetime | None = None

    def beyond(self, due: datetime | None) -> timedelta | None:
        """How much more time this gives than until ``due``; None if it gives no more, or if there is no due date."""
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


def _load(course: Course) -> dict[str, dict[str, Extension]]:
    """What the file holds, by assignment and student."""
    path = _place(course)
    if not path.exists():
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, Extension]])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{path} cannot be read ({error}): mend it, or delete it and extend again.") from error


def extend(course: Course, assignment: str, student: str, granted: Extension) -> None:
    """Keep what was granted; it takes the place of what was granted before, and ``days=0`` takes that back."""
    known = _load(course)
    known.setdefault(assignment, {})[student] = granted
    write_atomically(_place(course), msgspec.json.format(msgspec.json.encode(known), indent=1).decode() + "\n")


def extension(course: Course, assignment: str, student: str) -> Extension | None:
    """What was granted, or None if nothing was ever said."""
    return _load(course).get(assignment, {}).get(student)


def settle_extension(gradebook: Gradebook, course: Course, assignment: str, student: str) -> None:
    """Tell nbgrader what was granted, if the student has handed in. If nothing was, nbgrader's own extension stays."""
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
