"""`atelier build`: from the one source to the solved notebook and the student notebook."""

from __future__ import annotations

import filecmp
import io
import logging
import re
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells

from autograder.course import Assignment, Course, CourseError
from autograder.preprocessors import RELEASE, configure, log
from autograder.source import solved_notebook

__all__ = ["COURSE_PAGE", "build", "register", "stale"]

COURSE_PAGE = "README.md"
"""Hand-written in ``exercises/``, copied to ``notebooks/``: what a course is made of, for students too."""


def _generate(course: Course, name: str, *, gradebook: bool) -> None:
    """Nbgrader's generate_assignment, which can also tell the gradebook of ``course`` what the assignment holds."""
    course.output.mkdir(parents=True, exist_ok=True)
    config = configure(course)
    config.CourseDirectory.assignment_id = name
    if not gradebook:
        config.GenerateAssignment.no_database = True
        config.GenerateAssignment.preprocessors = [each for each in RELEASE if each is not SaveCells]
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config, log=log)
    converter.force = True
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    log.addHandler(handler)
    try:
        converter.start()
    except NbGraderException as error:
        # nbgrader logs the traceback that matters; its last line is what was wrong.
        lines = [line for line in said.getvalue().splitlines() if re.match(r"\w[\w.]*(Error|Exception|Entry)\b", line)]
        raise CourseError(
            f"nbgrader could not make the student notebook of {name}: {(lines or [str(error)])[0]}"
        ) from error
    finally:
        log.removeHandler(handler)


def build(assignment: Assignment, into: Path | None = None) -> Course:
    """Write both notebooks, by default where they belong.

    Raises:
        CourseError: if the source or its metadata is wrong.
    """
    notebook = solved_notebook(assignment.source)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Course(Path(folder))
        solution = Assignment(scratch, assignment.name)
        solution.solution_path.parent.mkdir(parents=True)
        nbformat.write(notebook, solution.solution_path)
        _generate(scratch, assignment.name, gradebook=False)
        target = Course(into or assignment.course.root)
        for path in (solution.solution_path, solution.release_path):
            destination = target.root / path.relative_to(scratch.root)
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, destination)
    page = assignment.course.root / "exercises" / COURSE_PAGE
    if page.is_file():
        shutil.copyfile(page, target.root / "notebooks" / COURSE_PAGE)
    return target


def stale(assignment: Assignment) -> list[Path]:
    """The built files that are missing or differ from what the sources would give now."""
    root = assignment.course.root
    with tempfile.TemporaryDirectory() as folder:
        fresh = build(assignment, Path(folder)).root
        pairs = [(root / new.relative_to(fresh), new) for new in sorted(fresh.rglob("*")) if new.is_file()]
        return [built for built, new in pairs if not built.is_file() or not filecmp.cmp(built, new, shallow=False)]


def register(assignment: Assignment) -> None:
    """Tell the course's gradebook what the assignment holds, as `nbgrader generate_assignment` would."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Course(Path(folder), output=assignment.course.output)
        copied = Assignment(scratch, assignment.name)
        copied.solution_path.parent.mkdir(parents=True)
        shutil.copyfile(assignment.solution_path, copied.solution_path)
        _generate(scratch, assignment.name, gradebook=True)
