"""`atelier release`: the archive that students get, and nothing that they should not see."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.authoring.build import COURSE_PAGE, stale
from autograder.course import Assignment, CourseError
from autograder.gradebook.standing_alone import modules
from autograder.running.environment import home

__all__ = ["release", "release_files"]

FILES = ("data/README.md", "requirements.txt")
"""Beside notebooks, trained models and `util`. Of the data only where they come from: each student fetches them."""

PROJECT = "pyproject.toml"
"""Goes along where there is one; a course that was begun with `atelier init` has none."""

README, FOR_STUDENTS = "README.md", "docs/students.md"
"""In the archive the students' page is the README: the course's own speaks of files that students do not have."""

FORBIDDEN = ("BEGIN HIDDEN TESTS", "BEGIN SOLUTION", "BEGIN MARK SCHEME", "# probe:")
TIME = (1980, 1, 1, 0, 0, 0)


def release_files(assignments: Iterable[Assignment]) -> Iterator[tuple[Path, str]]:
    """Each file of the release, with its name in the archive."""
    root = None
    for assignment in assignments:
        root = assignment.course.root
        yield assignment.release_path, str(assignment.release_path.relative_to(root))
        for trained in sorted((root / "data").glob(f"{assignment.name}-*.weights.h5")):
            yield trained, str(trained.relative_to(root))
    if root is None:
        raise CourseError("There is nothing to release.")
    if (page := root / "notebooks" / COURSE_PAGE).is_file():
        yield page, str(page.relative_to(root))
    library = root if (root / "util").is_dir() else home()
    for path in modules(library):
        yield path, str(path.relative_to(library))
    for name in (*FILES, *([PROJECT] if (root / PROJECT).is_file() else [])):
        yield root / name, name


def _students_readme(root: Path) -> str:
    """The students' page, with its links as they lead from the top; a course without one gives its own README."""
    page = root / FOR_STUDENTS
    if not page.is_file():
        return (root / README).read_text(encoding="utf-8")
    return page.read_text(encoding="utf-8").replace("](../", "](")


def release(assignments: list[Assignment], output: Path) -> int:
    """Write the archive; return how many files it holds. The same course gives the same bytes.

    Raises:
        CourseError: if a notebook is not fresh, or a file holds what students must not see.
    """
    for assignment in assignments:
        if stale(assignment):
            raise CourseError(f"{assignment.name} is not fresh: run `atelier build {assignment.name}` first.")
    contents = {name: path.read_bytes() for path, name in release_files(assignments)}
    contents[README] = _students_readme(assignments[0].course.root).encode()
    for name, content in contents.items():
        if leaks := [word for word in FORBIDDEN if word.encode() in content]:
            raise CourseError(f"{name} holds `{leaks[0]}` and would give away what students must not see.")
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, TIME), content, zipfile.ZIP_DEFLATED)
    return len(contents)
