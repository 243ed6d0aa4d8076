"""`atelier init`: a folder for a course of one's own, with a first lesson that builds as it is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from autograder.authoring.skeleton import new
from autograder.course import Course, CourseError

__all__ = ["LESSON", "init"]

TEMPLATES = Path(__file__).parent / "course_templates"
LESSON = "first"
REQUIREMENTS = "# What students install: what the lessons' `util` needs, in versions that were tried.\n"


def init(folder: Path) -> list[Path]:
    """Write a course into ``folder``, which is made if need be; return its files, relative to it.

    Raises:
        CourseError: if ``folder`` is not empty, or Atelier is not installed as a package.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CourseError(f"{folder} is not empty: name an empty folder, or one that does not exist yet.")
    needed = _requirements()
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=False, keep_trailing_newline=True)
    title = folder.resolve().name
    for template in environment.list_templates():
        path = folder / template.removesuffix(".j2").replace("gitignore", ".gitignore")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(environment.get_template(template).render(title=title, lesson=LESSON), encoding="utf-8")
    (folder / "requirements.txt").write_text(REQUIREMENTS + "".join(f"{line}\n" for line in needed), encoding="utf-8")
    new(Course(folder), LESSON)
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def _requirements() -> list[str]:
    """What `util` needs of other packages: Atelier's own requirements without those of its extras."""
    try:
        lines = requires("atelier") or []
    except PackageNotFoundError:
        raise CourseError("Atelier is not installed as a package here: `pip install` it first.") from None
    return [line for line in lines if "extra ==" not in line]
