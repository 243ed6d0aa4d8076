"""`atelier grade`: a whole class. Workers perform, in parallel; the caller sanitizes, judges and records."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import dask
from distributed import Client, Future, LocalCluster, as_completed
from nbformat import NotebookNode
from nbgrader.plugins import CsvExportPlugin

from autograder import stage
from autograder.answers import Answer, clean_sentence
from autograder.collect import collect, performed_notebook
from autograder.course import Assignment, CourseError
from autograder.judge import judge_all, questions
from autograder.perform import Performance
from autograder.preprocessors import annotate
from autograder.record import Recorder
from autograder.reference import fingerprint, keep, kept
from autograder.results import ClassResults, save
from autograder.sanitize import NOTE, Unreadable, read_regular, refused

__all__ = ["Listener", "Workers", "grade", "save_results", "students_of"]

log = logging.getLogger(__name__)

Listener = Callable[[str], None]
"""Called with a student's name whenever a submission is done."""


@dataclass(frozen=True)
class Workers:
    """Who performs: ``jobs`` threads of this process with one warm kernel, or the workers of a Dask scheduler."""

    jobs: int = 2
    scheduler: str = ""


@contextlib.contextmanager
def _client(workers: Workers) -> Iterator[Client]:
    logging.getLogger("distributed").setLevel(logging.ERROR)
    if workers.scheduler:
        try:
            client = Client(workers.scheduler, timeout="20s")
        except (OSError, ValueError) as error:
            raise CourseError(f"No Dask scheduler answers at {workers.scheduler} ({error}).") from error
        with client:
            yield client
        return
    # Threads, not processes: a worker only waits for a sandbox, and all of them share one warm kernel. They wake up
    # often and briefly, so they must not wait 5 ms for each other, nor for a profiler that looks at them all the time.
    sys.setswitchinterval(0.0005)
    dask.config.set({"distributed.worker.profile.enabled": False})
    local = "127.0.0.1:0"
    with (
        LocalCluster(
            n_workers=1,
            threads_per_worker=workers.jobs,
            processes=False,
            dashboard_address=local,
            worker_dashboard_address=local,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


def _is_student(path: Path) -> bool:
    if path.name.startswith(".") or not path.is_dir():
        return False
    if path.is_symlink() or not path.name.isprintable():
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


def _mark(path: Path, reference: str) -> str:
    """A hash of a submission and of all that its score depends on."""
    digest = hashlib.sha256(reference.encode())
    for part in (path, path.parent / "timestamp.txt"):
        with contextlib.suppress(OSError, Unreadable):
            digest.update(hashlib.sha256(read_regular(part)).digest())
    return digest.hexdigest()[:32]


class _Class:
    """One run over a class: what is still to be sent, what is on its way, what has come back."""

    def __init__(self, recorder: Recorder, client: Client, house: stage.Stage, listener: Listener) -> None:
        self.recorder = recorder
        self.assignment = recorder.assignment
        self.client = client
        self.house = house
        self.listener = listener
        self.mark = fingerprint(self.assignment) + self._judges_mark()
        self.under_way: dict[str, tuple[str, NotebookNode]] = {}
        self._kept = kept(self.assignment)
        self._solution = self._send(self.assignment.solution) if self._kept is None else None

    def _judges_mark(self) -> str:
        return hashlib.sha256((self.assignment.folder / "judges.py").read_bytes()).hexdigest()

    @property
    def answers(self) -> dict[str, Answer]:
        """The reference answers; the first who asks for them waits until the solution has been performed."""
        if self._kept is None:
            assert self._solution is not None
            self._kept = keep(self.assignment, self._solution.result())
        return self._kept

    def _send(self, notebook: NotebookNode) -> Future:
        asked = questions(self.assignment)
        return self.client.submit(stage.perform, self.house, notebook, self.assignment.probes, asked, pure=False)

    def is_done(self, student: str) -> bool:
        """Whether this very submission has been graded with these very tests."""
        notebook = performed_notebook(self.recorder, student)
        mark = _mark(self.recorder.submission(student), self.mark)
        same = notebook is not None and notebook.metadata.get(NOTE, {}).get("mark") == mark
        return same and self.recorder.knows(student)

    def send(self, student: str) -> Future | None:
        """Sanitize and send one submission; None if there is nothing to perform."""
        path = self.recorder.submission(student)
        if not (path.exists() or path.is_symlink()):
            self.recorder.add_student(student)
            return None
        try:
            notebook = self.recorder.sanitize(student)
        except CourseError:
            raise
        except Exception as error:  # a submission can be odd in more ways than anyone has thought of
            log.exception("The submission of %s could not be read.", student)
            reason = f"The submitted file cannot be graded: the grader stumbled over it ({type(error).__name__})."
            notebook = self.recorder.restored(student, refused(self.assignment.release, reason))
        notebook.metadata[NOTE]["mark"] = _mark(path, self.mark)
        if reason := notebook.metadata[NOTE].get("unreadable"):
            self.receive(student, notebook, Performance.refused(reason, self.assignment.tests))
            return None
        future = self._send(notebook)
        self.under_way[future.key] = (student, notebook)
        return future

    def receive(self, student: str, notebook: NotebookNode, performance: Performance) -> None:
        """Judge and record one performance; if that fails, record a refusal instead."""
        try:
            self._record(student, notebook, performance)
        except CourseError:
            raise
        except Exception as error:  # what a submission printed must not end the run either
            log.exception("What the submission of %s did could not be recorded.", student)
            reason = f"What the submission did could not be recorded ({type(error).__name__})."
            blank = self.recorder.restored(student, refused(self.assignment.release, reason))
            blank.metadata[NOTE]["mark"] = notebook.metadata[NOTE]["mark"]
            self._record(student, blank, Performance.refused(reason, self.assignment.tests))

    def _record(self, student: str, notebook: NotebookNode, performance: Performance) -> None:
        annotate(notebook, performance, judge_all(self.assignment, performance, self.answers))
        self.recorder.record(student, notebook)

    def _performance(self, future: Future, result: object, notebook: NotebookNode) -> Performance:
        """What came back; if it is an error of the grader's own, a refusal, which is not taken for graded next time."""
        if isinstance(result, Performance):
            return result
        reason = clean_sentence(f"The grader could not perform it: {future.exception()}")
        notebook.metadata[NOTE].update(unreadable=reason, mark="")
        return Performance.refused(reason, self.assignment.tests)

    def run(self, students: list[str], *, force: bool, window: int) -> None:
        """Grade ``students``, with at most ``window`` submissions in memory."""
        waiting = iter(students)
        pool: as_completed = as_completed(with_results=True, raise_errors=False)

        def send_next() -> None:
            for student in waiting:
                future = None if not force and self.is_done(student) else self.send(student)
                if future is not None:
                    pool.add(future)
                    return
                self.listener(student)

        for _ in range(window):
            send_next()
        for future, result in pool:
            student, notebook = self.under_way.pop(future.key)
            self.receive(student, notebook, self._performance(future, result, notebook))
            self.listener(student)
            send_next()


def save_results(recorder: Recorder, students: list[str]) -> ClassResults:
    """Collect what is known of ``students`` and write ``grades/<id>.json`` and ``grades/<id>.csv``."""
    results = collect(recorder, students)
    folder = recorder.course.output / "grades"
    save(results, folder / f"{results.assignment}.json")
    export = CsvExportPlugin()
    export.to, export.assignment = str(folder / f"{results.assignment}.csv"), [results.assignment]
    with recorder.gradebook() as gradebook:
        export.export(gradebook)
    return results


def grade(
    assignment: Assignment,
    *,
    workers: Workers | None = None,
    only: str = "",
    force: bool = False,
    house: stage.Stage | None = None,
    listener: Listener = lambda student: None,
) -> ClassResults:
    """Grade the class's submissions of ``assignment`` and write grades.

    Args:
        assignment: what to grade; submissions lie in ``assignment.course.submitted``.
        workers: who performs.
        only: grade this student alone.
        force: also grade submissions that have not changed since they were graded.
        house: the kind of stage that workers perform on.
        listener: called with each student's name when that submission is done.

    Raises:
        CourseError: if the class cannot be graded; never because of what one submission does.
    """
    workers = workers or Workers()
    students = students_of(assignment, only)
    recorder = Recorder(assignment)
    with _client(workers) as client:
        run = _Class(recorder, client, house or stage.Stage(), listener)
        run.run(
            students, force=force, window=2 * (workers.jobs if not workers.scheduler else 2 * len(client.nthreads()))
        )
    return save_results(recorder, students_of(assignment))
