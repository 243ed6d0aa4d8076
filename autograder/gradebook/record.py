"""Last stage of grading one submission: nbgrader's own preprocessors write it into the gradebook."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec
import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader import preprocessors as nbgrader
from nbgrader.api import Base, Gradebook, InvalidEntry, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.dbutil import ALEMBIC_DIR
from nbgrader.preprocessors import NbGraderPreprocessor
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, SAWarning
from traitlets.config import Config, PyFileConfigLoader

from autograder.course import Assignment, Course, CourseError, written_by_hand
from autograder.files import write_atomically
from autograder.gradebook.assigning import register
from autograder.gradebook.extensions import settle_extension
from autograder.gradebook.preprocessors import RECORD, SANITIZE, configure, log
from autograder.gradebook.reviews import settle
from autograder.intake.finding import Found, Place, Wanted, find, is_junk
from autograder.intake.reading import MAX_BESIDE, Unreadable, notebook_of, read_regular
from autograder.intake.recognise import plain, share_of_texts
from autograder.intake.sanitize import ASSIGNMENT, is_of, is_untouched, read_submission, restore
from autograder.intake.timestamps import Unclear, read_moment
from autograder.schema import NOTE, TIMESTAMP

__all__ = ["BESIDE", "HandedIn", "Recorder", "copy_beside", "found_in"]

NBGRADER_CONFIG = "nbgrader_config.py"
SECRET = "submission_secret.txt"
BESIDE = (TIMESTAMP, SECRET)


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
    read = {name: _read(partial(read_regular, source / name, MAX_BESIDE)) for name in BESIDE}
    _write_beside(target, {name: content for name, content in read.items() if isinstance(content, bytes)})


def _write_beside(folder: Path, files: Mapping[str, bytes]) -> None:
    for name in BESIDE:
        path = folder / name
        path.unlink(missing_ok=True)  # nbgrader's own may not be written over
        if name in files:
            with contextlib.suppress(OSError):
                path.write_bytes(files[name])


def _read(read: Callable[[], bytes]) -> bytes | Unreadable | OSError:
    """What was read, or why it could not be."""
    try:
        return read()
    except (Unreadable, OSError) as error:
        return error


@dataclass(frozen=True)
class HandedIn:
    """What a student has handed in. Every file was read once: whatever is put in its place later changes nothing.

    ``notebook``, ``timestamp`` and ``secret`` are what files hold, or why they cannot be read.
    """

    found: Found
    notebook: bytes | Unreadable | OSError
    timestamp: bytes | Unreadable | OSError
    secret: bytes | Unreadable | OSError
    named: bytes
    """Which file was taken, if it is not where it belongs, and which others lie there."""

    @property
    def mark(self) -> str:
        """A hash of all of it."""
        digest = hashlib.sha256(self.named)
        for part in (self.notebook, self.timestamp, self.secret):
            if isinstance(part, bytes):
                digest.update(hashlib.sha256(part).digest())
        return digest.hexdigest()[:32]

    @property
    def beside(self) -> dict[str, bytes]:
        """What nbgrader's exchange has put beside the notebook."""
        files = dict(zip(BESIDE, (self.timestamp, self.secret), strict=True))
        return {name: content for name, content in files.items() if isinstance(content, bytes)}

    def read(self) -> bytes:
        """The notebook's file; raises what reading it has raised."""
        return _bytes(self.notebook)


def _bytes(part: bytes | Unreadable | OSError) -> bytes:
    if isinstance(part, bytes):
        return part
    raise part


def found_in(assignment: Assignment, student: str, submitted: Path | None = None) -> Found:
    """What ``student`` has handed in for ``assignment``: the notebook to be graded, or what lies there instead.

    Submissions lie in ``submitted``, by default that of the course.
    """
    course, release = assignment.course, assignment.release
    wanted = Wanted(assignment.name, tuple(course.assignments()), lambda content: is_of(content, release))
    return find((submitted or course.submitted) / student, wanted)


def _make_tables(path: Path) -> None:
    """The tables of nbgrader with the mark of their version, which `Gradebook` would start a program for."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    engine = create_engine(f"sqlite:///{path}")
    try:
        Base.metadata.create_all(engine)
        with engine.begin() as connection:
            MigrationContext.configure(connection).stamp(ScriptDirectory(ALEMBIC_DIR), "head")
    finally:
        engine.dispose()


def _as_file(notebook: NotebookNode) -> str:
    """The text of a notebook's file as nbformat writes it, but for texts that stay in one piece, and far sooner."""
    try:
        return msgspec.json.format(msgspec.json.encode(notebook, order="sorted"), indent=1).decode() + "\n"
    except (UnicodeEncodeError, OverflowError):  # half of a character, or a number that JSON hardly knows
        return nbformat.writes(notebook)


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
            CourseDirectory(config=self._config)
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
                register(assignment)
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
                _make_tables(draft)
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
        return ResourcesDict(nbgrader=known, unique_key=name, **{ASSIGNMENT: self.assignment})

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

    def found(self, student: str) -> Found:
        """What the student has handed in: the notebook that is to be graded, or what lies there instead."""
        return found_in(self.assignment, student)

    def handed_in(self, student: str) -> bool:
        """Whether there is something to be graded, be it readable or not."""
        return self.found(student).place is not None

    def roster(self) -> list[str]:
        """The students whom the gradebook knows, whether they have handed in or not."""
        with self.gradebook() as gradebook:
            return [student.id for student in gradebook.students if not is_junk(student.id)]

    def take(self, student: str) -> HandedIn:
        """Read what the student has handed in."""
        found = self.found(student)
        place = found.place or Place(self.submission(student), root=self.course.submitted)
        named = []
        if found.place and place.shown != f"{self.assignment.name}/{self.assignment.name}.ipynb":
            named.append(os.fsencode(f"{place.path}\0{place.member}"))
        for each in found.beside:
            with contextlib.suppress(OSError):
                named.append(os.fsencode(f"{each.shown}\0{each.path.stat().st_size}"))
        own = self.submission(student).with_name(TIMESTAMP)
        when = own if os.path.lexists(own) else place.path.with_name(TIMESTAMP)
        secret = place.path.with_name(SECRET)
        root = self.course.submitted
        return HandedIn(
            found,
            _read(place.read) if found.place else Unreadable(found.reason),
            _read(partial(read_regular, when, MAX_BESIDE, root)),
            _read(partial(read_regular, secret, MAX_BESIDE, root)),
            b"".join(named),
        )

    def mark(self, student: str) -> str:
        """A hash of what the student has handed in: which file was taken, what it holds, and when it came."""
        return self.take(student).mark

    def autograded(self, student: str) -> Path:
        """Where the autograded notebook goes."""
        return self.course.output / "autograded" / student / self.assignment.name / f"{self.assignment.name}.ipynb"

    def add_student(self, student: str) -> None:
        """Make sure that the gradebook has the student."""
        with self.gradebook() as gradebook:
            gradebook.update_or_create_student(student)

    def sanitize(self, student: str, handed_in: HandedIn) -> NotebookNode:
        """The student's submission, restored, and entered in the gradebook with its time."""
        complaint = self.enter(student, handed_in)
        found = handed_in.found
        notebook = self.restored(student, read_submission(handed_in.read, self.assignment.release))
        note = notebook.metadata[NOTE]
        note["events"] = [*found.events, *note["events"], *complaint]
        note["attention"] = self._attention(notebook, found)
        return notebook

    def enter(self, student: str, handed_in: HandedIn) -> list[str]:
        """Enter a submission in the gradebook, with its time; return a sentence on a time that cannot be read."""
        timestamp, complaint = self._timestamp(handed_in)
        with self.gradebook() as gradebook:
            gradebook.update_or_create_student(student)
            # What cannot be read counts as in time, whatever an earlier file has said.
            when = {"timestamp": timestamp} if timestamp or complaint else {}
            gradebook.update_or_create_submission(self.assignment.name, student, **when)
            settle_extension(gradebook, self.course, self.assignment.name, student)
        return complaint

    def _attention(self, notebook: NotebookNode, found: Found) -> list[str]:
        """What must not be overlooked: the work may be in a notebook beside the one that was graded."""
        release = self.assignment.release
        if not is_untouched(notebook, release):
            return self._another(notebook, found)
        worked_on = [f"`{place.shown}`" for place in found.beside if self._is_worked_on(place)]
        if not worked_on or found.place is None:
            return self._another(notebook, found)
        state = "cannot be read" if notebook.metadata[NOTE].get("unreadable") else "is untouched"
        return [
            f"The notebook that was graded, `{found.place.shown}`, {state}, but there is work in "
            f"{', '.join(worked_on[:3])}: if that is meant, give it the place of the other, and grade again."
        ]

    def _another(self, notebook: NotebookNode, found: Found) -> list[str]:
        """Whether the notebook is that of another assignment: whether it has most of that one's own texts."""
        theirs = {plain(cell.source) for cell in notebook.cells}
        if share_of_texts(self.assignment.release, theirs) > 0.2 or found.place is None:
            return []
        for name in self.course.assignments():
            other = self.course.assignment(name)
            if (
                name != self.assignment.name
                and other.release_path.is_file()
                and share_of_texts(other.release, theirs) > 0.5
            ):
                return [f"`{found.place.shown}` seems to be the notebook of `{name}`: a mistake in handing in?"]
        return []

    def _is_worked_on(self, place: Place) -> bool:
        release = self.assignment.release
        try:
            content = place.looked_into()
            if not is_of(content, release):
                return False
            notebook, _ = restore(notebook_of(content)[0], release)
        except (Unreadable, OSError):
            return False
        return not is_untouched(notebook, release)

    def restored(self, student: str, notebook: NotebookNode) -> NotebookNode:
        """The notebook in the assignment's own form."""
        return self._through(self._sanitizers, notebook, self.resources(student))

    @staticmethod
    def _timestamp(handed_in: HandedIn) -> tuple[datetime | None, list[str]]:
        """When the submission came, if a ``timestamp.txt`` says so; and what is wrong with that file, if anything."""
        try:
            return read_moment(_bytes(handed_in.timestamp)), []
        except (FileNotFoundError, NotADirectoryError):
            return None, []
        except Unclear as error:
            why = str(error)
        except (Unreadable, OSError):
            why = "it is no small file that can be read"
        return None, [f"`{TIMESTAMP}` does not hold a date and time, so no lateness was counted: {why}."]

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

    def record(self, student: str, notebook: NotebookNode, beside: Mapping[str, bytes]) -> None:
        """Write the annotated notebook's points into the gradebook, and the notebook to its place.

        ``beside`` are the files that lay beside it, as `HandedIn.beside` has them.
        """
        path = self.autograded(student)
        with self._usable():
            notebook = self._through(self._recorders, notebook, self.resources(student))
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_beside(path.parent, beside)
            # Last of all: what lies there is taken for graded.
            write_atomically(path, _as_file(notebook))
