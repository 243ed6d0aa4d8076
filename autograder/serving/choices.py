"""What a course chooses about handing in: ``serving.toml`` beside ``exercises/``, read anew whenever it changes.

```toml
time_zone = "Europe/Berlin"

[every]                      # of all assignments
counts = "last"              # or "best"
before_due = "everything"    # or "points", "checks", "nothing"
attempts_an_hour = 6
attempts = 30
megabytes = 50

[gan]                        # of one
counts = "best"
```
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from autograder.course import Course, CourseError, written_by_hand
from autograder.files import write_atomically
from autograder.intake.plain import MAX_BYTES

__all__ = ["Choices", "Counts", "Shown", "choices", "close", "closed", "moment", "time_zone"]


class Counts(StrEnum):
    """Which of a student's attempts counts."""

    LAST = "last"
    BEST = "best"


class Shown(StrEnum):
    """What a student sees of an attempt before the due date, from nothing to everything."""

    NOTHING = "nothing"
    CHECKS = "checks"
    POINTS = "points"
    EVERYTHING = "everything"


@dataclass(frozen=True)
class Choices:
    """What is chosen for one assignment. ``attempts`` are those in all; a file has at most so many ``megabytes``."""

    counts: Counts = Counts.LAST
    before_due: Shown = Shown.EVERYTHING
    attempts_an_hour: int = 6
    attempts: int = 30
    megabytes: int = 50

    @property
    def max_bytes(self) -> int:
        """Of a file that is handed in."""
        return min(self.megabytes * 2**20, MAX_BYTES)


def _place(course: Course) -> Path:
    return course.root / "serving.toml"


def _load(course: Course) -> dict[str, Any]:
    path = _place(course)
    if not path.exists():
        return {}
    with written_by_hand(path):
        known = tomllib.loads(path.read_text(encoding="utf-8"))
        for name in known:
            if name not in ("time_zone", "every", *course.assignments()):
                raise CourseError(f"{path}: there is no assignment `{name}`, nor a choice of that name.")
        return known


def choices(course: Course, assignment: str) -> Choices:
    """What the course chooses for an assignment.

    Raises:
        CourseError: if the file has a setting or a value that does not exist.
    """
    known = _load(course)
    chosen = Choices()
    for told in (known.get("every", {}), known.get(assignment, {})):
        with written_by_hand(_place(course)):
            values: dict[str, Any] = {name: _value(name, value) for name, value in told.items()}
            chosen = replace(chosen, **values)
    return chosen


def _value(name: str, value: Any) -> Counts | Shown | int:
    if name not in {field.name for field in fields(Choices)}:
        raise ValueError(f"`{name}` is no choice")
    if name == "counts":
        return Counts(value)
    if name == "before_due":
        return Shown(value)
    if type(value) is not int or value < 1:
        raise ValueError(f"`{name}` must be a whole number from 1 on")
    return int(value)


def time_zone(course: Course) -> tzinfo:
    """The course's time zone; without a choice this machine's own.

    Raises:
        CourseError: if there is no such zone.
    """
    name = _load(course).get("time_zone")
    if name is None:
        zone = datetime.now().astimezone().tzinfo
        assert zone is not None
        return zone
    with written_by_hand(_place(course)):
        return ZoneInfo(name)


def moment(when: datetime, course: Course) -> str:
    """A moment, in UTC if it has no zone, as the course's people write it."""
    local = (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(time_zone(course))
    return f"{local:%a} {local.day} {local:%B %Y, %H:%M %Z}"


def _closed(course: Course) -> set[str]:
    path = course.output / "serving" / "closed.json"
    if not path.exists():
        return set()
    with written_by_hand(path):
        return set(map(str, json.loads(path.read_text(encoding="utf-8"))))


def closed(course: Course, assignment: str) -> bool:
    """Whether the instructor has closed an assignment: nothing can be handed in."""
    return assignment in _closed(course)


def close(course: Course, assignment: str, *, is_closed: bool) -> None:
    """Close an assignment, or open it again."""
    known = _closed(course) - {assignment} | ({assignment} if is_closed else set())
    write_atomically(course.output / "serving" / "closed.json", json.dumps(sorted(known)) + "\n")
