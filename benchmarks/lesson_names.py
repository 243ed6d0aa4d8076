"""Names of a lesson for benchmarks: what its cells define, without running the whole lesson."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

from autograder.source import read_cells
from benchmarks.needed import closure, names

__all__ = ["lesson_names"]

ROOT = Path(__file__).resolve().parent.parent


def lesson_names(lesson: str, wanted: Iterable[str]) -> SimpleNamespace:
    """What ``exercises/LESSON/LESSON.py`` defines under the names ``wanted``, from the cells that these need.

    Visible checks are left out, so ``wanted`` should not lead to a cell that loads data or trains.
    """
    cells = read_cells(ROOT / "exercises" / lesson / f"{lesson}.py")
    code = [cell for cell in cells if cell.cell_type == "code" and "test" not in cell.metadata]
    uses: dict[str, set[str]] = {}
    for cell in code:
        defined, used = names(cell.source)
        for name in defined:
            uses[name] = uses.get(name, set()) | used
    needed = closure(wanted, uses)
    space: dict[str, object] = {"__name__": lesson}
    for cell in code:
        if names(cell.source)[0] & needed:
            exec(compile(cell.source, f"<{lesson}>", "exec"), space)
    return SimpleNamespace(**space)
