"""The grader of `atelier serve`: one thread that takes attempts from the queue, has them run, judges, and records.

All that it does is kept on disk in an order that lets it be killed at any point: what came of an attempt is whole
before the attempt leaves the queue, and only then is it put into ``submitted/`` and the gradebook, if it counts. Both
steps may be done once more without harm; neither is left out.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import MissingEntry
from nbgrader.utils import determine_grade

from autograder.course import Assignment, Course, CourseError
from autograder.gradebook.collect import collect, judgements_in
from autograder.gradebook.extensions import extension, settle_extension
from autograder.gradebook.grade import Busy, Grading, alone, everyone, save_results
from autograder.gradebook.kept_results import conditions
from autograder.gradebook.record import Recorder
from autograder.gradebook.regrades import keep as keep_regrade
from autograder.gradebook.results import ClassResults, Item, ItemOutcome, ItemResult, Kind, Status, StudentResult
from autograder.intake.reading import Unreadable
from autograder.intake.sanitize import read_submission, refused
from autograder.judging import Judgement
from autograder.platforms.handing_in import set_aside
from autograder.running.kernel_pool import KernelPool
from autograder.running.run import RunResult
from autograder.running.workers import ThreadRunner
from autograder.sandbox.bubblewrap import SandboxUnavailable
from autograder.schema import NOTE, TIMESTAMP
from autograder.serving.attempts import Attempt, Attempts, counting
from autograder.serving.choices import Shown, choices

__all__ = ["Due", "Grader", "Lesson"]

log = logging.getLogger(__name__)

QUIET = 2.0
"""Seconds without work after which ``grades/`` is written anew; beside work it is every `SELDOM`."""
SELDOM = 120.0
BUSY = 0.5
"""Seconds after which it is looked whether another run has ended."""
SOON = 0.3
"""Seconds that a page waits for the gradebook."""
LATEST, STEADY = 20, 4
"""How many attempts say how fast it goes: at most, and at least if it is to be by the clock of the whole queue."""
PATIENCE = 15.0
"""Seconds after which what the grader stumbled over is tried again."""
DRAFT = ".draft"


@dataclass(frozen=True)
class Due:
    """When an assignment is due, in UTC with its zone, or None; and until when a student is in time."""

    everybody: datetime | None
    own: datetime | None

    def is_over(self, now: datetime) -> bool:
        """Whether the student's time is over."""
        return self.own is not None and now > self.own


class Lesson:
    """An assignment with its gradebook and its judges."""

    def __init__(self, assignment: Assignment, runner: ThreadRunner, kernels: KernelPool) -> None:
        self.assignment = assignment
        self.recorder = Recorder(assignment)
        self.grading = Grading(self.recorder, runner, conditions(assignment, kernels))
        self.results: dict[str, StudentResult] = {}

    @property
    def is_ready(self) -> bool:
        """Whether its solution has been run, with which all are compared."""
        return self.grading.solution is None or self.grading.solution.done()

    @property
    def has_failed(self) -> bool:
        """Whether its solution could not be run, so that it has to be opened once more."""
        solution = self.grading.solution
        if solution is None or not solution.done():
            return False
        return solution.exception() is not None or isinstance(solution.result(), str)

    def sanitized(self, attempt: Attempt) -> NotebookNode:
        """An attempt's notebook in the assignment's own form."""
        try:
            notebook = read_submission(attempt.notebook.read_bytes, self.assignment.release)
            return self.recorder.restored(attempt.student, notebook)
        except (CourseError, OSError):
            raise
        except Exception:  # a submission can be odd in more ways than anyone has thought of
            log.exception("Attempt %d of %s could not be read.", attempt.number, attempt.student)
            reason = "The file cannot be graded: the grader stumbled over it, and its log says where."
            return self.recorder.restored(attempt.student, refused(self.assignment.release, reason))

    def judged(self, attempt: Attempt, notebook: NotebookNode, result: RunResult) -> tuple[NotebookNode, ClassResults]:
        """The notebook with outputs and verdicts, and what they earn."""
        try:
            self.grading.write_verdicts(attempt.student, notebook, result)
            nbformat.writes(notebook)
        except CourseError:
            raise
        except Exception:  # what a submission printed must not end the grader either
            log.exception("What attempt %d of %s did could not be written.", attempt.number, attempt.student)
            notebook = self.grading.refusal(attempt.student, notebook)
        return notebook, self._results(attempt, notebook)

    def _results(self, attempt: Attempt, notebook: NotebookNode) -> ClassResults:
        return self._of(_earned(self.assignment, attempt.student, notebook))

    def snapshot(self) -> ClassResults:
        """The class as it was when each student was last recorded or looked at."""
        return self._of(*(self.results[student] for student in sorted(self.results)))

    def _of(self, *students: StudentResult) -> ClassResults:
        items = tuple(
            Item(name, kind, points)
            for kind, known in ((Kind.TEST, self.assignment.tests), (Kind.QUESTION, self.assignment.questions))
            for name, points in known.items()
        )
        now = datetime.now(UTC).isoformat(timespec="seconds")
        most = sum(item.max_points for item in items)
        return ClassResults(self.assignment.name, self.assignment.title, now, most, items, students)


def _earned(assignment: Assignment, student: str, notebook: NotebookNode) -> StudentResult:
    """What an annotated notebook earns, without what only the gradebook knows: lateness, and grades by hand."""
    note, judgements = notebook.metadata.get(NOTE, {}), judgements_in(notebook)
    items = []
    for cell in notebook.cells:
        info = cell.metadata.get("nbgrader", {})
        if info.get("grade"):
            items.append(_item(info["grade_id"].removeprefix("test_"), assignment, cell, judgements))
    reason = str(note.get("unreadable", ""))
    return StudentResult(
        student=student,
        status=Status.FAILED if reason else Status.GRADED,
        reason=reason,
        points=sum(item.points or 0.0 for item in items),
        max_points=sum(item.max_points for item in items),
        needs_manual_grading=any(item.points is None for item in items),
        seconds=float(note.get("seconds", 0.0)),
        events=() if reason else tuple(note.get("events", ())),
        items=tuple(items),
    )


def _item(name: str, assignment: Assignment, cell: NotebookNode, judgements: dict[str, Judgement]) -> ItemResult:
    if name in assignment.questions:
        score, _ = determine_grade(cell, log)  # nothing for an untouched answer, None for one that has to be read
        return ItemResult(name, Kind.QUESTION, score, assignment.questions[name], ItemOutcome.BY_HAND)
    judgement = judgements[name]
    outcome = ItemOutcome(judgement.outcome)
    return ItemResult(name, Kind.TEST, judgement.points, assignment.tests[name], outcome, criteria=judgement.verdicts)


@dataclass
class _Running:
    """An attempt on its way through a kernel."""

    attempt: Attempt
    lesson: Lesson
    notebook: NotebookNode
    since: float


class Grader:
    """Takes attempts from the queue, in a thread of its own.

    Args:
        course: whose.
        attempts: the queue, and what became of those before.
        kernels: the kind of pool that they run on; it is kept warm.
        jobs: how many run at a time.
        ring: called whenever something has changed that a page may show.
    """

    def __init__(
        self, course: Course, attempts: Attempts, kernels: KernelPool, jobs: int, ring: Callable[[], None]
    ) -> None:
        self.course, self.attempts, self.kernels, self.jobs, self.ring = course, attempts, kernels, jobs, ring
        self.gradebook = threading.RLock()
        """Whoever reads or writes the gradebook holds it: there is one writer in this process."""
        self.doing: dict[tuple[str, str, int], str] = {}
        """What is being done with attempts that are no longer waiting, in words."""
        self.troubles: dict[str, str] = {}
        """Why an assignment cannot be graded at the moment, in sentences for the instructor."""
        self._lessons: dict[str, Lesson] = {}
        self._dues: dict[tuple[str, str], Due] = {}
        self._seen: object = None
        self._running: dict[Any, _Running] = {}
        self._took: deque[float] = deque(maxlen=LATEST)
        """Seconds from sending an attempt to its feedback."""
        self._ends: deque[float] = deque(maxlen=LATEST)
        """When attempts were finished, since there was last nothing to do."""
        self._pace: float | None = None
        """Seconds from one finished attempt to the next, in the last queue that was long enough to tell."""
        self._unsettled = {(name, student) for name in course.assignments() for student in attempts.students(name)}
        self._stale: dict[str, float] = {}
        self._retry: dict[str, float] = {}
        self._aside: dict[tuple[object, ...], float] = {}
        self._busy: dict[str, float] = {}
        self._news = threading.Event()
        self._ended = False
        self._thread = threading.Thread(target=self._work, daemon=True, name="grader")

    def start(self) -> None:
        """Begin, with what is left from last time."""
        self._thread.start()

    def stop(self) -> None:
        """End between two steps; what is running is run again after the next start."""
        self._ended = True
        self._news.set()
        self._thread.join(timeout=10)

    def wake(self) -> None:
        """Something has come into the queue."""
        self._news.set()

    def lesson(self, name: str) -> Lesson | None:
        """An assignment that has been opened."""
        return self._lessons.get(name)

    def place(self, attempt: Attempt) -> int:
        """How many attempts are before this one in the queue."""
        before = [each for each in self.attempts.waiting() if each.key not in self.doing]
        return next((place for place, each in enumerate(before) if each.key == attempt.key), 0)

    def seconds_left(self, attempt: Attempt) -> float | None:
        """Until the feedback on a waiting attempt is there, at the pace of the last ones; None before the first."""
        took = list(self._took)
        pace = self._pace or (statistics.fmean(took) / self.jobs if took else None)
        if pace is None:
            return None
        return pace * (self.place(attempt) + 1 + len(self._running))

    # What pages ask for ----------------------------------------------------------------------------------------------

    def due(self, assignment: str, student: str) -> Due:
        """When an assignment is due, for everybody and for this student."""
        lesson = self.lesson(assignment)
        if lesson is None:
            return Due(None, None)
        version = self.version()
        if version != self._seen:
            self._dues, self._seen = {}, version
        dues = self._dues
        if (assignment, student) not in dues:
            dues[assignment, student] = self._due(lesson, student)
        return dues[assignment, student]

    def version(self) -> list[tuple[int, int] | None]:
        """A value that changes with the gradebook and the extensions, and costs less than opening them."""
        found: list[tuple[int, int] | None] = []
        for name in ("gradebook.db", "gradebook.db-wal", "extensions.json"):
            try:
                stat = (self.course.output / name).stat()
                found.append((stat.st_mtime_ns, stat.st_size))
            except FileNotFoundError:
                found.append(None)
        return found

    def _due(self, lesson: Lesson, student: str) -> Due:
        name = lesson.assignment.name
        with lesson.recorder.gradebook() as gradebook:
            due = gradebook.find_assignment(name).duedate
            granted = extension(self.course, name, student)
            more = granted.beyond(due) if granted else None
            if granted is None:
                with contextlib.suppress(MissingEntry):
                    more = gradebook.find_submission(name, student).extension
        if due is None:
            return Due(None, None)
        due = due.replace(tzinfo=UTC)
        return Due(due, due + more if more else due)

    def recorded(self, attempt: Attempt) -> StudentResult | None:
        """What the gradebook says of the student whose attempt this is, if it is the one that is recorded."""
        lesson = self.lesson(attempt.assignment)
        if lesson is None or self.attempts.settled(attempt.assignment, attempt.student) != attempt.number:
            return None
        found = lesson.results.get(attempt.student)
        # While the whole class is being read, what was known a moment ago has to do.
        if self.gradebook.acquire(timeout=SOON):
            try:
                lesson.recorder.settle_reviews()
                (found,) = collect(lesson.recorder, [attempt.student]).students
            finally:
                self.gradebook.release()
        return found if found and found.has_come else None

    def granted(self, assignment: str, student: str) -> None:
        """An extension was granted: tell the gradebook, and see which attempt counts."""
        lesson = self.lesson(assignment)
        if lesson is not None:
            with self.gradebook, lesson.recorder.gradebook() as gradebook:
                settle_extension(gradebook, self.course, assignment, student)
        self._unsettled.add((assignment, student))
        self._stale[assignment] = time.monotonic()
        self.wake()

    def look_again(self, assignment: str) -> None:
        """Somebody may have changed the gradebook: see what it says as soon as there is time for it."""
        self._stale.setdefault(assignment, time.monotonic())
        self.wake()

    def fresh_results(self, assignment: str) -> ClassResults:
        """The whole class as the gradebook has it now, written to ``grades/``, too.

        Raises:
            CourseError: if there is nobody, or the assignment is not open yet.
        """
        lesson = self.lesson(assignment)
        if lesson is None:
            raise CourseError(f"{assignment} is still being prepared: try again in a minute.")
        with self.gradebook:
            results = save_results(lesson.recorder, everyone(lesson.recorder))
        lesson.results = {each.student: each for each in results.students}
        return results

    # The thread ------------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        with ThreadRunner(self.jobs, self.kernels) as runner:
            while not self._ended:
                self._news.clear()
                try:
                    busy = self._round(runner)
                except Exception:  # whatever it is, the next round may go well; nothing has left the queue
                    log.exception("The grader stumbled.")
                    busy = False
                if not busy:
                    self._news.wait(1.0)

    def _round(self, runner: ThreadRunner) -> bool:
        """Do what can be done now; return whether there may be more at once."""
        finished = [future for future in self._running if future.done()]
        for future in finished:
            self._finish(future)
        self._fill(runner)
        settled = self._settle_next()
        if not (finished or settled):
            self._prepare_next(runner)
            self._write_grades()
        return bool(finished or settled)

    @contextlib.contextmanager
    def _trying(self, assignment: str, whose: tuple[object, ...] = ()) -> Iterator[None]:
        """Keep what goes wrong with one assignment, or ``whose`` work it is, from ending the others'.

        It is tried again after a while.
        """
        try:
            yield
            self.troubles.pop(assignment, None)
        except (CourseError, SandboxUnavailable) as error:
            self._put_off(assignment, str(error))
        except OSError as error:
            self._put_off(assignment, f"{error.strerror or error} ({error.filename or 'a file'}).")
        except Exception:
            log.exception("The grader stumbled over %s.", whose or assignment)
            self._aside[whose] = time.monotonic() + PATIENCE
            if not whose:
                self._put_off(assignment, "The grader stumbled: its log says where.")

    def _put_off(self, assignment: str, sentence: str) -> None:
        if self.troubles.get(assignment) != sentence:
            log.error("%s: %s", assignment, sentence)
        self.troubles[assignment] = sentence
        self._retry[assignment] = time.monotonic() + PATIENCE
        self.ring()

    def _may_try(self, assignment: str, whose: tuple[object, ...] = ()) -> bool:
        now = time.monotonic()
        return now >= self._retry.get(assignment, 0.0) and (not whose or now >= self._aside.get(whose, 0.0))

    def _opened(self, name: str, runner: ThreadRunner) -> Lesson:
        if name not in self._lessons or self._lessons[name].has_failed:
            with self.gradebook:
                lesson = Lesson(self.course.assignment(name), runner, self.kernels)
                with contextlib.suppress(CourseError):  # there is nobody yet
                    known = collect(lesson.recorder, everyone(lesson.recorder))
                    lesson.results = {each.student: each for each in known.students}
            if lesson.grading.solution is not None:
                lesson.grading.solution.add_done_callback(lambda _: self._news.set())
            self._lessons[name] = lesson
            self._stale[name] = time.monotonic()
            self.ring()
        return self._lessons[name]

    def _prepare_next(self, runner: ThreadRunner) -> None:
        """Open one more assignment while nothing else is to be done, so that its first attempt need not wait."""
        if any(not lesson.is_ready for lesson in self._lessons.values()):
            return
        for name in self.course.assignments():
            if (
                name not in self._lessons
                and self._may_try(name)
                and self.course.assignment(name).release_path.is_file()
            ):
                with self._trying(name):
                    self._opened(name, runner)
                    self._news.set()
                return

    def _fill(self, runner: ThreadRunner) -> None:
        """Send attempts to the kernels; of one student there is one on its way at a time."""
        students = {each.attempt.student for each in self._running.values()}
        waiting = self.attempts.waiting()
        if not (waiting or self._running):
            self._ends.clear()
        for attempt in waiting:
            if len(self._running) >= self.jobs:
                return
            if attempt.student in students or not self._may_try(attempt.assignment, attempt.key):
                continue
            with self._trying(attempt.assignment, attempt.key):
                lesson = self._opened(attempt.assignment, runner)
                if lesson.is_ready:
                    self._send(attempt, lesson)
                    students.add(attempt.student)

    def _say(self, attempt: Attempt, doing: str) -> None:
        self.doing[attempt.key] = doing
        self.ring()

    def _send(self, attempt: Attempt, lesson: Lesson) -> None:
        self._say(attempt, "It is being read.")
        try:
            notebook = lesson.sanitized(attempt)
            if reason := notebook.metadata[NOTE].get("unreadable"):
                self._keep(attempt, lesson, notebook, RunResult.refused(reason, lesson.assignment.tests))
                return
            shows_prints_only = choices(self.course, attempt.assignment).before_due is Shown.CHECKS
            future = lesson.grading.order(attempt.student, notebook, tells_nothing=shows_prints_only)
        except BaseException:
            self.doing.pop(attempt.key, None)
            raise
        self._running[future] = _Running(attempt, lesson, notebook, time.monotonic())
        self._say(attempt, "It is running.")
        future.add_done_callback(lambda _: self._news.set())

    def _finish(self, future: Any) -> None:
        run = self._running.pop(future)
        with self._trying(run.attempt.assignment, run.attempt.key):
            self._say(run.attempt, "It is being judged.")
            try:
                result = run.lesson.grading.run_result(future, run.notebook)
                self._keep(run.attempt, run.lesson, run.notebook, result)
            finally:
                self._count(run.since)
                self.doing.pop(run.attempt.key, None)
                self.ring()

    def _count(self, since: float) -> None:
        """Remember how long an attempt took, and at which pace they are finished while there is a queue."""
        self._ends.append(time.monotonic())
        self._took.append(self._ends[-1] - since)
        if len(self._ends) >= STEADY:
            self._pace = (self._ends[-1] - self._ends[0]) / (len(self._ends) - 1)

    def _keep(self, attempt: Attempt, lesson: Lesson, notebook: NotebookNode, result: RunResult) -> None:
        """Keep what came of an attempt; the student can read it from here on."""
        notebook, results = lesson.judged(attempt, notebook, result)
        if wish := attempt.again:
            after = {item.name: item.points for item in results.students[0].items}
            keep_regrade(lesson.assignment, attempt.student, wish.item, wish.why, wish.before, after)
            if self.attempts.settled(attempt.assignment, attempt.student) == attempt.number:
                self.attempts.unsettle(attempt)
        self.attempts.keep(attempt, notebook, results)
        self.doing.pop(attempt.key, None)
        self._unsettled.add((attempt.assignment, attempt.student))
        self.ring()

    # The gradebook ---------------------------------------------------------------------------------------------------

    def _settle_next(self) -> bool:
        """Record the attempt of one student that counts, if another one is recorded so far."""
        for name, student in sorted(self._unsettled):
            lesson = self._lessons.get(name)
            if lesson is None or not lesson.is_ready or not self._may_try(name, (name, student)):
                continue
            if time.monotonic() < self._busy.get(name, 0.0):
                continue
            with self._trying(name, (name, student)):
                try:
                    self._settle(lesson, student)
                except Busy:  # `atelier grade` is at work: what came of the attempt can be read all the same
                    self._busy[name] = time.monotonic() + BUSY
                    continue
                self._unsettled.discard((name, student))
                return True
        return False

    def _settle(self, lesson: Lesson, student: str) -> None:
        name = lesson.assignment.name
        attempts = self.attempts.of(name, student)
        chosen = counting(attempts, choices(self.course, name).counts, self.due(name, student).own)
        if chosen is None or chosen.number == self.attempts.settled(name, student):
            return
        with self.gradebook, alone(lesson.assignment, wait=0.0):
            _put(lesson.assignment, chosen, attempts)
            handed_in = lesson.recorder.take(student)
            lesson.recorder.enter(student, handed_in)
            notebook = nbformat.read(chosen.graded, as_version=4)
            mark = "" if notebook.metadata[NOTE].get("mark") == "" else lesson.grading.whole_mark(handed_in.mark)
            notebook.metadata[NOTE].update(mark=mark, handed_in=handed_in.mark)
            self._record(lesson, student, notebook, handed_in.beside)
            (lesson.results[student],) = collect(lesson.recorder, [student]).students
            self.attempts.settle(chosen)
        self._stale.setdefault(name, time.monotonic())
        self.ring()

    @staticmethod
    def _record(lesson: Lesson, student: str, notebook: NotebookNode, beside: dict[str, bytes]) -> None:
        try:
            lesson.recorder.record(student, notebook, beside)
        except CourseError:
            raise
        except Exception:
            log.exception("What %s handed in could not be recorded.", student)
            lesson.recorder.record(student, lesson.grading.refusal(student, notebook), beside)

    def _write_grades(self) -> None:
        """Bring ``grades/`` up to date when there is time for it."""
        now = time.monotonic()
        for name, since in list(self._stale.items()):
            wait = SELDOM if self._running else QUIET
            if now - since >= wait and name in self._lessons and self._may_try(name):
                del self._stale[name]
                with self._trying(name), contextlib.suppress(Busy):
                    if self._lessons[name].results:
                        self.fresh_results(name)
                        self.ring()
                return


def _put(assignment: Assignment, attempt: Attempt, attempts: tuple[Attempt, ...]) -> None:
    """Put an attempt where all other commands look for submissions; what came by another way is set aside."""
    place = assignment.course.submitted / attempt.student / assignment.name
    ours = {f"{assignment.name}.ipynb", TIMESTAMP}
    if place.exists() and not _is_ours(place, ours, {each.sha256 for each in attempts}):
        set_aside(assignment, attempt.student, place)
    place.mkdir(parents=True, exist_ok=True)
    _replace(place / f"{assignment.name}.ipynb", attempt.notebook.read_bytes())
    _replace(place / TIMESTAMP, attempt.at.isoformat().encode())


def _is_ours(place: Path, names: set[str], known: set[str]) -> bool:
    """Whether a folder holds nothing but an attempt that we have put there."""
    there = {path.name for path in place.iterdir() if not path.name.endswith(DRAFT)}
    if place.is_symlink() or there - names:
        return False
    notebooks = [path for path in place.iterdir() if path.suffix == ".ipynb"]
    with contextlib.suppress(OSError, Unreadable):
        return all(hashlib.sha256(path.read_bytes()).hexdigest() in known for path in notebooks)
    return False


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}{DRAFT}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
