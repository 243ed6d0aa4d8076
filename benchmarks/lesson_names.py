"""Names of a lesson for benchmarks: what its cells define, without running the whole lesson."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from autograder.authoring.source import read_cells
from benchmarks.needed import closure, dependencies, names

__all__ = ["lesson_names"]

ROOT = Path(__file__).resolve().parent.parent


def lesson_names(
    lesson: str, wanted: Iterable[str], changes: Mapping[str, Callable[[Any], Any]] | None = None
) -> SimpleNamespace:
    """What ``exercises/LESSON/LESSON.py`` defines under the names ``wanted``, from the cells that these need.

    Visible checks are left out. Where ``wanted`` leads to a cell that loads data or trains, it does. A name in
    ``changes`` gets, once its cell has run, what the function there makes of its value.
    """
    cells = read_cells(ROOT / "exercises" / lesson / f"{lesson}.py")
    code = [cell for cell in cells if cell.cell_type == "code" and "test" not in cell.metadata]
    needed = closure(wanted, dependencies(names(cell.source) for cell in code))
    space: dict[str, Any] = {"__name__": lesson}
    for cell in code:
        defined, _ = names(cell.source)
        if defined & needed:
            exec(compile(cell.source, f"<{lesson}>", "exec"), space)
            space |= {name: change(space[name]) for name, change in (changes or {}).items() if name in defined}
    return SimpleNamespace(**space)
