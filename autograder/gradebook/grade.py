"""`atelier grade`: a whole class. Workers run submissions in parallel; the caller sanitizes, judges and records."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import msgspec
from nbformat import NotebookNode

from autograder.course import Assignment, CourseError
from autograder.files import write_atomically
from autograder.gradebook.collect import autograded_notebook, collect
from autograder.gradebook.engine import one_engine
from autograder.gradebook.kept_results import conditions, keep_result, kept_result
from autograder.gradebook.preprocessors import UNRECORDED, annotate
from autograder.gradebook.record import Recorder
from autograder.gradebook.results import ClassResults, ResultsError, Status, load, moves, save
from autograder.gradebook.roster import as_folder, load_roster
from autograder.gradebook.tables import COLUMNS, as_csv
from autograder.intake.finding import is_junk, is_name, printable
from autograder.intake.sanitize import refused
from autograder.judging.judge import Judge
from autograder.judging.reference import keep, kept
from autograder.running import kernel_pool
from autograder.running.environment import environment, fingerprint
from autograder.running.probe_calls import probe_calls, probe_calls_of_all
from autograder.running.run import RunResult
from autograder.running.workers import Runner, Workers
from autograder.sandbox.bounded import clean_sentence
from autograder.schema import NOTE

__all__ = ["Busy", "Grading", "Listener", "alone", "everyone", "grade", "save_results", "students_of"]

log = logging.getLogger(__name__)

Listener = Callable[[str], None]
"""Called with a student's name whenever a submission is done."""


def _is_student(path: Path) -> bool:
    if is_junk(path.name):
        return False
    if not path.is_dir():
        if path.suffix.casefold() in (".ipynb", ".zip"):
            log.error("%s belongs to nobody: put it into a folder of its student.", printable(str(path)))
        return False
    if path.is_symlink() or not is_name(path.name):
        log.error(
            "%r was left out: it is a link, or its name holds what is no character; rename the folder.", path.name
        )
        return False
    return True


def students_of(assignment: Assignment, only: str = "") -> list[str]:
    """The students who have a folder among the submissions, sorted.

    Raises:
        CourseError: if there are none, or not the one that was asked for.
    """
    submitted = assignment.course.submitted
    hint = f"put submissions there as STUDENT/{assignment.name}/{assignment.name}.ipynb."
    if not submitted.is_dir():
        raise CourseError(f"There is no folder {submitted}: {hint}")
    students = sorted(path.name for path in submitted.iterdir() if _is_student(path))
    if only and only not in students:
        raise CourseError(f"There is no student `{only}` in {submitted}.")
    if not students:
        raise CourseError(f"{submitted} is empty: {hint}")
    return [only] if only else students


def everyone(recorder: Recorder) -> list[str]:
    """All students of the class, sorted: who has a folder among the submissions, and who is in the gradebook.

    An id and a folder's name that differ only in how they are written are one student.

    Raises:
        CourseError: if there is nobody.
    """
    known = recorder.roster()
    try:
        folders = students_of(recorder.assignment)
        enrolled = load_roster(recorder.course)
        owners = (enrolled.find([folder, as_folder(folder)]) for folder in folders) if enrolled else ()
        return sorted({*folders, *known} - ({owner.id for owner in owners if owner} - {*folders}))
    except CourseError:
        if known:
            return sorted(known)
        raise


@dataclass(frozen=True)
class _Sent:
    """A student's submission, sanitized, and the files that lay ``beside`` it."""

    student: str
    notebook: NotebookNode
    beside: Mapping[str, bytes]


class Grading:
    """Grades submissions of one assignment, one by one: it knows who runs them and who judges them."""

    def __init__(self, recorder: Recorder, runner: Runner, conditions: str) -> None:
        """Have the solution run, with which all submissions are compared, unless its answers were kept."""
        self.recorder = recorder
        self.assignment = recorder.assignment
        self.runner = runner
        self.conditions = conditions
        self.mark = fingerprint(self.assignment) + self._judges_mark() + environment()["Atelier's sources"]
        references = kept(self.assignment)
        self._judges = None if references is None else [Judge(self.assignment, each) for each in references]
        solution = self.assignment.solution, *probe_calls_of_all(self.assignment)
        self.solution = runner.send(*solution, kernel_pool.PATIENCE) if references is None else None

    def _judges_mark(self) -> str:
        return hashlib.sha256((self.assignment.folder / "judges.py").read_bytes()).hexdigest()

    def judge(self, variant: int) -> Judge:
        """Who judges; the first to ask waits until the solution has been run, with which all are compared."""
        if self._judges is None:
            assert self.solution is not None
            self.runner.wait([self.solution])
            result = self.runner.result(self.solution)
            if isinstance(result, str):
                raise CourseError(f"The solution of {self.assignment.name} could not be run. {result}")
            self._judges = [Judge(self.assignment, each) for each in keep(self.assignment, result)]
        return self._judges[variant]

    def whole_mark(self, handed_in: str) -> str:
        """A hash of a submission, given by its mark, and of all that its score depends on."""
        return hashlib.sha256((self.mark + handed_in).encode()).hexdigest()[:32]

    def order(self, student: str, notebook: NotebookNode, *, tells_nothing: bool = False) -> Any:
        """Have a sanitized submission run; what comes back is the runner's future.

        Visible checks run only for tests that have found a fault, so what is printed tells which tests these are. With
        ``tells_nothing`` all checks run, and all questions are put.
        """
        variant = self.assignment.variant(student, notebook)
        judge, asked = self.judge(variant), probe_calls(self.assignment, variant)
        is_full = None if tells_nothing else judge.is_full
        return self.runner.send(notebook, self.assignment.probes, asked, is_full=is_full)

    def run_result(self, future: Any, notebook: NotebookNode) -> RunResult:
        """The result that came back; a refusal that is not final if it failed through no fault of the submission."""
        result = self.runner.result(future)
        if isinstance(result, RunResult):
            return result
        reason = clean_sentence(result)
        notebook.metadata[NOTE].update(unreadable=reason, mark="")
        return RunResult.refused(reason, self.assignment.tests)

    def write_verdicts(self, student: str, notebook: NotebookNode, result: RunResult) -> None:
        """Judge a run, and write what it printed and what it earned into its notebook."""
        judge = self.judge(self.assignment.variant(student, notebook))
        annotate(notebook, result, judge.judge_all(result))

    def refusal(self, student: str, notebook: NotebookNode) -> NotebookNode:
        """What is recorded in place of a ``notebook`` that cannot be, with the same marks."""
        blank = self.recorder.restored(student, refused(self.assignment.release, UNRECORDED))
        marks = {key: known for key, known in notebook.metadata[NOTE].items() if key in ("mark", "handed_in")}
        blank.metadata[NOTE].update(marks)
        self.write_verdicts(student, blank, RunResult.refused(UNRECORDED, self.assignment.tests))
        return blank


class _Class(Grading):
    """One run over a class: what is still to be sent, what is on its way, what has come back."""

    def __init__(self, recorder: Recorder, runner: Runner, conditions: str, listener: Listener, *, force: bool) -> None:
        super().__init__(recorder, runner, conditions)
        self.listener = listener
        self.force = force
        self.under_way: dict[Any, _Sent] = {}

    def is_done(self, student: str) -> bool:
        """Whether this very submission has been graded with these very tests."""
        try:
            notebook = autograded_notebook(self.recorder, student)
        except Exception:  # whatever has damaged it, it is written anew
            return False
        mark = self.whole_mark(self.recorder.mark(student))
        same = notebook is not None and notebook.metadata.get(NOTE, {}).get("mark") == mark
        return same and self.recorder.knows(student)

    def send(self, student: str) -> bool:
        """Sanitize and send one submission; False if it need not be run, and is recorded already."""
        handed_in = self.recorder.take(student)
        if handed_in.found.place is None:
            self.recorder.add_student(student)
            return False
        try:
            notebook = self.recorder.sanitize(student, handed_in)
        except CourseError:
            raise
        except Exception:  # a submission can be odd in more ways than anyone has thought of
            log.exception("The submission of %s could not be read.", student)
            reason = "The submitted file cannot be graded: the grader stumbled over it, and its log says where."
            notebook = self.recorder.restored(student, refused(self.assignment.release, reason))
        notebook.metadata[NOTE].update(mark=self.whole_mark(handed_in.mark), handed_in=handed_in.mark)
        sent = _Sent(student, notebook, handed_in.beside)
        if reason := notebook.metadata[NOTE].get("unreadable"):
            self.receive(sent, RunResult.refused(reason, self.assignment.tests))
            return False
        if not self.force and (result := self._kept(student, notebook)) is not None:
            self.receive(sent, result)
            return False
        self.under_way[self.order(student, notebook)] = sent
        return True

    def _kept(self, student: str, notebook: NotebookNode) -> RunResult | None:
        """What this very notebook did when it was last run, if only judging is new and needs no more than was asked."""
        autograded = self.recorder.autograded(student)
        result = kept_result(self.assignment, student, notebook, autograded, self.conditions)
        if result is None:
            return None
        judge = self.judge(self.assignment.variant(student, notebook))
        partly = {test: answer for test, answer in result.answers.items() if not answer.complete}
        return result if all(judge.is_full(test, answer) for test, answer in partly.items()) else None

    def receive(self, sent: _Sent, result: RunResult) -> None:
        """Judge and record one run; if that fails, record a refusal instead."""
        try:
            self._record(sent, result)
        except CourseError:
            raise
        except Exception:  # what a submission printed must not end the run either
            log.exception("What the submission of %s did could not be recorded.", sent.student)
            blank = self.refusal(sent.student, sent.notebook)
            self.recorder.record(sent.student, blank, sent.beside)

    def _record(self, sent: _Sent, result: RunResult) -> None:
        self.write_verdicts(sent.student, sent.notebook, result)
        if "unreadable" not in sent.notebook.metadata[NOTE]:
            keep_result(self.assignment, sent.student, sent.notebook, result, self.conditions)
        self.recorder.record(sent.student, sent.notebook, sent.beside)

    def _fill(self, waiting: Iterator[str]) -> None:
        """Send submissions until enough are under way; of those that need no run, only tell."""
        while len(self.under_way) < self.runner.room and (student := next(waiting, None)) is not None:
            if (not self.force and self.is_done(student)) or not self.send(student):
                self.listener(student)

    def run(self, students: list[str]) -> None:
        """Grade ``students``, with a bounded number of submissions in memory."""
        if students:
            self.judge(0)  # so that the solution has been run by itself before any submission is
        waiting = iter(students)
        self._fill(waiting)
        while self.under_way:
            self.runner.wait(list(self.under_way))
            for future in [future for future in self.under_way if future.done()]:
                sent = self.under_way.pop(future)
                self.receive(sent, self.run_result(future, sent.notebook))
                self.listener(sent.student)
                self._fill(waiting)


def _last_time(path: Path) -> ClassResults | None:
    try:
        return load(path)
    except (OSError, ResultsError):
        return None


def save_results(recorder: Recorder, students: list[str], *, graded: bool = False) -> ClassResults:
    """Collect what is known of ``students`` and write ``grades/<id>.csv`` and ``grades/<id>.json``.

    After a grading (``graded``) the results say whose points moved since the one before; else they still say the same.
    """
    folder = recorder.course.output / "grades"
    path = folder / f"{recorder.assignment.name}.json"
    recorder.settle_reviews()
    results = collect(recorder, students)
    if before := _last_time(path):
        results = msgspec.structs.replace(results, moved=moves(before, results) if graded else before.moved)
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(path.with_suffix(".csv"), _table(recorder, results))
    save(results, path)  # last, since what moved is found by comparing with it
    return results


def _table(recorder: Recorder, results: ClassResults) -> str:
    """The table of grades: nbgrader's columns, and the scores of ``results``; of who is not graded yet it has none."""
    with recorder.gradebook() as gradebook:
        assignment = gradebook.find_assignment(results.assignment)
        people = {student.id: student for student in gradebook.students}
        came = {row.student.id: row.timestamp for row in gradebook.assignment_submissions(results.assignment)}
        rows = []
        for student in results.students:
            person = people.get(student.student)
            scores = (student.points, student.late_penalty, student.score)
            known = (person.last_name, person.first_name, person.email) if person else ("", "", "")
            values = (
                *(assignment.name, assignment.duedate, came.get(student.student) if student.has_come else ""),
                *(student.student, *known),
                *(("", "", "") if student.status is Status.UNGRADED else scores),
                assignment.max_score,
            )
            rows.append(dict(zip(COLUMNS, values, strict=True)))
    return as_csv(rows)


class Busy(CourseError):
    """Another run is grading the class."""


MOMENT = 2.0
"""Seconds for which a run waits for one that grades a single submission, as `atelier serve` does again and again."""


@contextlib.contextmanager
def alone(assignment: Assignment, wait: float = MOMENT) -> Iterator[None]:
    """Keep a second run from grading the same class at the same time. The lock is gone when this process ends.

    Raises:
        Busy: if another run still does so after ``wait`` seconds.
    """
    until = time.monotonic() + wait
    with (assignment.course.output / f".{assignment.name}.lock").open("w") as file:
        while not _locked(file):
            if time.monotonic() >= until:
                raise Busy(
                    f"Another run is grading {assignment.name} in {assignment.course.output}: wait for its end, or "
                    "end it."
                )
            time.sleep(0.02)
        yield


def _locked(file: IO[str]) -> bool:
    """Whether ``file`` is locked by us; where nothing can be, that is said, and it is taken for locked."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        log.warning("%s cannot be locked: see that no second run grades there.", file.name)
    return True


def grade(
    assignment: Assignment,
    *,
    workers: Workers | None = None,
    only: str = "",
    force: bool = False,
    kernels: kernel_pool.KernelPool | None = None,
    listener: Listener = lambda student: None,
) -> ClassResults:
    """Grade the class's submissions of ``assignment`` and write grades.

    Args:
        assignment: what to grade; submissions lie in ``assignment.course.submitted``.
        workers: who runs them.
        only: grade this student alone.
        force: also grade submissions that have not changed since they were graded, and run them anew.
        kernels: the kind of pool that workers run on.
        listener: called with each student's name when that submission is done.

    Raises:
        CourseError: if the class cannot be graded; never because of what one submission does.
    """
    workers = workers or Workers()
    workers.check(assignment)
    students = students_of(assignment, only)
    recorder = Recorder(assignment)
    kernels = kernels or kernel_pool.KernelPool()
    one = one_engine(assignment.course.database)
    with alone(assignment), one, workers.runner(kernels, assignment) as runner:
        _Class(recorder, runner, conditions(assignment, kernels), listener, force=force).run(students)
    return save_results(recorder, everyone(recorder), graded=True)
