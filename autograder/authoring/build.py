"""`atelier build`: from the one source to the solved notebook and the student notebook."""

from __future__ import annotations

import filecmp
import shutil
import tempfile
from pathlib import Path

import nbformat

from autograder.authoring.source import solved_notebook
from autograder.course import SETTINGS, Assignment, Course
from autograder.gradebook.assigning import generate
from autograder.gradebook.standing_alone import PACKED, packed
from autograder.running.environment import home

__all__ = ["COURSE_PAGE", "build", "stale"]

COURSE_PAGE = "README.md"
"""Hand-written in ``exercises/``, copied to ``notebooks/``: what a course is made of, for students too."""


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
        written = [solution.solution_path, solution.release_path]
        if assignment.course.address:
            shutil.copyfile(assignment.course.root / SETTINGS, scratch.root / SETTINGS)
            written.append(scratch.root / "notebooks" / PACKED)
        generate(scratch, assignment.name, gradebook=False)
        if assignment.course.address:
            written[-1].write_text(packed(home()), encoding="utf-8")
        target = Course(into or assignment.course.root)
        for path in written:
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
