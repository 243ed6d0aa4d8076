"""One student's feedback page: what the template `feedback.html.j2` shows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode

from autograder.files import write_atomically
from autograder.gradebook.results import ItemResult, StudentResult
from autograder.pages.cells import MAX_SOURCE, CellKind, CellView, as_html, clip, view_cells
from autograder.pages.rendered import Piece, rendered
from autograder.reports.report import template

__all__ = ["feedback_page", "feedback_values", "write_feedback"]


def write_feedback(student: StudentResult, notebook: NotebookNode | None, path: Path, *, title: str = "") -> None:
    """Write one student's `feedback_page` to ``path``."""
    write_atomically(path, feedback_page(student, notebook, title=title))


def feedback_page(student: StudentResult, notebook: NotebookNode | None, *, title: str = "") -> str:
    """One student's feedback page.

    ``notebook`` is the autograded notebook, or None if there is none to show; ``title`` is the assignment's.
    """
    return template("feedback.html.j2").render(**feedback_values(student, notebook, title=title))


def feedback_values(student: StudentResult, notebook: NotebookNode | None, *, title: str = "") -> dict[str, Any]:
    """What the feedback's template is set with."""
    cells = [] if notebook is None else view_cells(notebook)
    return {
        "student": student,
        "title": title,
        "cells": cells,
        "results": {item.name: item for item in student.items},
        "anchors": _anchors(cells),
        "comments": _comments(student.items),
    }


def _comments(items: Sequence[ItemResult]) -> dict[str, Markup]:
    """What a grader has said of each item, Markdown and formulas set."""
    pieces: dict[str, Piece] = {each.name: ("text", clip(each.comment, MAX_SOURCE)) for each in items if each.comment}
    html = rendered(list(pieces.values()))
    return {name: as_html(piece, text) for (name, piece), text in zip(pieces.items(), html, strict=True)}


def _anchors(cells: Sequence[CellView]) -> dict[str, int]:
    """The index of the cell at which each item's verdicts are shown: its check or question, else its answer."""
    anchors: dict[str, int] = {}
    for wanted in ({CellKind.CHECK, CellKind.QUESTION}, {CellKind.ANSWER}):
        for index, cell in enumerate(cells):
            if cell.kind in wanted:
                anchors.setdefault(cell.item, index)
    return anchors
