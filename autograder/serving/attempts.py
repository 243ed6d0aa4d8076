"""What was handed in, on disk: an attempt is a folder that is there whole or not at all, and so is what came of it.

``serving/attempts/ID/STUDENT/0003/`` in the output folder holds

- ``notebook.ipynb`` and ``attempt.json``: the file as it came, and when; both are on the disk before anybody is told;
- ``graded.ipynb`` and ``results.json``: what was printed and earned. An attempt without the second is in the queue;
- ``again.json``: an instructor's wish that it be run anew.

``counts.json`` beside the attempts says which one lies in ``submitted/`` and is recorded in the gradebook.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.course import Assignment, Course, written_by_hand
from autograder.files import write_atomically
from autograder.gradebook.results import ClassResults, StudentResult, load, save
from autograder.serving.choices import Counts

__all__ = ["Again", "Attempt", "Attempts", "NoMore", "counting", "in_order"]

NOTEBOOK, FACTS, GRADED, RESULTS, AGAIN = "notebook.ipynb", "attempt.json", "graded.ipynb", "results.json", "again.json"
HOUR = timedelta(hours=1)


class NoMore(Exception):
    """Another attempt is not allowed; the message says why, and until when."""


@dataclass(frozen=True)
class Again:
    """A wish that an attempt be run anew: why, about which item if about one, and the points before it."""

    why: str
    item: str
    before: dict[str, float | None]


@dataclass(frozen=True)
class Attempt:
    """One file that a student handed in, kept in ``folder``. ``at`` is a moment in UTC, ``name`` the file's own."""

    assignment: str
    student: str
    number: int
    at: datetime
    name: str
    sha256: str
    folder: Path

    @property
    def key(self) -> tuple[str, str, int]:
        """What tells it from all others."""
        return self.assignment, self.student, self.number

    @property
    def notebook(self) -> Path:
        """The file as it was handed in."""
        return self.folder / NOTEBOOK

    @property
    def graded(self) -> Path:
        """The notebook as it was run, with verdicts."""
        return self.folder / GRADED

    @property
    def is_graded(self) -> bool:
        """Whether it has been graded, even if it is to be run once more."""
        return (self.folder / RESULTS).exists()

    @property
    def is_waiting(self) -> bool:
        """Whether it belongs in the queue."""
        return not self.is_graded or (self.folder / AGAIN).exists()

    @property
    def results(self) -> ClassResults | None:
        """What came of it, if it has been graded; the only student in it is its own."""
        path = self.folder / RESULTS
        return load(path) if path.exists() else None

    @property
    def result(self) -> StudentResult | None:
        """What the student earned by it."""
        results = self.results
        return results.students[0] if results else None

    @property
    def again(self) -> Again | None:
        """The wish that it be run anew, if there is one."""
        with contextlib.suppress(FileNotFoundError):
            return Again(**json.loads((self.folder / AGAIN).read_text(encoding="utf-8")))
        return None


def counting(attempts: Sequence[Attempt], choice: Counts, last: datetime | None) -> Attempt | None:
    """Which of a student's ``attempts`` counts; ``last`` is the moment until which one is in time.

    Only what has been graded counts. Where the best does, it is the best of those that came in time, if there are such,
    and of two that earn the same the earlier one.
    """
    graded = [attempt for attempt in attempts if attempt.is_graded]
    if choice is Counts.LAST or not graded:
        return graded[-1] if graded else None
    in_time = [attempt for attempt in graded if last is None or attempt.at <= last]

    def points(attempt: Attempt) -> float:
        result = attempt.result
        return result.points if result else 0.0

    return max(in_time or graded, key=points)  # the first of those that are alike


def in_order(waiting: Iterable[Attempt]) -> list[Attempt]:
    """The queue: everybody's first before anybody's second, and otherwise in the order in which they came."""
    ranks: dict[str, int] = {}
    placed = []
    for attempt in sorted(waiting, key=lambda each: (each.at, each.key)):
        rank = ranks[attempt.student] = ranks.get(attempt.student, 0) + 1
        placed.append((rank, attempt.at, attempt.key, attempt))
    return [attempt for *_, attempt in sorted(placed, key=lambda each: each[:3])]


class Attempts:
    """All attempts of a course. Any thread may ask; handing in is one student's at a time."""

    def __init__(self, course: Course) -> None:
        """Read what is there, and clear what was not handed in to its end."""
        self.course = course
        self.folder = course.output / "serving" / "attempts"
        self.drafts = course.output / "serving" / "drafts"
        shutil.rmtree(self.drafts, ignore_errors=True)
        self.drafts.mkdir(parents=True)
        self._locks: dict[str, threading.Lock] = {}
        self._known: dict[tuple[str, str], tuple[Attempt, ...]] = {}
        self._queue: dict[tuple[str, str, int], Attempt] = {}
        for folder in sorted(self.folder.glob("*/*/[0-9][0-9][0-9][0-9]")):
            self._add(_read(folder))

    def _add(self, attempt: Attempt) -> None:
        place = attempt.assignment, attempt.student
        self._known[place] = (*self._known.get(place, ()), attempt)
        if attempt.is_waiting:
            self._queue[attempt.key] = attempt

    def of(self, assignment: str, student: str) -> tuple[Attempt, ...]:
        """A student's attempts in the order in which they came."""
        return self._known.get((assignment, student), ())

    def find(self, assignment: str, student: str, number: int) -> Attempt | None:
        """One attempt, if there is such."""
        return next((each for each in self.of(assignment, student) if each.number == number), None)

    def students(self, assignment: str) -> list[str]:
        """Everybody who has handed in over the web."""
        return sorted(student for name, student in list(self._known) if name == assignment)

    def waiting(self) -> list[Attempt]:
        """The whole queue in its order, what is being run included."""
        return in_order(list(self._queue.values()))

    def ask_again(self, attempt: Attempt, wish: Again) -> None:
        """Put a graded attempt into the queue once more."""
        write_atomically(attempt.folder / AGAIN, json.dumps(asdict(wish)))
        self._queue[attempt.key] = attempt

    def keep(self, attempt: Attempt, graded: NotebookNode, results: ClassResults) -> None:
        """Store the result of an attempt, which thereby leaves the queue."""
        write_atomically(attempt.graded, nbformat.writes(graded))
        save(results, attempt.folder / RESULTS)
        (attempt.folder / AGAIN).unlink(missing_ok=True)
        self._queue.pop(attempt.key, None)

    @contextlib.contextmanager
    def draft(self) -> Iterator[Path]:
        """A folder of its own for a file that is still coming."""
        with tempfile.TemporaryDirectory(dir=self.drafts, ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def hand_in(
        self, assignment: Assignment, student: str, content: bytes, name: str, *, an_hour: int, most: int
    ) -> Attempt:
        """Keep a file; once this has returned, it lies on the disk.

        Args:
            assignment: what it is handed in for.
            student: who hands it in.
            content: the notebook's bytes.
            name: what the student called it; it is shown, and names no file.
            an_hour: how many attempts one may have within an hour.
            most: how many one may have in all.

        Raises:
            NoMore: if that would be more than are allowed, or it is the file that was handed in last.
            OSError: if it cannot be written.
        """
        with self._locks.setdefault(student, threading.Lock()):
            before = self.of(assignment.name, student)
            now = datetime.now(UTC)
            digest = hashlib.sha256(content).hexdigest()
            if before and before[-1].sha256 == digest:
                raise NoMore(f"This is the very file of attempt {before[-1].number}, which stands.")
            _allow(before, now, an_hour, most)
            number = before[-1].number + 1 if before else 1
            place = self.folder / assignment.name / student / f"{number:04}"
            attempt = Attempt(assignment.name, student, number, now, name, digest, place)
            with self.draft() as draft:
                whole = draft / "whole"
                whole.mkdir()
                _write_through(whole / NOTEBOOK, content)
                _write_through(whole / FACTS, json.dumps(_facts(attempt)).encode())
                _through(whole)
                _make(place.parent, self.course.output)
                whole.rename(place)
            _through(place.parent)
            self._add(attempt)
            return attempt

    def settled(self, assignment: str, student: str) -> int:
        """The number of the attempt that lies in ``submitted/`` and is recorded; 0 if none does."""
        path = self.folder / assignment / student / "counts.json"
        try:
            return int(json.loads(path.read_text(encoding="utf-8"))["number"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    def settle(self, attempt: Attempt) -> None:
        """It lies in ``submitted/`` now, and is recorded."""
        path = attempt.folder.parent / "counts.json"
        write_atomically(path, json.dumps({"number": attempt.number}))

    def unsettle(self, attempt: Attempt) -> None:
        """Note that what is recorded of it is out of date."""
        (attempt.folder.parent / "counts.json").unlink(missing_ok=True)


def _allow(before: Sequence[Attempt], now: datetime, an_hour: int, most: int) -> None:
    if len(before) >= most:
        raise NoMore(f"All {most} attempts have been used.")
    recent = [attempt for attempt in before if attempt.at > now - HOUR]
    if len(recent) >= an_hour:
        minutes = -int((now - HOUR - recent[-an_hour].at) // timedelta(minutes=1))
        raise NoMore(f"There were {len(recent)} attempts within an hour; the next may come in {max(1, minutes)} min.")


def _facts(attempt: Attempt) -> dict[str, Any]:
    return {"at": attempt.at.isoformat(), "name": attempt.name, "sha256": attempt.sha256}


def _read(folder: Path) -> Attempt:
    with written_by_hand(folder / FACTS):
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        return Attempt(
            assignment=folder.parents[1].name,
            student=folder.parent.name,
            number=int(folder.name),
            at=datetime.fromisoformat(facts["at"]),
            name=str(facts["name"]),
            sha256=str(facts["sha256"]),
            folder=folder,
        )


def _write_through(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _through(folder: Path) -> None:
    """Have the disk know what lies in ``folder``."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make(folder: Path, below: Path) -> None:
    """Make ``folder`` and those above it, down from ``below``, each known to the disk."""
    if folder != below and not folder.is_dir():
        _make(folder.parent, below)
        folder.mkdir(exist_ok=True)
        _through(folder.parent)
