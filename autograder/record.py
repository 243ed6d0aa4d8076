"""Last stage of grading one submission: nbgrader's own preprocessors write it into the gradebook."""

from __future__ import annotations

import contextlib
import sqlite3
import warnings
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader import preprocessors as nbgrader
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError, SAWarning
from traitlets.config import Config, PyFileConfigLoader

from autograder import build
from autograder.course import Assignment, Course, CourseError
from autograder.preprocessors import RECORD, SANITIZE, configure, log
from autograder.results import write_atomically
from autograder.sanitize import NOTE, Unreadable, read_regular, read_submission

__all__ = ["Recorder"]


# nbgrader adds rows in an order that SQLAlchemy remarks on; it is the right order all the same.
warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")


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
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    config.merge(configure(course))
    return config


class Recorder:
    """The one who reads submissions and writes the gradebook and the autograded notebooks of an assignment."""

    def __init__(self, assignment: Assignment) -> None:
        """Open the gradebook, and tell it of the assignment if it does not know it as it is now.

        Raises:
            CourseError: if the gradebook cannot be used.
        """
        self.assignment = assignment
        self.course = assignment.course
        self._config = _nbgrader_config(self.course)
        self._coursedir = CourseDirectory(config=self._config)
        with self.gradebook() as gradebook:
            known = self._is_known(gradebook)
        if not known:
            try:
                build.register(assignment)
            except Exception as error:
                raise CourseError(
                    f"The gradebook {self.course.output / 'gradebook.db'} cannot take the assignment {assignment.name} "
                    f"as it is now: cells were added or removed after submissions had been graded. Restore them, or "
                    f"start a new gradebook with --output. ({error})"
                ) from error

    @contextlib.contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """The gradebook, open.

        Raises:
            CourseError: if the database is locked, damaged or cannot be written.
        """
        path = self.course.output / "gradebook.db"
        try:
            self.course.output.mkdir(parents=True, exist_ok=True)
            with Gradebook(self.course.database) as gradebook:
                yield gradebook
        except (OperationalError, OSError) as error:
            detail = str(getattr(error, "orig", error))
            raise CourseError(
                f"The gradebook {path} cannot be used ({detail}): see that no other program holds it, that the folder "
                f"can be written and that the disk is not full, then grade again."
            ) from error

    def _is_known(self, gradebook: Gradebook) -> bool:
        """Whether the gradebook holds the locked cells and points of the solution as it is now."""
        name = self.assignment.name
        try:
            notebook = gradebook.find_notebook(name, name)
        except MissingEntry:
            return False
        sources = {cell.name: cell.source for cell in notebook.source_cells if cell.locked}
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
        infos = [
            (cell, cell.metadata.nbgrader) for cell in self.assignment.solution.cells if "nbgrader" in cell.metadata
        ]
        return sources == {info.grade_id: cell.source for cell, info in infos if info.locked} and points == {
            info.grade_id: info.points for cell, info in infos if info.grade
        }

    def resources(self, student: str) -> ResourcesDict:
        """What nbgrader's preprocessors want to know."""
        name = self.assignment.name
        known = {"student": student, "assignment": name, "notebook": name, "db_url": self.course.database}
        return ResourcesDict(nbgrader=known, unique_key=name)

    @cached_property
    def _sanitizers(self) -> list[NbGraderPreprocessor]:
        return [each(config=self._config, log=log) for each in SANITIZE]

    @cached_property
    def _recorders(self) -> list[NbGraderPreprocessor]:
        return [each(config=self._config, log=log) for each in RECORD]

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

    def knows(self, student: str) -> bool:
        """Whether the gradebook has a submission of the student."""
        with self.gradebook() as gradebook, contextlib.suppress(MissingEntry):
            gradebook.find_submission(self.assignment.name, student)
            return True
        return False

    def settle_lateness(self, student: str, notebook: NotebookNode) -> None:
        """Count the late penalty anew: the due date, an extension or a grade by hand may have come since grading."""
        penalties = nbgrader.AssignLatePenalties(config=self._config, log=log)
        self._through([penalties], notebook, self.resources(student))

    def record(self, student: str, notebook: NotebookNode) -> None:
        """Write the annotated notebook's points into the gradebook, and the notebook to its place."""
        notebook = self._through(self._recorders, notebook, self.resources(student))
        path = self.autograded(student)
        write_atomically(path, nbformat.writes(notebook))
        timestamp = self.submission(student).parent / "timestamp.txt"
        with contextlib.suppress(OSError, Unreadable):
            (path.parent / "timestamp.txt").write_bytes(read_regular(timestamp, max_bytes=1000))
