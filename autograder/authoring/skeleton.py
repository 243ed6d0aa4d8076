"""`atelier new`: a small assignment that builds, to be written over."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from autograder.course import Course, CourseError
from autograder.schema import ID

__all__ = ["new"]

TEMPLATES = Path(__file__).parent / "templates"


def new(course: Course, name: str) -> list[Path]:
    """Write ``exercises/<name>/``; return its files.

    Raises:
        CourseError: if ``name`` is no name for an assignment, or is taken.
    """
    folder = course.root / "exercises" / name
    if not ID.fullmatch(name):
        raise CourseError(
            f"`{name}` is no name for an assignment: use lower-case letters, digits and _, a letter first."
        )
    if folder.exists():
        raise CourseError(f"{folder} is there already: choose another name.")
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=False, keep_trailing_newline=True)
    written = []
    for template in sorted(environment.list_templates()):
        path = folder / template.removesuffix(".j2").replace("lesson", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(environment.get_template(template).render(name=name), encoding="utf-8")
        written.append(path)
    return written
