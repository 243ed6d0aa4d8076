"""Last stage of grading one submission: nbgrader's own preprocessors write it into the gradebook."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader import preprocessors as nbgrader
from nbgrader.api import Gradebook, InvalidEntry, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from sqlalchemy import Engine, event
from sqlalchemy.exc import DatabaseError, SAWarning
from traitlets.config import Config, PyFileConfigLoader

from autograder import build
from autograder.course import Assignment, Course, CourseError, written_by_hand
from autograder.preprocessors import RECORD, SANITIZE, configure, log
from autograder.results import write_atomically
from autograder.reviews import settle
from autograder.sanitize import NOTE, Unreadable, read_regular, read_submission

__all__ = ["BESIDE", "Recorder", "copy_beside"]

NBGRADER_CONFIG = "nbgrader_config.py"
BESIDE = ("timestamp.txt", "submission_secret.txt")


# nbgrader adds rows in an order that SQLAlchemy remarks on; it is the right order all the same.
warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")
# nbgrader's gradebook logs, with a traceback, what it then raises.
logging.getLogger("tornado.application").addFilter(lambda record: "Rolling back session" not in record.getMessage())


@event.listens_for(Engine, "connect")
def _write_ahead(connection: object, _record: object) -> None:
    """Let SQLite append to a log instead of waiting for the disk at each of nbgrader's many commits.

    It is as safe, if not as durable: after a power failure the last grades may be missing, and are graded again.
    """
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")


def _nbgrader_config(course: Course) -> Config:
    """What ``nbgrader_config.py`` says, late penalties for instance, with this run's own folders."""
    with written_by_hand(course.root / NBGRADER_CONFIG):
        config = PyFileConfigLoader(NBGRADER_CONFIG, path=str(course.root)).load_config()
    config.merge(configure(course))
    return config


def copy_beside(source: Path, target: Path) -> None:
    """Copy what nbgrader's exchange has put beside a notebook: it finds a student's feedback by it later on."""
    for name in BESIDE:
        copied = target / name
        copied.unlink(missing_ok=True)  # nbgrader's own may not be written over
        with contextlib.suppress(OSError, Unreadable):
            copied.write_bytes(read_regular(source / name, max_bytes=1000))


class Recorder:
    """The one who reads submissions and writes the gradebook and the autograded notebooks of an assignment."""

    def __init__(self, assignment: Assignment) -> None:
        """Open the gradebook, and tell it of the assignment if it does not know it as it is now.

        Raises:
            CourseError: if the gradebook or ``nbgrader_config.py`` cannot be used.
        """
        self.assignment = assignment
        self.course = assignment.course
        self._config = _nbgrader_config(self.course)
        with written_by_hand(self.course.root / NBGRADER_CONFIG):  # whose options these take
            self._coursedir = CourseDirectory(config=self._config)
            self._sanitizers = [each(config=self._config, log=log) for each in SANITIZE]
            self._recorders = [each(config=self._config, log=log) for each in RECORD]
            self._penalties = nbgrader.AssignLatePenalties(config=self._config, log=log)
            self._penalties.init_plugin()
        with self._usable():
            self._make_gradebook()
        with self.gradebook() as gradebook:
            known = self._is_known(gradebook)
        if not known:
            try:
                build.register(assignment)
            except Exception as error:
                if not self._count_submissions():  # then any cells would do, and something else is wrong
                    raise self._unusable(self._database, str(error)) from error
                raise CourseError(
                    f"The gradebook {self.course.output / 'gradebook.db'} cannot take the assignment {assignment.name} "
                    f"as it is now: cells were added or removed after submissions had been graded. Restore them, or "
                    f"start a new gradebook with --output DIR --submitted {self.course.submitted}. ({error})"
                ) from error

    @property
    def _database(self) -> Path:
        return self.course.output / "gradebook.db"

    @staticmethod
    def _unusable(path: Path | str, detail: str) -> CourseError:
        return CourseError(
            f"{path} cannot be used ({detail}): see that no other program holds it, that the folder can be written and "
            f"that the disk is not full, then grade again; what was finished is kept."
        )

    @contextlib.contextmanager
    def _usable(self) -> Iterator[None]:
        """Turn a locked, damaged or read-only gradebook and a full disk into a sentence."""
        try:
            yield
        except (sqlite3.Error, DatabaseError, InvalidEntry) as error:
            # nbgrader takes whatever SQLite refuses for a wrong entry.
            fault = error.__context__ if isinstance(error, InvalidEntry) else error
            fault = getattr(fault, "orig", fault)
            if isinstance(fault, sqlite3.OperationalError) or type(fault) is sqlite3.DatabaseError:
                raise self._unusable(self._database, str(fault)) from error
            raise
        except OSError as error:
            raise self._unusable(error.filename or self.course.output, error.strerror or str(error)) from error

    def _make_gradebook(self) -> None:
        """Make the gradebook if there is none: in another place first, since a kill half-way would leave half of it."""
        self.course.output.mkdir(parents=True, exist_ok=True)
        if not self._database.exists():
            with tempfile.TemporaryDirectory(dir=self.course.output, prefix=".gradebook.") as folder:
                draft = Path(folder) / self._database.name
                Gradebook(f"sqlite:///{draft}").close()
                if len(list(Path(folder).iterdir())) > 1:  # SQLite keeps a log that it cannot write back
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._database))
                draft.rename(self._database)

    @contextlib.contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """The gradebook, open.

        Raises:
            CourseError: if the database is locked, damaged or cannot be written.
        """
        with self._usable(), Gradebook(self.course.database) as gradebook:
            yield gradebook

    def _is_known(self, gradebook: Gradebook) -> bool:
        """Whether the gradebook holds the graded cells and points of the assignment as it is now."""
        name = self.assignment.name
        try:
            notebook = gradebook.find_notebook(name, name)
        except MissingEntry:
            return False
        sources = {cell.name: cell.source for cell in notebook.source_cells}
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
        solved, released = self._graded_cells(self.assignment.solution), self._graded_cells(self.assignment.release)
        # Of locked cells the gradebook holds the solution's text, with the hidden tests; of others the students'.
        locked = {name: cell for name, cell in solved.items() if cell.metadata.nbgrader.locked}
        return sources == {name: cell.source for name, cell in (released | locked).items()} and points == {
            name: cell.metadata.nbgrader.points for name, cell in solved.items() if cell.metadata.nbgrader.grade
        }

    @staticmethod
    def _graded_cells(notebook: NotebookNode) -> dict[str, NotebookNode]:
        return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}

    def _count_submissions(self) -> int:
        with self.gradebook() as gradebook, contextlib.suppress(MissingEntry):
            return len(gradebook.assignment_submissions(self.assignment.name))
        return 0

    def resources(self, student: str) -> ResourcesDict:
        """What nbgrader's preprocessors want to know."""
        name = self.assignment.name
        known = {"student": student, "assignment": name, "notebook": name, "db_url": self.course.database}
        return ResourcesDict(nbgrader=known, unique_key=name)

    @staticmethod
    def _through(
        preprocessors: Sequence[NbGraderPreprocessor], notebook: NotebookNode, resources: ResourcesDict
    ) -> NotebookNode:
        for preprocessor in preprocessors:
            notebook, resources = preprocessor(notebook, resources)
        return notebook

    def submission(self, student: str) -> Path:
        """Where the student's notebook should be."""
        return self.course.submitted / student / self.assignment.name / f"{self.assignment.name}.ipynb"

    def handed_in(self, student: str) -> bool:
        """Whether something lies where the notebook should be, be it readable or not."""
        try:
            self.submission(student).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:  # whoever reads it will say what is wrong
            return True
        return True

    def autograded(self, student: str) -> Path:
        """Where the performed notebook goes."""
        return self.course.output / "autograded" / student / self.assignment.name / f"{self.assignment.name}.ipynb"

    def add_student(self, student: str) -> None:
        """Make sure that the gradebook has the student."""
        with self.gradebook() as gradebook:
            gradebook.update_or_create_student(student)

    def sanitize(self, student: str) -> NotebookNode:
        """The student's submission, read and restored, and entered in the gradebook with its time."""
        timestamp, complaint = self._timestamp(student)
        with self.gradebook() as gradebook:
            gradebook.update_or_create_student(student)
            when = {"timestamp": timestamp} if timestamp else {}
            gradebook.update_or_create_submission(self.assignment.name, student, **when)
        notebook = read_submission(self.submission(student), self.assignment.release)
        notebook = self.restored(student, notebook)
        notebook.metadata[NOTE]["events"] += complaint
        return notebook

    def restored(self, student: str, notebook: NotebookNode) -> NotebookNode:
        """The notebook in the assignment's own form."""
        return self._through(self._sanitizers, notebook, self.resources(student))

    def _timestamp(self, student: str) -> tuple[datetime | None, list[str]]:
        """When the submission came, if a ``timestamp.txt`` says so; and what is wrong with that file, if anything."""
        path = self.submission(student).parent / "timestamp.txt"
        try:
            if path.is_symlink() or path.exists():
                read_regular(path, max_bytes=1000)
            return self._coursedir.get_existing_timestamp(str(self.submission(student).parent)), []
        except Exception:  # nbgrader's own way of complaining is one that only its commands survive
            return None, ["`timestamp.txt` does not hold a date and time, so no lateness was counted."]

    def settle_reviews(self) -> None:
        """Ask for a second look at those grades by hand only whose answer has changed since."""
        with self.gradebook() as gradebook:
            settle(gradebook, self.assignment.name)

    def knows(self, student: str) -> bool:
        """Whether the gradebook has points for every test of the student's submission."""
        with self.gradebook() as gradebook, contextlib.suppress(MissingEntry):
            (submitted,) = gradebook.find_submission(self.assignment.name, student).notebooks
            scores = {grade.name.removeprefix("test_"): grade.auto_score for grade in submitted.grades}
            return all(scores.get(test) is not None for test in self.assignment.tests)
        return False

    def settle_lateness(self, student: str, notebook: NotebookNode) -> None:
        """Count the late penalty anew: the due date, an extension or a grade by hand may have come since grading."""
        self._through([self._penalties], notebook, self.resources(student))

    def record(self, student: str, notebook: NotebookNode) -> None:
        """Write the annotated notebook's points into the gradebook, and the notebook to its place."""
        path = self.autograded(student)
        with self._usable():
            notebook = self._through(self._recorders, notebook, self.resources(student))
            path.parent.mkdir(parents=True, exist_ok=True)
            copy_beside(self.submission(student).parent, path.parent)
            # Last of all: what lies there is taken for graded.
            write_atomically(path, nbformat.writes(notebook))
