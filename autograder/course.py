"""Where everything of a course is: its sources, what is built from them, and what grading writes."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import hmac
import importlib.util
import json
import os
import re
import secrets
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType

import nbformat
from nbformat import NotebookNode

from autograder.schema import ID

__all__ = ["SETTINGS", "VARIANTS", "Assignment", "Course", "CourseError", "written_by_hand"]

SECRET_BYTES = 32

VARIANTS = 6
"""How many sets of seeds an assignment has. The reference is asked with each, a submission with one."""


SETTINGS = "course.toml"
"""The file beside `exercises/` with what is known of the course as a whole; without it nothing is."""


class CourseError(Exception):
    """Something that the instructor can mend; the message says what, where, and what to do."""


@contextlib.contextmanager
def written_by_hand(path: Path) -> Iterator[None]:
    """Turn whatever is wrong with a file that people write or edit into a CourseError of one sentence."""
    try:
        yield
    except CourseError:
        raise
    except Exception as error:
        raise CourseError(
            f"{path} cannot be used ({type(error).__name__}: {error}): mend it, then try again."
        ) from error


@dataclass(frozen=True)
class Course:
    """A checkout, and where grading writes and reads.

    Grades go to ``output``, by default ``build/`` in the checkout (``root``); submissions lie in ``submitted``, by
    default ``submitted/`` in ``output``.
    """

    root: Path
    output: Path = field(default=Path())
    submitted: Path = field(default=Path())

    def __post_init__(self) -> None:
        """Fill in the default folders."""
        if self.output == Path():
            object.__setattr__(self, "output", self.root / "build")
        if self.submitted == Path():
            object.__setattr__(self, "submitted", self.output / "submitted")

    @classmethod
    def find(cls, start: Path | None = None) -> Course:
        """The course that ``start`` (by default the current folder) lies in.

        Raises:
            CourseError: if there is none.
        """
        start = (start or Path.cwd()).resolve()
        for folder in (start, *start.parents):
            if (folder / "exercises").is_dir() and (folder / "nbgrader_config.py").is_file():
                return cls(folder)
        raise CourseError(
            f"No course was found in {start} or above it: run this command inside the folder that holds `exercises/`."
        )

    @property
    def feedback(self) -> Path:
        """Where feedback pages go, as nbgrader expects them: STUDENT/ID/ID.html."""
        return self.output / "feedback"

    @property
    def database(self) -> str:
        """The gradebook, as SQLAlchemy names it."""
        return f"sqlite:///{self.output / 'gradebook.db'}"

    @cached_property
    def address(self) -> str:
        """Where the course's folder is on the web, such as https://github.com/OWNER/NAME/blob/main; by default nowhere.

        Raises:
            CourseError: if `SETTINGS` cannot be read, or says something else.
        """
        path = self.root / SETTINGS
        if not path.is_file():
            return ""
        with written_by_hand(path):
            settings = tomllib.loads(path.read_text(encoding="utf-8"))
        address = settings.pop("address", "")
        if settings or not isinstance(address, str) or not re.fullmatch(r'(https://[^\s"\\]+)?', address):
            raise CourseError(f'{path} may only say `address = "https://…"`: mend it, or delete it.')
        return address.rstrip("/")

    def assignments(self) -> list[str]:
        """All assignment ids, sorted."""
        return sorted(
            path.parent.name for path in (self.root / "exercises").glob("*/*.py") if path.stem == path.parent.name
        )

    def assignment(self, name: str) -> Assignment:
        """The assignment ``name``.

        Raises:
            CourseError: if it has no source.
        """
        if not ID.fullmatch(name) or name not in self.assignments():
            known = ", ".join(self.assignments()) or "none yet"
            raise CourseError(f"There is no assignment `{name}` in {self.root / 'exercises'} (there are: {known}).")
        return Assignment(self, name)

    @cached_property
    def secret(self) -> bytes:
        """The course's secret, from which all seeds come; made at first use beside the gradebook."""
        path = self.output / "secret"
        try:
            secret = bytes.fromhex(path.read_text())
            if len(secret) == SECRET_BYTES:
                return secret
            raise ValueError
        except FileNotFoundError:
            self.output.mkdir(parents=True, exist_ok=True)
        except ValueError:
            raise CourseError(f"{path} is damaged: restore it from a backup, or delete it and grade again.") from None
        secret = secrets.token_bytes(SECRET_BYTES)
        # Whole or not there: a run that is killed here must not leave an empty secret behind.
        draft = path.with_name(f".secret.{os.getpid()}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(secret.hex())
            os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        return secret


@dataclass(frozen=True)
class Assignment:
    """One assignment: ``exercises/<name>/`` and the two notebooks that are built from it."""

    course: Course
    name: str

    @property
    def folder(self) -> Path:
        """The hand-written sources."""
        return self.course.root / "exercises" / self.name

    @property
    def source(self) -> Path:
        """The one source of both notebooks."""
        return self.folder / f"{self.name}.py"

    @property
    def solution_path(self) -> Path:
        """The solved notebook."""
        return self.course.root / "solutions" / self.name / f"{self.name}.ipynb"

    @property
    def release_path(self) -> Path:
        """The student notebook."""
        return self.course.root / "notebooks" / self.name / f"{self.name}.ipynb"

    @cached_property
    def solution(self) -> NotebookNode:
        """The solved notebook, read."""
        return self._read(self.solution_path)

    @cached_property
    def release(self) -> NotebookNode:
        """The student notebook, read."""
        return self._read(self.release_path)

    def _read(self, path: Path) -> NotebookNode:
        if not path.is_file():
            raise CourseError(f"{path} has not been built: run `atelier build {self.name}`.")
        with written_by_hand(path):
            return nbformat.read(path, as_version=4)

    @property
    def title(self) -> str:
        """The first heading of the lesson."""
        lines = (
            line for cell in self.release.cells if cell.cell_type == "markdown" for line in cell.source.splitlines()
        )
        return next((line.lstrip("# ").strip() for line in lines if line.startswith("# ")), self.name)

    def _graded(self, *, by_hand: bool) -> dict[str, float]:
        graded: dict[str, float] = {}
        for cell in self.release.cells:
            info = cell.metadata.get("nbgrader", {})
            if info.get("grade") and bool(info.get("solution")) is by_hand:
                graded[info["grade_id"].removeprefix("test_")] = float(info["points"])
        return graded

    @cached_property
    def tests(self) -> dict[str, float]:
        """Points by test, in the notebook's order."""
        return self._graded(by_hand=False)

    @cached_property
    def questions(self) -> dict[str, float]:
        """Points by written question."""
        return self._graded(by_hand=True)

    @cached_property
    def probes(self) -> str:
        """The source of ``probes.py``."""
        return self._text("probes.py")

    @cached_property
    def resources(self) -> dict[str, float]:
        """What running takes of a Dask worker's resources: ``RESOURCES = {"GPU": 1}`` in ``probes.py``.

        Raises:
            CourseError: if it is no dict of names and numbers above 0, written out.
        """
        path = self.folder / "probes.py"
        try:
            statements = ast.parse(self.probes).body
        except SyntaxError as error:
            raise CourseError(f"{path} is no Python (line {error.lineno}: {error.msg}).") from error
        values = (
            statement.value
            for statement in statements
            if isinstance(statement, ast.Assign) and [ast.unparse(name) for name in statement.targets] == ["RESOURCES"]
        )
        for value in values:
            with contextlib.suppress(ValueError, TypeError, AttributeError):
                resources = {str(name): float(amount) for name, amount in ast.literal_eval(value).items()}
                if all(amount > 0 for amount in resources.values()):
                    return resources
            raise CourseError(f'{path}: RESOURCES must be written out, such as RESOURCES = {{"GPU": 1}}.')
        return {}

    def _text(self, name: str) -> str:
        path = self.folder / name
        if not path.is_file():
            raise CourseError(f"{path} is missing: every assignment with a test needs it.")
        with written_by_hand(path):
            return path.read_text(encoding="utf-8")

    @cached_property
    def judges(self) -> ModuleType:
        """``judges.py``, imported by its path."""
        self._text("judges.py")
        name = f"_judges_{self.name}"
        spec = importlib.util.spec_from_file_location(name, self.folder / "judges.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        with written_by_hand(self.folder / "judges.py"):
            spec.loader.exec_module(module)
        for test in self.tests:
            if not callable(getattr(module, test, None)):
                raise CourseError(f"{self.folder / 'judges.py'} has no function `{test}` for the test of that name.")
        return module

    def variant(self, student: str, notebook: NotebookNode) -> int:
        """Which of the `VARIANTS` of inputs a sanitized submission is asked with: the same file always with the same.

        Only the secret gives it away, so what feedback tells of one attempt's numbers is of no use to the next.
        """
        content = json.dumps([self.name, student, [cell.source for cell in notebook.cells]]).encode()
        return int.from_bytes(hmac.digest(self.course.secret, content, "sha256")[:8], "big") % VARIANTS

    def seed(self, test: str, variant: int = 0) -> tuple[int, ...]:
        """The seed of the test's random generator: 256 bits that only the course's secret gives away."""
        digest = hashlib.sha256(
            b"\0".join((self.course.secret, self.name.encode(), test.encode(), str(variant).encode()))
        ).digest()
        return tuple(int.from_bytes(digest[start : start + 4], "big") for start in range(0, 32, 4))
