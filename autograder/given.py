"""Cells that a notebook was released with, and that are not graded: imports, helpers, data.

A student may change, move and delete them. Nothing in them earns a point, so nothing in them should cost one: of such a
cell every line runs that can, and one whose names are missing altogether comes back.
"""

from __future__ import annotations

import copy
import symtable
from collections.abc import Iterator

from nbformat import NotebookNode

from autograder.perform import DEMO, RELEASED

__all__ = ["mark_given", "names_bound"]

ALIKE = 0.6
"""The share of a released cell's lines that another cell must have to be taken for it."""


def names_bound(source: str) -> set[str]:
    """The names that a cell binds at top level; none if it is no plain Python."""
    try:
        top = symtable.symtable(source, "<cell>", "exec")
    except SyntaxError:
        return set()
    return {each.get_name() for each in top.get_symbols() if each.is_assigned() or each.is_imported()}


def _names_anywhere(source: str) -> set[str]:
    """The same of a cell that may hold magics or a mistake: line by line, where the whole cannot be read."""
    found = names_bound(source)
    return found or {name for line in source.splitlines() for name in names_bound(line.strip())}


def _given(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """The code cells that are neither graded nor a blank nor a demo."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and "nbgrader" not in cell.metadata and DEMO not in cell.metadata.get("tags", []):
            yield cell


def _lines(cell: NotebookNode) -> set[str]:
    return {line.strip() for line in cell.source.splitlines() if line.strip()}


def mark_given(notebook: NotebookNode, release: NotebookNode) -> list[str]:
    """Tag the cells of ``notebook`` that are, perhaps changed, given ones of ``release``; put back what is missing.

    Returns:
        A sentence on each that was put back.
    """
    own = list(_given(notebook))
    events = []
    missing = []
    for given in _given(release):
        wanted = _lines(given)
        found = [cell for cell in own if wanted and len(wanted & _lines(cell)) >= ALIKE * len(wanted)]
        for cell in found:
            cell.metadata["tags"] = [RELEASED]
        if not found:
            missing.append(given)
    bound = {name for cell in notebook.cells if cell.cell_type == "code" for name in _names_anywhere(cell.source)}
    for given in missing:
        if lost := names_bound(given.source) - bound:
            events.append(f"The cell that binds `{min(lost)}` had been deleted; it was put back.")
            restored = copy.deepcopy(given)
            restored.metadata["tags"] = [RELEASED]
            notebook.cells.insert(_position(notebook, release, given), restored)
    return events


def _position(notebook: NotebookNode, release: NotebookNode, given: NotebookNode) -> int:
    """Where a released cell belongs: behind the nearest code cell before it in the release that is still there."""
    before = [cell for cell in release.cells[: release.cells.index(given)] if cell.cell_type == "code"]
    for earlier in reversed(before):
        for index, cell in enumerate(notebook.cells):
            same = cell.metadata.get("nbgrader", {}).get("grade_id") == earlier.metadata.get("nbgrader", {}).get(
                "grade_id"
            )
            if (same and "nbgrader" in cell.metadata) or (cell.source and cell.source == earlier.source):
                return index + 1
    return 0
