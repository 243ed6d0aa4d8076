"""Names of a lesson for benchmarks: what its cells define, without running the whole lesson."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from autograder.authoring.source import read_cells
from benchmarks.needed import closure, dependencies, names

__all__ = ["lesson_names"]

ROOT = Path(__file__).resolve().parent.parent


def lesson_names(
    lesson: str, wanted: Iterable[str], settings: Callable[[dict[str, Any]], dict[str, Any]] | None = None
) -> SimpleNamespace:
    """What ``exercises/LESSON/LESSON.py`` defines under the names ``wanted``, from the cells that these need.

    Visible checks are left out. Where ``wanted`` leads to a cell that loads data or trains, it does. The lesson's
    ``SETTINGS`` are replaced by what ``settings`` makes of them.
    """
    cells = read_cells(ROOT / "exercises" / lesson / f"{lesson}.py")
    code = [cell for cell in cells if cell.cell_type == "code" and "test" not in cell.metadata]
    needed = closure(wanted, dependencies(names(cell.source) for cell in code))
    space: dict[str, Any] = {"__name__": lesson}
    for cell in code:
        defined, _ = names(cell.source)
        if defined & needed:
            exec(compile(cell.source, f"<{lesson}>", "exec"), space)
        if settings and "SETTINGS" in defined:
            space["SETTINGS"] = settings(space["SETTINGS"])
    return SimpleNamespace(**space)
